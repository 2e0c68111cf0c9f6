/** Options for how a click log is read: which columns mean what, and which rows count. */
import type { ReadOptions } from "../index.js";
import type { OptionGroup, OptionRow } from "./option-row.js";

const column = (help: string, byDefault = "found"): OptionRow => ({
  kind: "text",
  value: "column",
  help,
  byDefault,
});

/** Names as in the library's `ReadOptions`. */
const ROWS: Readonly<
  Record<Exclude<keyof ReadOptions, "name" | "signal" | "onProgress">, OptionRow>
> = {
  sessionColumn: column("name or position of the session ids"),
  userColumn: column("the user ids, where there are no sessions"),
  itemColumn: column("the item ids"),
  timeColumn: column("the times"),
  orderColumn: column("breaks ties of the times; or none"),
  eventColumn: column("the kinds of events"),
  events: { kind: "words", value: "kinds", help: "keep events of these kinds: view,click" },
  gap: {
    kind: "duration",
    value: "time",
    help: "a session ends after this time without an event: 30m, 1h; or none",
    byDefault: "30m for users",
  },
  header: { kind: "flag", negated: true, help: "the first row is data; columns by position" },
  timeUnit: { kind: "text", value: "unit", help: "seconds, milliseconds, …", byDefault: "found" },
  delimiter: {
    kind: "delimiter",
    value: "char",
    help: "between fields: tab, ';', …",
    byDefault: "found",
  },
  quote: { kind: "text", value: "char", help: "'\"' or none", byDefault: "found row by row" },
  comment: { kind: "text", value: "chars", help: "leave out lines that begin so" },
  missing: { kind: "words", value: "words", help: "these mean nothing is there: NULL,NaN" },
  strict: { kind: "flag", help: "refuse rows without a session, item or time" },
  skipBadRows: { kind: "flag", help: "leave out and count rows that cannot be read" },
  format: { kind: "text", value: "name", help: "sequences or pairs: a user and items, no times" },
};

export const COLUMN_OPTIONS: OptionGroup = ROWS;
