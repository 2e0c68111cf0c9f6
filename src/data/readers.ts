/** Click logs as delimited text with a header, read into columns. */

import { checkChoice, checkNames } from "../checks.js";
import { ConfigError, FormatError, words } from "../errors.js";
import { type ColumnNames, type ColumnOptions, type FoundColumns, findColumns } from "./columns.js";
import { checkName, nameOf, type Source, textOf } from "./decoding.js";
import { type Rows, rowsOf } from "./delimited.js";
import type { EventColumns, Id } from "./events.js";
import { ownCopy } from "./interned.js";
import { Sessions } from "./sessions.js";
import {
  guessTimeUnit,
  parseIso8601,
  parseNumber,
  type TimeUnit,
  UNITS_PER_SECOND,
} from "./times.js";

/** How to read a table; what is not given is guessed, and told in the `EventTable`. */
export interface ReadOptions extends ColumnOptions {
  readonly delimiter?: string;
  /** Unit of numeric times. */
  readonly timeUnit?: TimeUnit;
  /** What errors call the source. */
  readonly name?: string;
}

const COLUMNS = ["sessionColumn", "itemColumn", "timeColumn"] as const;
const NAMES = [...COLUMNS, "delimiter", "timeUnit", "name"];

/** The events of a table, in its order, times in seconds, and how it was read. */
export interface EventTable extends EventColumns {
  /** Numbers when every id of the column is a safe integer in its usual form, else strings. */
  readonly sessionId: readonly Id[];
  readonly itemId: readonly string[];
  /** Seconds: Unix time when the table holds dates, else its numbers divided by their unit. */
  readonly time: Float64Array;
  readonly columns: ColumnNames;
  readonly delimiter: string;
  readonly timeUnit: TimeUnit | "ISO 8601";
  /** Number of events. */
  readonly rows: number;
}

/**
 * Reads events from CSV, TSV or the like: any delimiter, quotes, byte order mark, either line end,
 * plain or gzip. The first row is the header. Blank lines are skipped, further columns ignored.
 *
 * Times are numbers or ISO 8601 throughout, as the first row has them. Numbers beyond 10¹¹ are
 * milliseconds, beyond 10¹⁴ microseconds, beyond 10¹⁷ nanoseconds, unless `timeUnit` tells better.
 *
 * @throws FormatError naming the source and the line; ConfigError when an option is none
 */
export async function readEvents(source: Source, options: ReadOptions = {}): Promise<EventTable> {
  checkNames(options, NAMES, "reading");
  const { timeUnit, name = nameOf(source) } = options;
  checkName(name);
  if (timeUnit !== undefined) checkChoice("timeUnit", timeUnit, Object.keys(UNITS_PER_SECOND));
  for (const column of COLUMNS) {
    const named = options[column];
    if (named !== undefined && typeof named !== "string") {
      throw new ConfigError(column, "the name of a column", named);
    }
  }
  checkDelimiter(options.delimiter);
  const builder = new TableBuilder(options, name);
  for await (const rows of rowsOf(textOf(source, name), name, options.delimiter)) builder.add(rows);
  return builder.table(timeUnit);
}

/** `readEvents`, grouped into sessions. */
export async function readSessions(source: Source, options: ReadOptions = {}): Promise<Sessions> {
  return Sessions.from(await readEvents(source, options));
}

/** Columns under construction: one string per distinct id, no object per event. */
class TableBuilder {
  readonly #options: ColumnOptions;
  readonly #name: string;
  readonly #sessionId: string[] = [];
  readonly #itemId: string[] = [];
  readonly #time: number[] = [];
  readonly #sessions = new Map<string, string>();
  readonly #items = new Map<string, string>();
  #columns: FoundColumns | undefined;
  #width = 0;
  #delimiter = "";
  #isNumeric: boolean | undefined;
  #largestTime = 0;

  constructor(options: ColumnOptions, name: string) {
    this.#options = options;
    this.#name = name;
  }

  add(rows: Rows): void {
    const { fields } = rows;
    this.#delimiter = rows.delimiter;
    for (let row = 0; row < fields.length; ++row) {
      const values = fields[row]!;
      if (values.length === 1 && values[0] === "") continue;
      if (this.#columns) this.#addEvent(this.#columns, values, rows, row);
      else {
        const header = values.map((name) => name.trim());
        this.#columns = findColumns(header, this.#options, this.#name);
        this.#width = header.length;
      }
    }
  }

  table(timeUnit: TimeUnit | undefined): EventTable {
    const name = this.#name;
    if (!this.#columns) throw new FormatError(name, "a header line", words("no text at all"));
    const rows = this.#time.length;
    if (rows === 0) throw new FormatError(name, "at least one event below the header", 0);

    const unit = this.#isNumeric ? (timeUnit ?? guessTimeUnit(this.#largestTime)) : "seconds";
    const perSecond = UNITS_PER_SECOND[unit];
    const time = Float64Array.from({ length: rows }, (_, row) => this.#time[row]! / perSecond);
    const areNumbers = [...this.#sessions.keys()].every(isCanonicalInteger);
    return {
      sessionId: areNumbers ? this.#sessionId.map(Number) : this.#sessionId,
      itemId: this.#itemId,
      time,
      columns: this.#columns.names,
      delimiter: this.#delimiter,
      timeUnit: this.#isNumeric ? unit : "ISO 8601",
      rows,
    };
  }

  #addEvent(columns: FoundColumns, values: readonly string[], rows: Rows, row: number): void {
    if (values.length < this.#width) {
      const where = `${this.#name}, line ${rows.lineOf(row)}`;
      throw new FormatError(where, `${this.#width} fields`, values.length);
    }
    const text = values[columns.time]!;
    this.#isNumeric ??= !Number.isNaN(parseNumber(text));
    const time = this.#isNumeric ? parseNumber(text) : parseIso8601(text);
    if (Number.isNaN(time)) {
      const isFirst = this.#time.length === 0;
      const kind = isFirst
        ? "a number or an ISO 8601 time"
        : this.#isNumeric
          ? "a number"
          : "an ISO 8601 time";
      const where = `${this.#name}, line ${rows.lineOf(row)}`;
      throw new FormatError(where, `${kind} in column ${JSON.stringify(columns.names.time)}`, text);
    }
    this.#largestTime = Math.max(this.#largestTime, Math.abs(time));
    this.#time.push(time);
    this.#sessionId.push(interned(this.#sessions, values[columns.session]!));
    this.#itemId.push(interned(this.#items, values[columns.item]!));
  }
}

/** The one string kept for this text. */
function interned(strings: Map<string, string>, text: string): string {
  const known = strings.get(text);
  if (known !== undefined) return known;
  const copy = ownCopy(text);
  strings.set(copy, copy);
  return copy;
}

/** What ends a field cannot also quote it or end the line. */
function checkDelimiter(delimiter: string | undefined): void {
  if (delimiter === undefined) return;
  const fits =
    typeof delimiter === "string" && delimiter !== "" && !/["\r\n\ufeff]/.test(delimiter);
  if (!fits)
    throw new ConfigError("delimiter", "characters without quotes and line ends", delimiter);
}

function isCanonicalInteger(text: string): boolean {
  return Number.isSafeInteger(Number(text)) && String(Number(text)) === text;
}
