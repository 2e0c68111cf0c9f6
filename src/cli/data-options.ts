/** Options for what of a click log is trained on, and what is held out. */
import type { OptionGroup } from "./option-row.js";
import { COLUMN_OPTIONS } from "./reading-options.js";

export const DATA_OPTIONS: OptionGroup = {
  ...COLUMN_OPTIONS,
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
  minSupport: { kind: "count", value: "n", help: "drop items with fewer events", byDefault: "1" },
  minLength: { kind: "count", value: "n", help: "drop sessions with fewer events", byDefault: "1" },
  dropRepeats: { kind: "flag", help: "drop an event that repeats the item before it" },
};
