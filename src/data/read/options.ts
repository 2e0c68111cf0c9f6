/** How to read a table of clicks. */

import { checkBoolean, checkChoice, checkNames, checkNumber } from "../../checks.js";
import { ConfigError } from "../../errors.js";
import { checkColumn, optionOf, type Role } from "./columns.js";
import { checkName } from "./source.js";
import { type TimeUnit, UNITS_PER_SECOND } from "./times.js";
import { checkWatch, WATCH_OPTIONS, type WatchOptions } from "./watch.js";

/** A column by its name, or by its position counted from 1 where none is called so. */
export type ColumnName = string | number;

/** How to read a table; what is not given is found, and told in the report. */
export interface ReadOptions extends WatchOptions {
  /** Where the session is. */
  readonly sessionColumn?: ColumnName;
  /** Sessions are cut out of the clicks of a user, where there is no column of sessions. */
  readonly userColumn?: ColumnName;
  /** Where the item is. */
  readonly itemColumn?: ColumnName;
  /** Where the time is. */
  readonly timeColumn?: ColumnName;
  /** Orders clicks of equal times; "none" leaves them in the order of the table. */
  readonly orderColumn?: ColumnName;
  /** What kind of event a row is. */
  readonly eventColumn?: ColumnName;
  /** The kinds of events to keep; all when not given. */
  readonly events?: readonly string[];
  /** Seconds without an event, of any kind, that end a session; users alone have 1800. */
  readonly gap?: number | "none";
  /** False when the first row is data: columns are then given by position. */
  readonly header?: boolean;
  /** Between two fields, one or more characters. */
  readonly delimiter?: string;
  /** What quotes are, where it is not to be found row by row. */
  readonly quote?: '"' | "none";
  /** Lines that begin so are left out. */
  readonly comment?: string;
  /** Unit of numeric times. */
  readonly timeUnit?: TimeUnit;
  /** Words that stand for nothing, as NULL. */
  readonly missing?: readonly string[];
  /** Refuse rows without a session, an item or a time, which are left out and counted otherwise. */
  readonly strict?: boolean;
  /** Leave out and count rows that cannot be read, which are refused otherwise. */
  readonly skipBadRows?: boolean;
  /**
   * Sequences have a line for each user, `user item item …`, and pairs one for each click, `user item`:
   * the oldest first, without times, cut at white space. Never guessed.
   */
  readonly format?: "table" | "sequences" | "pairs";
  /** What errors call the source. */
  readonly name?: string;
}

export const ROLES: readonly Role[] = ["session", "user", "item", "time", "order", "event"];
const NAMES = [
  ...ROLES.map((role) => `${role}Column`),
  ...["events", "gap", "header", "delimiter", "quote", "comment", "timeUnit", "missing", "strict"],
  ...["skipBadRows", "format", "name", ...WATCH_OPTIONS],
];

/** The column that an option names. */
export function namedColumn(options: ReadOptions, role: Role): ColumnName | undefined {
  return options[`${role}Column` as keyof ReadOptions] as ColumnName | undefined;
}

/** @throws ConfigError naming the option */
export function checkReadOptions(options: ReadOptions): void {
  checkNames(options, NAMES, "reading");
  for (const role of ROLES) checkColumn(optionOf(role), namedColumn(options, role));
  checkTextRules(options);
  checkWatch(options);
  const { events, gap, timeUnit, format } = options;
  if (timeUnit !== undefined) checkChoice("timeUnit", timeUnit, Object.keys(UNITS_PER_SECOND));
  if (format !== undefined) checkChoice("format", format, ["table", "sequences", "pairs"]);
  if (gap !== undefined && gap !== "none") checkNumber("gap", gap, Number.MIN_VALUE);
  checkTexts("events", events);
  if (options.sessionColumn !== undefined && options.userColumn !== undefined) {
    const remedy = "Sessions are not cut out of users where they have a column.";
    throw new ConfigError("userColumn", "it alone, or sessionColumn", options.userColumn, remedy);
  }
  if (format !== undefined && format !== "table") refuseBeside(format, options);
}

/** Options that all tables have. @throws ConfigError naming the option */
export function checkTextRules(
  options: Pick<
    ReadOptions,
    "header" | "quote" | "comment" | "missing" | "strict" | "skipBadRows" | "name"
  >,
): void {
  const { quote, comment, missing, name } = options;
  if (name !== undefined) checkName(name);
  if (quote !== undefined) checkChoice("quote", quote, ['"', "none"]);
  for (const name of ["header", "strict", "skipBadRows"] as const) {
    if (options[name] !== undefined) checkBoolean(name, options[name]);
  }
  checkTexts("missing", missing);
  if (comment !== undefined && (typeof comment !== "string" || comment === "")) {
    throw new ConfigError("comment", "the characters that comments begin with", comment);
  }
}

/** @throws ConfigError naming an option that only tables have */
function refuseBeside(format: string, options: ReadOptions): void {
  const own = ["format", "name", "header", ...WATCH_OPTIONS];
  const given = Object.entries(options).find(([name, value]) => {
    return value !== undefined && !own.includes(name);
  });
  if (!given) return;
  const remedy = "Such a file has users and items, nothing else, with white space between.";
  throw new ConfigError(
    given[0],
    `nothing beside \`format: ${JSON.stringify(format)}\``,
    given[1],
    remedy,
  );
}

function checkTexts(name: string, value: unknown): void {
  if (value === undefined) return;
  const isList = Array.isArray(value) && value.length > 0;
  if (!isList || value.some((entry) => typeof entry !== "string")) {
    throw new ConfigError(name, "a list of words", value);
  }
}
