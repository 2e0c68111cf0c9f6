/**
 * Every option of the command line, in one table.
 *
 * The key of a row is the option's name in the library. Its flag is that name in kebab case. Ranges and defaults
 * come from the library. An option of the library without a row does not compile.
 */
import { MODEL_DEFAULTS, type ModelOptions, TRAIN_DEFAULTS, type TrainOptions } from "../index.js";
import { type OptionGroup, type OptionRow, withDefaults } from "./option-row.js";

/** Of a GRU4Rec. Two towers share some of them, with other defaults. */
export const MODEL_ROWS: Readonly<Record<keyof ModelOptions, OptionRow>> = {
  layers: { kind: "numbers", value: "n,…", help: "units of each layer, input to output" },
  cell: { kind: "text", value: "name", help: "gru, rnn or lstm" },
  resetAfter: { kind: "flag", help: "apply the reset gate after the product, as PyTorch does" },
  embedding: { kind: "text", value: "mode", help: "shared (with the output), separate or one-hot" },
  embeddingSize: {
    kind: "number",
    value: "n",
    help: "width of a separate embedding; 0 is the first layer's",
  },
  loss: { kind: "text", value: "name", help: "cross-entropy, bpr-max, top1-max, bpr or top1" },
  finalActivation: {
    kind: "text",
    value: "name",
    help: "of the scores: softmax, linear, tanh, elu, …",
    byDefault: "by loss",
  },
  hiddenActivation: { kind: "text", value: "name", help: "of the candidate state: tanh, relu, …" },
  windowLength: {
    kind: "number",
    value: "n",
    help: "look back on the last n clicks, through windows; 0 is on all, step by step",
  },
  lossAt: { kind: "text", value: "mode", help: "of a window: last or every position" },
  inBatchNegatives: {
    kind: "text",
    value: "targets",
    help: "targets of the mini-batch that are negatives: all, others (of other windows) or none",
  },
  padding: { kind: "text", value: "mode", help: "of short windows: masked or unmasked" },
  dropoutEmbedding: { kind: "number", value: "p", help: "share of the input dropped" },
  dropoutHidden: { kind: "number", value: "p", help: "share of the hidden units dropped" },
  bprReg: { kind: "number", value: "x", help: "score regularisation of bpr-max" },
  eluParam: { kind: "number", value: "x", help: "elu of the scores of bpr-max; 0 is linear" },
  logQ: {
    kind: "number",
    value: "x",
    help: "correction of the scores for popular items; 0 is none",
  },
  smoothing: { kind: "number", value: "x", help: "label smoothing (cross-entropy)" },
  init: { kind: "text", value: "name", help: "distribution of the first weights: uniform, normal" },
  sigma: { kind: "number", value: "x", help: "its width; 0 is Glorot's, per gate" },
  seed: { kind: "number", value: "n", help: "of everything random" },
};

/** Options that decide the result of training. */
export const LEARNING_ROWS: Readonly<Record<keyof typeof TRAIN_DEFAULTS, OptionRow>> = {
  epochs: { kind: "number", value: "n", help: "times over the data" },
  batchSize: { kind: "number", value: "n", help: "sessions side by side, or examples" },
  order: { kind: "text", value: "name", help: "of the sessions: time, given (by id) or random" },
  negatives: { kind: "number", value: "n", help: "items sampled for a step, beside its targets" },
  sampleAlpha: { kind: "number", value: "x", help: "they are drawn by support to this power" },
  optimizer: { kind: "text", value: "name", help: "adagrad, sgd, rmsprop, adadelta or adam" },
  learningRate: { kind: "number", value: "x", help: "of the optimizer" },
  momentum: { kind: "number", value: "x", help: "of the optimizer" },
  l2: { kind: "number", value: "x", help: "weight decay" },
  gradientCap: { kind: "number", value: "x", help: "largest norm of a gradient; 0 is none" },
};

export const MODEL_OPTIONS: Readonly<Record<keyof ModelOptions, OptionRow>> = withDefaults(
  MODEL_ROWS,
  { ...MODEL_DEFAULTS },
);
export const LEARNING_OPTIONS: typeof LEARNING_ROWS = withDefaults(LEARNING_ROWS, TRAIN_DEFAULTS);

/** Options of the library that are objects or functions: they have no flag, or several. */
type WithoutFlag =
  | "signal"
  | "onProgress"
  | "onWarning"
  | "createWorker"
  | "validation"
  | "checkpoint"
  | "profile"
  | "keepOptimizer"
  | "snapshots";
type RunOption = Exclude<
  keyof TrainOptions,
  keyof typeof TRAIN_DEFAULTS | keyof typeof CHOICE_ROWS | WithoutFlag
