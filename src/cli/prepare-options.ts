/** Options of `gru4rec prepare`. */
import { DATA_OPTIONS } from "./data-options.js";
import { type OptionGroup, rowsBeside } from "./option-row.js";
import { COLUMN_OPTIONS } from "./reading-options.js";

const { test: _, validation: __, ...rules } = rowsBeside(DATA_OPTIONS, COLUMN_OPTIONS);

/** How the log is read. */
export const LOG_OPTIONS: OptionGroup = COLUMN_OPTIONS;

/** What is made of it. */
export const RULE_OPTIONS: OptionGroup = rules;

export const PREPARE_OPTIONS: OptionGroup = {
  preset: {
    kind: "text",
    value: "name",
    help: "prepare a public data set from its raw files; see below",
  },
  printSql: { kind: "flag", help: "print the SQL that prepares a table, for a warehouse" },
  memory: { kind: "bytes", value: "size", help: "stay within this much of it", byDefault: "2GB" },
  output: {
    kind: "text",
    value: "file",
    short: "o",
    help: "write this file, or with a split file.train.parquet, …",
  },
};
