/** Options for what of a click log is trained on, and what is held out. */
import type { OptionGroup } from "./option-row.js";
import { COLUMN_OPTIONS } from "./reading-options.js";

/** Of any log, to train on or to measure on. */
export const REPEAT_OPTIONS: OptionGroup = {
  dropRepeats: {
    kind: "flag",
    help: "drop an event that repeats the item before it",
    conflicts: ["dropAllRepeats"],
  },
  dropAllRepeats: { kind: "flag", help: "drop an event of any item that its session had before" },
};

export const FILTER_OPTIONS: OptionGroup = {
  minSupport: { kind: "count", value: "n", help: "drop items with fewer events", byDefault: "1" },
  minLength: { kind: "count", value: "n", help: "drop sessions with fewer events", byDefault: "1" },
  filterOnce: {
    kind: "flag",
    help: "drop sessions, items, sessions; not until nothing changes",
  },
  ...REPEAT_OPTIONS,
};

const SPLIT_OPTIONS: OptionGroup = {
  split: {
    kind: "text",
    value: "how",
    help: "time: at a moment; sessions: whole ones; or leave-one-out",
    byDefault: "time",
  },
  test: {
    kind: "text",
    value: "file",
    help: "measure the model on the sessions of this file",
    conflicts: ["testDays", "testSessions"],
  },
  testDays: {
    kind: "positive",
    value: "days",
    help: "hold out the sessions of the last days and measure on them",
    conflicts: ["testSessions"],
  },
  testSessions: {
    kind: "count",
    value: "n",
    help: "hold out the last n sessions and measure on them",
  },
  validation: {
    kind: "text",
    value: "file",
    help: "keep the epoch that is best on the sessions of this file",
    conflicts: ["validationDays", "validationSessions"],
  },
  validationDays: {
    kind: "positive",
    value: "days",
    help: "the same on the last days before the test; not trained on",
    conflicts: ["validationSessions"],
  },
  validationSessions: {
    kind: "count",
    value: "n",
    help: "the same on the last n sessions before the test",
  },
  lastDays: {
    kind: "positive",
    value: "days",
    help: "train on the sessions of the last days before those only",
    conflicts: ["lastPart"],
  },
  lastPart: { kind: "share", value: "share", help: "or on the last 1/64 of the sessions" },
};

export const DATA_OPTIONS: OptionGroup = { ...COLUMN_OPTIONS, ...SPLIT_OPTIONS, ...FILTER_OPTIONS };
