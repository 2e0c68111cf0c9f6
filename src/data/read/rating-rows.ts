/** Ratings of a table: numbered users and items, and what was rated when. */

import { checkBoolean, checkChoice, checkNames } from "../../checks.js";
import { FormatError, words } from "../../errors.js";
import { pace } from "../../pause.js";
import { checkColumn, type FoundColumn, Header, looksLikeData, type Role } from "./columns.js";
import { growingFloats, growingNumbers } from "./growing.js";
import { Ids } from "./ids.js";
import type { ColumnName } from "./options.js";
import { MissingWords, type Rows, textAt } from "./rows.js";
import { checkName, nameOf, type Source } from "./source.js";
import { openTable, type Table } from "./table.js";
import { type LeftOut, Tally } from "./tally.js";
import { TimeColumn } from "./time-column.js";
import { numberAt, type TimeUnit, UNITS_PER_SECOND } from "./times.js";
import { checkWatch, WATCH_OPTIONS, Watch, type WatchOptions } from "./watch.js";

/** Ratings as columns: entry i is a rating of `items[item[i]]` by `users[user[i]]`. */
export interface Ratings {
  /** Distinct ids as they stand in the file, in order of first appearance. */
  readonly users: readonly string[];
  /** Distinct ids of the items, in order of first appearance. */
  readonly items: readonly string[];
  /** i32[length] place of each rating's user in `users`. */
  readonly user: Int32Array;
  /** i32[length] place of each rating's item in `items`. */
  readonly item: Int32Array;
  /** f32[length] the ratings. */
  readonly rating: Float32Array;
  /** Unix seconds. */
  readonly time: Float64Array;
  /** Number of ratings. */
  readonly length: number;
  /** Rows that gave none; empty when the ratings were not read from a table. */
  readonly leftOut?: readonly LeftOut[];
}

/** How to read ratings; what is not given is found. */
export interface RatingOptions extends WatchOptions {
  /** Where the user is. */
  readonly userColumn?: ColumnName;
  /** Where the item is. */
  readonly itemColumn?: ColumnName;
  /** Where the rating is. */
  readonly ratingColumn?: ColumnName;
  /** Where the time is. */
  readonly timeColumn?: ColumnName;
  /** Between two fields, one or more characters. */
  readonly delimiter?: string;
  /** Unit of numeric times. */
  readonly timeUnit?: TimeUnit;
  /** Refuse rows without a user, an item, a rating or a time, which are left out otherwise. */
  readonly strict?: boolean;
  /** Leave out rows that cannot be read, which are refused otherwise. */
  readonly skipBadRows?: boolean;
  /** What errors call the source. */
  readonly name?: string;
}

const ROLES = ["user", "item", "rating", "time"] as const;
const NAMES = [
  ...ROLES.map((role) => `${role}Column`),
  ...["delimiter", "timeUnit", "strict", "skipBadRows", "name", ...WATCH_OPTIONS],
];
const REMEDY =
  "Expected is ratings.dat, u.data or a table whose header names user, item, rating and time.";

/** The errors are those of the public `readRatings`. */
export async function readRatings(source: Source, options: RatingOptions): Promise<Ratings> {
  checkNames(options, NAMES, "reading");
  const { name = nameOf(source), delimiter, timeUnit, strict, skipBadRows } = options;
  checkName(name);
  for (const role of ROLES) checkColumn(`${role}Column`, options[`${role}Column`]);
  if (timeUnit !== undefined) checkChoice("timeUnit", timeUnit, Object.keys(UNITS_PER_SECOND));
  if (strict !== undefined) checkBoolean("strict", strict);
  if (skipBadRows !== undefined) checkBoolean("skipBadRows", skipBadRows);
  checkWatch(options);
  const watch = new Watch([source], options);
  watch.begin(source);
  const table = await openTable(source, name, { delimiter, watch });
  try {
    return await read(table, options, watch);
  } finally {
    await table.close();
  }
}

