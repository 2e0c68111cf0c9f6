/** Options of `gru4rec movielens`; names and defaults are the library's. */
import {
  RETRIEVAL_DEFAULTS,
  type RetrievalOptions,
  TOWER_DEFAULTS,
  type TowerOptions,
} from "../index.js";
import type { OptionGroup, OptionRow } from "./option-row.js";
import { LEARNING_OPTIONS, MODEL_OPTIONS } from "./options.js";

/** With the default of one of the library's tables, which other commands have other ones of. */
function withDefaults(
  rows: Readonly<Record<string, OptionRow>>,
  defaults: Readonly<Record<string, unknown>>,
): OptionGroup {
  return Object.fromEntries(
    Object.entries(rows).map(([name, row]) => {
      const value = defaults[name];
      const text = Array.isArray(value) ? value.join(",") || "none" : String(value);
      return [name, row.kind === "flag" ? row : { byDefault: text, ...row }];
    }),
  );
}

export const RATING_OPTIONS: OptionGroup = {
  titles: {
    kind: "text",
    value: "file",
    help: "movies.dat, u.item, movies.csv or a table of items and titles",
    byDefault: "looked for beside",
  },
  minRating: { kind: "number", value: "x", help: "drop lower ratings", byDefault: "2" },
  minLength: { kind: "number", value: "n", help: "skip users with fewer ratings", byDefault: "3" },
  split: {
    kind: "text",
    value: "how",
    help: "random, as the tutorial, or time: test on what came last",
    byDefault: "random",
  },
  fraction: { kind: "number", value: "x", help: "share to train on", byDefault: "0.9" },
  features: {
    kind: "text",
    value: "name,…",
    help: "what the model reads besides ids: title, genres, year, time",
    byDefault: "none",
  },
};

/** `--features` tells what the others are. */
type TowerFlag = Exclude<keyof TowerOptions, "features" | "timeBoundaries">;

const TOWER_ROWS: Readonly<Record<TowerFlag, OptionRow>> = {
  embeddingSize: { kind: "number", value: "n", help: "width of the item embeddings" },
  layers: { kind: "numbers", value: "n,…", help: "units of each recurrent layer" },
  cell: MODEL_OPTIONS.cell,
  resetAfter: {
    kind: "flag",
    help: "apply the reset gate after the product, as Keras does (default with gru)",
  },
  hiddenActivation: MODEL_OPTIONS.hiddenActivation,
  dropoutHidden: MODEL_OPTIONS.dropoutHidden,
  windowLength: { kind: "number", value: "n", help: "items that a query reads" },
  padding: { kind: "text", value: "mode", help: "unmasked: short windows read pads; masked" },
  queryLayers: { kind: "numbers", value: "n,…", help: "dense layers on the recurrent ones" },
  candidateLayers: { kind: "numbers", value: "n,…", help: "dense layers on the item embedding" },
  denseActivation: { kind: "text", value: "name", help: "between dense layers" },
  combine: { kind: "text", value: "how", help: "sum or concatenate what --features names" },
  normalize: { kind: "flag", help: "make vectors of length 1: scores become cosines" },
  seed: MODEL_OPTIONS.seed,
};

const TASK_ROWS: Readonly<Record<keyof RetrievalOptions, OptionRow>> = {
  epochs: { kind: "number", value: "n", help: "times over the examples" },
  batchSize: { kind: "number", value: "n", help: "examples of a batch" },
  order: { kind: "text", value: "name", help: "of the examples: time, given or random" },
  optimizer: LEARNING_OPTIONS.optimizer,
  learningRate: LEARNING_OPTIONS.learningRate,
  initialAccumulator: { kind: "number", value: "x", help: "where adagrad's sums begin" },
  momentum: LEARNING_OPTIONS.momentum,
  l2: LEARNING_OPTIONS.l2,
  gradientCap: LEARNING_OPTIONS.gradientCap,
  reduction: { kind: "text", value: "name", help: "sum or mean of the losses of a batch" },
  temperature: { kind: "number", value: "x", help: "scores are divided by it" },
  logQ: MODEL_OPTIONS.logQ,
  removeAccidentalHits: { kind: "flag", help: "an example's own item is no negative of it" },
  negatives: { kind: "number", value: "n", help: "candidates drawn beside a batch's own" },
  sampleAlpha: LEARNING_OPTIONS.sampleAlpha,
  hardNegatives: { kind: "number", value: "n", help: "count the highest n negatives only; 0: all" },
};

export const TOWER_OPTIONS: OptionGroup = withDefaults(TOWER_ROWS, { ...TOWER_DEFAULTS });
export const TASK_OPTIONS: OptionGroup = withDefaults(TASK_ROWS, RETRIEVAL_DEFAULTS);

export const RETRIEVAL_EVALUATION: OptionGroup = {
  cutoffs: {
    kind: "numbers",
    value: "n,…",
    help: "lengths of the lists",
    byDefault: "1,5,10,50,100",
  },
  ties: {
    kind: "text",
    value: "mode",
    help: "standard, conservative or median",
    byDefault: "standard",
  },
};