>;

/** Which events are test cases, and among what they are ranked: of a validation, too. */
const CHOICE_ROWS: Readonly<Record<"lastOnly" | "excludeSeen" | "unknown", OptionRow>> = {
  lastOnly: { kind: "flag", help: "measure on the last event of each session only" },
  unknown: {
    kind: "text",
    value: "what",
    help: "events of items the model does not know: drop, or miss them",
    byDefault: "drop; of leave-one-out miss",
  },
  excludeSeen: { kind: "flag", help: "leave out of the ranking what the session had before" },
};
const { excludeSeen, ...ofSessions } = CHOICE_ROWS;

/** When training stops. */
export const STOPPING_OPTIONS: Readonly<Record<"patience" | "monitor", OptionRow>> = {
  patience: {
    kind: "number",
    value: "n",
    help: "stop after n epochs without a better one on the validation",
    byDefault: "never",
  },
  monitor: {
    kind: "text",
    value: "measure",
    help: "what is better: more of recall@n, mrr@n or ndcg@n",
    byDefault: "recall@20",
  },
};

/** How training and evaluation run. */
export const RUN_OPTIONS: Readonly<
  Record<Exclude<RunOption, keyof typeof STOPPING_OPTIONS>, OptionRow>
> = {
  threads: {
    kind: "threads",
    value: "n",
    help: "worker threads; 0 is this one",
    byDefault: "auto",
  },
  numerics: {
    kind: "text",
    value: "mode",
    help: "fast, or portable: the same bits everywhere",
    byDefault: "fast",
  },
};

/** Options of every training. */
export const COURSE_OPTIONS: OptionGroup = {
  ...STOPPING_OPTIONS,
  ...RUN_OPTIONS,
  keepOptimizer: {
    kind: "flag",
    help: "keep the optimizer's state in the model's file, and go on with it in `update`",
  },
  profile: { kind: "flag", help: "tell where the time of each epoch goes" },
};

export const TRAIN_OPTIONS: OptionGroup = { ...LEARNING_OPTIONS, ...COURSE_OPTIONS };

export const CHECKPOINT_OPTIONS: OptionGroup = {
  checkpoint: {
    kind: "text",
    value: "file",
    help: "keep here what --resume goes on from, whatever ends this program",
  },
  checkpointEvery: {
    kind: "number",
    value: "s",
    help: "seconds between two checkpoints",
    byDefault: "300",
  },
  resume: { kind: "flag", help: "go on from the checkpoint, if there is one yet" },
};

export const EVALUATION_OPTIONS: OptionGroup = {
  cutoffs: { kind: "numbers", value: "n,…", help: "lengths of the lists", byDefault: "20" },
  ties: {
    kind: "text",
    value: "mode",
    help: "standard, conservative or median",
    byDefault: "standard",
  },
  lists: { kind: "flag", help: "also measure coverage and popularity of the lists" },
  excludeSeen,
};

/** Of sessions: examples are test cases as they are. */
export const CASE_OPTIONS: OptionGroup = ofSessions;

/** Of `evaluate`. A training takes them from its model. */
export const LOOK_BACK_OPTION: OptionGroup = {
  windowLength: {
    kind: "number",
    value: "n",
    help: "let it look back on the last n clicks; 0 is on all",
    byDefault: "the model's",
  },
};

export const JSON_OPTION: OptionGroup = {
  json: { kind: "flag", help: "one JSON object a line instead of text" },
};

export const OUTPUT_OPTIONS: OptionGroup = {
  output: { kind: "text", value: "file", short: "o", help: "save the model here (.safetensors)" },
  ...JSON_OPTION,
};

export const RECOMMEND_OPTIONS: OptionGroup = {
  items: { kind: "ids", value: "id,…", help: "the visit so far, oldest first" },
  count: { kind: "count", value: "n", help: "how many to recommend", byDefault: "20" },
  exclude: { kind: "ids", value: "id,…", help: "never recommend these" },
  only: { kind: "ids", value: "id,…", help: "recommend from these only" },
  time: {
    kind: "number",
    value: "s",
    help: "when it is asked, in seconds, of a model that learnt times",
    byDefault: "not known",
  },
};

/** Of `recommend`, for every visit of a file. */
export const VISITS_OPTIONS: OptionGroup = {
  visits: {
    kind: "text",
    value: "file",
    help: "recommend for each session of this table",
    conflicts: ["items"],
  },
  output: {
    kind: "text",
    value: "file",
    short: "o",
    help: "write visit, rank, item, score here: .csv, .ndjson or .parquet",
  },
};
