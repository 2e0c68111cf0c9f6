/**
 * Sorts the options of `train`: for both models, for one of them, for click logs, for ratings.
 *
 * A name that both models have is one flag, with the defaults of both in its help.
 */
import { ConfigError } from "../index.js";
import { DATA_OPTIONS } from "./data-options.js";
import { type Given, kebabCase } from "./flags.js";
import { type OptionGroup, rowsBeside, sharedRows } from "./option-row.js";
import { CASE_OPTIONS, LEARNING_OPTIONS, MODEL_OPTIONS } from "./options.js";
import { OFFICIAL_OPTION } from "./parameter-options.js";
import { RATING_OPTIONS } from "./rating-options.js";
import { FEATURE_OPTIONS, TASK_OPTIONS, TOWER_OPTIONS } from "./tower-options.js";

export const MODELS: readonly string[] = ["gru4rec", "two-towers"];

export const KIND_OPTION: OptionGroup = {
  model: {
    kind: "text",
    value: "kind",
    help: "gru4rec or two-towers",
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

/** Throws ConfigError naming an option that is of the other model, or of the other kind of data. */
export function refuseForeign(given: Given): void {
  const { model, ratings } = given;
  if (model === "two-towers") {
    refuse(given, GRU4REC_ONLY, "with --model two-towers", "--model gru4rec");
  } else {
    const foreign = { ...TOWERS_ONLY, ...INDEX_OPTION, ...RATINGS_OPTION };
    refuse(given, foreign, "with --model gru4rec", "--model two-towers");
  }
  if (ratings === true) refuse(given, CLICKS_ONLY, "with --ratings", "click logs");
  else refuse(given, RATINGS_ONLY, "with a click log", "--ratings");
}

function refuse(given: Given, foreign: OptionGroup, beside: string, whose: string): void {
  for (const [name, value] of Object.entries(given)) {
    const row = Object.hasOwn(foreign, name) ? foreign[name] : undefined;
    // A negated flag that was not given has the value true.
    if (!row || (row.negated && value === true)) continue;
    const flag = `--${row.negated ? "no-" : ""}${kebabCase(name)}`;
    throw new ConfigError(flag, `nothing ${beside}`, value, `It is an option of ${whose}.`);
  }
}
