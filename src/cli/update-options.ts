/** Options of `update`: what becomes of the catalogue, and those of a training that goes on. */
import { EXTEND_DEFAULTS, UPDATE_EPOCHS } from "../index.js";
import { type OptionGroup, rowsBeside, sharedRows, withDefaults } from "./option-row.js";
import { LEARNING_OPTIONS } from "./options.js";
import { FEATURE_OPTIONS, TASK_OPTIONS } from "./tower-options.js";

export const CATALOGUE_OPTIONS: OptionGroup = {
  ...withDefaults(
    {
      newItems: {
        kind: "text",
        value: "how",
        help: "new items start from: neighbours (of the visits), popular, mean or random",
      },
    },
    EXTEND_DEFAULTS,
  ),
  drop: { kind: "text", value: "file", help: "items that are gone, an id a line" },
};

const SUPPORT_OPTION: OptionGroup = withDefaults(
  { support: { kind: "text", value: "how", help: "counts for negatives: added, new or kept" } },
  EXTEND_DEFAULTS,
);

const EPOCHS: OptionGroup = {
  epochs: { ...LEARNING_OPTIONS.epochs, byDefault: String(UPDATE_EPOCHS) },
};

const RECORDS: OptionGroup = {
  records: { ...FEATURE_OPTIONS.records!, help: "what is known of new items, for features" },
  recordsItemColumn: FEATURE_OPTIONS.recordsItemColumn!,
};

export const SHARED_OPTIONS: OptionGroup = {
  ...sharedRows(LEARNING_OPTIONS, TASK_OPTIONS, "two towers"),
  ...EPOCHS,
};
export const OF_GRU4REC: OptionGroup = {
  ...rowsBeside(LEARNING_OPTIONS, TASK_OPTIONS),
  ...SUPPORT_OPTION,
};
export const OF_TOWERS: OptionGroup = { ...rowsBeside(TASK_OPTIONS, LEARNING_OPTIONS), ...RECORDS };

/** Every option of `update` that is none of another command. */
export const UPDATE_OPTIONS: OptionGroup = { ...CATALOGUE_OPTIONS, ...SUPPORT_OPTION };
