/** Options of two towers and of their training; names and defaults are the library's. */
import {
  RETRIEVAL_DEFAULTS,
  type RetrievalOptions,
  TOWER_DEFAULTS,
  type TowerOptions,
} from "../index.js";
import { type OptionGroup, type OptionRow, withDefaults } from "./option-row.js";
import { LEARNING_ROWS, MODEL_ROWS } from "./options.js";
import { COLUMN_OPTIONS } from "./reading-options.js";

/** Options with a flag; `--features` sets the two others. */
type TowerFlag = Exclude<keyof TowerOptions, "features" | "timeBoundaries">;

const TOWER_ROWS: Readonly<Record<TowerFlag, OptionRow>> = {
  embeddingSize: { kind: "number", value: "n", help: "width of the item embeddings" },
  layers: { kind: "numbers", value: "n,…", help: "units of each recurrent layer" },
  cell: MODEL_ROWS.cell,
  resetAfter: {
    kind: "flag",
    help: "apply the reset gate after the product, as Keras does (default with gru)",
  },
  hiddenActivation: MODEL_ROWS.hiddenActivation,
  dropoutHidden: MODEL_ROWS.dropoutHidden,
  windowLength: { kind: "number", value: "n", help: "items that a query reads" },
  padding: { kind: "text", value: "mode", help: "unmasked: short windows read pads; masked" },
  queryLayers: { kind: "numbers", value: "n,…", help: "dense layers on the recurrent ones" },
  candidateLayers: { kind: "numbers", value: "n,…", help: "dense layers on the item embedding" },
  denseActivation: { kind: "text", value: "name", help: "between dense layers" },
  combine: { kind: "text", value: "how", help: "sum or concatenate what --features names" },
  normalize: { kind: "flag", help: "make vectors of length 1: scores become cosines" },
  seed: MODEL_ROWS.seed,
};

const TASK_ROWS: Readonly<Record<keyof RetrievalOptions, OptionRow>> = {
  epochs: { kind: "number", value: "n", help: "times over the examples" },
  batchSize: { kind: "number", value: "n", help: "examples of a batch" },
  order: { kind: "text", value: "name", help: "of the examples: time, given or random" },
  optimizer: LEARNING_ROWS.optimizer,
  learningRate: LEARNING_ROWS.learningRate,
  initialAccumulator: { kind: "number", value: "x", help: "where adagrad's sums begin" },
  momentum: LEARNING_ROWS.momentum,
  l2: LEARNING_ROWS.l2,
  gradientCap: LEARNING_ROWS.gradientCap,
  reduction: { kind: "text", value: "name", help: "sum or mean of the losses of a batch" },
  temperature: { kind: "number", value: "x", help: "scores are divided by it" },
  logQ: MODEL_ROWS.logQ,
  removeAccidentalHits: { kind: "flag", help: "the item of an example is no negative of it" },
  negatives: { kind: "number", value: "n", help: "candidates drawn beside the targets of a batch" },
  sampleAlpha: LEARNING_ROWS.sampleAlpha,
  hardNegatives: { kind: "number", value: "n", help: "count the highest n negatives only; 0: all" },
};

/** What the model reads besides ids. */
export const FEATURE_OPTIONS: OptionGroup = {
  features: {
    kind: "text",
    value: "name,…",
    help: "read, too: time; title, genres, year of --titles; columns of --records: brand:category",
    byDefault: "none",
  },
  records: { kind: "text", value: "file", help: "a table of items with the columns of --features" },
  recordsItemColumn: {
    kind: "text",
    value: "column",
    help: "name or position of its item ids",
    byDefault: "found",
  },
  recordsColumns: {
    kind: "words",
    value: "a=b,…",
    help: "columns of features that are called otherwise: brand=Marke",
  },
};

/** Options of the log that the table of records is read by, too. */
export const RECORD_READING: OptionGroup = {
  missing: COLUMN_OPTIONS.missing!,
  strict: COLUMN_OPTIONS.strict!,
  skipBadRows: COLUMN_OPTIONS.skipBadRows!,
};

export const TOWER_OPTIONS: OptionGroup = withDefaults(TOWER_ROWS, { ...TOWER_DEFAULTS });
export const TASK_OPTIONS: OptionGroup = withDefaults(TASK_ROWS, RETRIEVAL_DEFAULTS);