async function read(table: Table, options: RatingOptions, watch: Watch): Promise<Ratings> {
  const { columns, hasHeader } = columnsOf(table, options);
  const tally = new Tally(options.strict ?? false, options.skipBadRows ?? false);
  const builder = new RatingsBuilder(table, columns, tally);
  const width = table.first.findLastIndex((field) => field !== "") + 1;
  const rows = table.rows({
    columns: columns.map(({ position }) => position - 1),
    width: { least: width, most: table.first.length },
    skip: hasHeader ? 1 : 0,
    comment: undefined,
    missing: new MissingWords([]),
    bad: (line, expected, found) => tally.bad(table.name, line, expected, words(found)),
    literal: () => {},
  });
  for await (const batch of rows) {
    for (let row = 0; row < batch.count; ++row) builder.add(batch, row);
    watch.read(batch.count);
    await pace();
  }
  watch.end();
  return builder.ratings(options.timeUnit);
}

/** The columns of `ROLES`, and whether the first row names them. */
function columnsOf(
  table: Table,
  options: RatingOptions,
): { readonly columns: readonly FoundColumn[]; readonly hasHeader: boolean } {
  if (table.first.length === 0) {
    throw new FormatError(table.name, "ratings", words("no text at all"), REMEDY);
  }
  const isNamed = ROLES.some((role) => options[`${role}Column`] !== undefined);
  const isData = !table.hasNames && looksLikeData(table.first);
  if (isData && !isNamed) {
    if (table.first.length < ROLES.length) throw notFour(table);
    const columns = ROLES.map((role, i) => ({
      name: role,
      position: i + 1,
      found: "guessed" as const,
    }));
    return { columns, hasHeader: false };
  }
  if (table.first.length < ROLES.length && !table.hasNames) throw notFour(table);
  const header = new Header(table.first, !isData, table.name, table.nested);
  const columns = ROLES.map((role: Role & (typeof ROLES)[number]) => {
    const named = options[`${role}Column`];
    const found =
      header.find(role, named) ?? (role === "user" ? header.find("session") : undefined);
    if (!found) throw header.missing(role, named);
    return found;
  });
  return { columns, hasHeader: !isData };
}

function notFour({ first, name }: Table): FormatError {
  const found = words(JSON.stringify(first.join(" ").slice(0, 80)));
  return new FormatError(`${name}, line 1`, "four fields", found, REMEDY);
}

class RatingsBuilder {
  readonly #table: string;
  readonly #columns: readonly FoundColumn[];
  readonly #tally: Tally;
  readonly #users = new Ids();
  readonly #items = new Ids();
  readonly #user = growingNumbers();
  readonly #item = growingNumbers();
  readonly #rating = growingFloats();
  readonly #time = growingFloats();
  readonly #comma: boolean;
  readonly #times: TimeColumn;

  constructor(table: Table, columns: readonly FoundColumn[], tally: Tally) {
    this.#table = table.name;
    this.#columns = columns;
    this.#tally = tally;
    this.#comma = table.facts.delimiter !== ",";
    this.#times = new TimeColumn(this.#comma);
  }

  add(rows: Rows, row: number): void {
    for (let column = 0; column < ROLES.length; ++column) {
      if (rows.at(row, column)) continue;
      this.#tally.missing(ROLES[column]!, this.#table, rows.lineOf(row));
      return;
    }
    rows.at(row, 2);
    const rating = numberAt(rows.bytes, rows.begin, rows.end, this.#comma);
    if (Number.isNaN(rating)) {
      this.#bad(rows, row, 2, "a number");
      return;
    }
    rows.at(row, 3);
    const time = this.#times.read(rows, row);
    if (Number.isNaN(time)) {
      this.#bad(rows, row, 3, this.#times.expected);
      return;
    }
    this.#rating.push(rating);
    this.#time.push(time);
    rows.at(row, 0);
    this.#user.push(this.#users.numberAt(rows));
    rows.at(row, 1);
    this.#item.push(this.#items.numberAt(rows));
  }

  async ratings(unit: TimeUnit | undefined): Promise<Ratings> {
    const time = await this.#time.taken();
    if (time.length === 0) throw new FormatError(this.#table, "at least one rating", 0);
    this.#times.toSeconds(time, unit, this.#table);
    return {
      users: await this.#users.texts(),
      items: await this.#items.texts(),
      user: await this.#user.taken(),
      item: await this.#item.taken(),
      rating: Float32Array.from(await this.#rating.taken()),
      time,
      length: time.length,
      leftOut: this.#tally.list,
    };
  }

  #bad(rows: Rows, row: number, column: number, expected: string): void {
    const name = JSON.stringify(this.#columns[column]!.name);
    const line = rows.lineOf(row);
    this.#tally.bad(this.#table, line, `${expected} in column ${name}`, textAt(rows));
  }
}
