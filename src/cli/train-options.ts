/**
 * Sorts the options of `train`: for both models, for one of them, for click logs, for ratings.
 *
 * A name that both models have is one flag, with the defaults of both in its help.
 */
import { type BaselineName, ConfigError } from "../index.js";
import { COMPARED_OPTIONS } from "./compare-options.js";
import { DATA_OPTIONS } from "./data-options.js";
import { type Given, kebabCase } from "./flags.js";
import { type OptionGroup, rowsBeside, sharedRows } from "./option-row.js";
import {
  CASE_OPTIONS,
  CHECKPOINT_OPTIONS,
  COURSE_OPTIONS,
  LEARNING_OPTIONS,
  MODEL_OPTIONS,
} from "./options.js";
import { OFFICIAL_OPTION, PARAMS_OPTION } from "./parameter-options.js";
import { RATING_OPTIONS } from "./rating-options.js";
import { FEATURE_OPTIONS, TASK_OPTIONS, TOWER_OPTIONS } from "./tower-options.js";

const BASELINES: Readonly<Record<BaselineName, true>> = {
  ...{ random: true, pop: true, "s-pop": true, "item-knn": true, "bpr-mf": true, markov: true },
  ...{ ar: true, sr: true, "v-sknn": true, stan: true, vstan: true },
};
export const MODELS: readonly string[] = ["gru4rec", "two-towers", ...Object.keys(BASELINES)];

export function isBaseline(model: unknown): model is BaselineName {
  return typeof model === "string" && Object.hasOwn(BASELINES, model);
}

export const KIND_OPTION: OptionGroup = {
  model: {
    kind: "text",
    value: "kind",
    help: `gru4rec, two-towers or a baseline: ${Object.keys(BASELINES).join(", ")}`,
    byDefault: "gru4rec",
  },
};

const GRU4REC: OptionGroup = { ...MODEL_OPTIONS, ...LEARNING_OPTIONS };
const TOWERS: OptionGroup = { ...TOWER_OPTIONS, ...TASK_OPTIONS, ...FEATURE_OPTIONS };

export const SHARED_MODEL_OPTIONS: OptionGroup = sharedRows(MODEL_OPTIONS, TOWERS, "two towers");
export const SHARED_LEARNING_OPTIONS: OptionGroup = sharedRows(
  LEARNING_OPTIONS,
  TOWERS,
  "two towers",
);
export const GRU4REC_ONLY: OptionGroup = { ...OFFICIAL_OPTION, ...rowsBeside(GRU4REC, TOWERS) };
export const TOWERS_ONLY: OptionGroup = rowsBeside(TOWERS, GRU4REC);

export const RATINGS_OPTION: OptionGroup = {
  ratings: { kind: "flag", help: "the file holds ratings; it is read as `movielens` reads it" },
};
export const RATINGS_ONLY: OptionGroup = rowsBeside(RATING_OPTIONS, DATA_OPTIONS);
const CLICKS_ONLY: OptionGroup = {
  ...rowsBeside(DATA_OPTIONS, RATING_OPTIONS),
  ...CASE_OPTIONS,
};

export const INDEX_OPTION: OptionGroup = {
  index: {
    kind: "text",
    value: "file",
    help: "of two towers: save the index that answers here (.safetensors)",
  },
};

/** Of a baseline. */
export const BASELINE_OPTIONS: OptionGroup = {
  modelOptions: {
    ...COMPARED_OPTIONS.modelOptions!,
    help: 'options of the baseline, in JSON: { "v-sknn": { "k": 100 } }',
  },
};
const HELD_OUT = Object.entries(DATA_OPTIONS).filter(([name]) => name.startsWith("validation"));

/** What a baseline has none of: nothing is learnt in epochs, on threads. */
const OF_MODELS: OptionGroup = {
  ...{ ...GRU4REC, ...TOWERS, ...PARAMS_OPTION, ...OFFICIAL_OPTION, ...COURSE_OPTIONS },
  ...{ ...CHECKPOINT_OPTIONS, ...INDEX_OPTION, ...RATINGS_OPTION },
  ...Object.fromEntries(HELD_OUT),
};

/** Throws ConfigError naming an option that is of another model, or of the other kind of data. */
export function refuseForeign(given: Given): void {
  const { model, ratings } = given;
  if (isBaseline(model)) {
    refuse(given, OF_MODELS, `with --model ${model}`, "--model gru4rec or two-towers");
  } else refuse(given, BASELINE_OPTIONS, `with --model ${model ?? "gru4rec"}`, "the baselines");
  if (model === "two-towers") {
    refuse(given, GRU4REC_ONLY, "with --model two-towers", "--model gru4rec");
  } else if (!isBaseline(model)) {
    const foreign = { ...TOWERS_ONLY, ...INDEX_OPTION, ...RATINGS_OPTION };
    refuse(given, foreign, "with --model gru4rec", "--model two-towers");
  }
  if (ratings === true) refuse(given, CLICKS_ONLY, "with --ratings", "click logs");
  else refuse(given, RATINGS_ONLY, "with a click log", "--ratings");
}

function refuse(given: Given, foreign: OptionGroup, beside: string, whose: string): void {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(foreign, name)) continue;
    const flag = `--${value === false ? "no-" : ""}${kebabCase(name)}`;
    throw new ConfigError(flag, `nothing ${beside}`, value, `It is an option of ${whose}.`);
  }
}
