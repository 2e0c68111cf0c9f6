/** Which columns of a table hold what: by the names given, or by names that are usual. */

import { ConfigError, FormatError, words } from "../../errors.js";
import { parseIso8601, parseNumber } from "./times.js";

/** What a column may hold. */
export type Role =
  | "session"
  | "user"
  | "item"
  | "time"
  | "order"
  | "event"
  | "rating"
  | "title"
  | "genres";

/** Where a column was found, and how. */
export interface FoundColumn {
  /** As the table calls it; its position where nothing is called so. */
  readonly name: string;
  /** Counted from 1. */
  readonly position: number;
  /** Whether an option named it, or its name was recognised. */
  readonly found: "named" | "guessed";
}

/**
 * Names in public data sets and in what databases and web analytics export, likeliest first, in lower
 * case without punctuation.
 */
const GUESSES: Readonly<Record<Role, readonly string[]>> = {
  session: list(
    "sessionid session sid usersession usersessionid sessionhash sessionidhash sessionkey sess sessid",
    "visitid visit gasessionid basketid sessionnumber",
  ),
  user: list(
    "userid user uid visitorid visitor customerid customer clientid client cookieid cookie fullvisitorid",
    "userpseudoid personid profileid memberid reviewerid anonymousid distinctid deviceid accountid",
  ),
  item: list(
    "itemid item productid product sku productsku productskuhash parentasin asin articleid article",
    "clickarticleid movieid movie trackid songid videoid newsid contentid content pageid page url pagepath",
    "pagelocation listingid offerid bookid gameid appid recipeid poiid venueid businessid docid documentid",
    "itemindex itemsku materialid goodsid aid",
  ),
  time: list(
    "time timestamp ts unixtime unixtimestamp eventtime eventtimestamp datetime clicktimestamp clicktime",
    "clickedat viewedat occurredat at createdat receivedat servertimestampepochms servertime visittime",
    "reviewtime unixreviewtime interactiontime timems hittimestamp eventdate date day localtime utctime",
  ),
  order: list("timeframe hitnumber eventindex eventorder seqno sequencenumber clickorder"),
  event: list(
    "event eventtype eventname action actiontype type behavior behaviour behaviortype productaction",
    "interaction interactiontype",
  ),
  rating: list("rating stars score overall rate ratings"),
  title: list("title movietitle name itemname productname producttitle"),
  genres: list("genres genre category categories"),
};

const EXPECTED: Readonly<Record<Role, string>> = {
  session: "session ids",
  user: "user ids",
  item: "item ids",
  time: "times",
  order: "the order of clicks",
  event: "kinds of events",
  rating: "ratings",
  title: "titles",
  genres: "genres",
};

const SHOWN_COLUMNS = 20;

function list(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(" "));
}

/** How columns are named: `sessionColumn` in a program. */
export function optionOf(role: Role): string {
  return `${role}Column`;
}

/** The error for a column that holds several values a row, if one is called so. */
export type Nested = (named: string, what: string) => FormatError | undefined;

/** The columns of a table, by name. */
export class Header {
  readonly #names: readonly string[];
  readonly #plain: readonly string[];
  readonly #hasNames: boolean;
  readonly #table: string;
  readonly #nested: Nested | undefined;

  /**
   * @param hasNames false where columns have positions only
   * @param nested knows columns that cannot be read
   */
  constructor(names: readonly string[], hasNames: boolean, table: string, nested?: Nested) {
    this.#names = names;
    this.#plain = hasNames ? names.map(plainName) : [];
    this.#hasNames = hasNames;
    this.#table = table;
    this.#nested = nested;
  }

  /**
   * The column that is named, or the one that is likeliest; undefined when none is.
   *
   * @param named a name, or a position counted from 1 where no column is called so
   * @param but a column that it may not be
   * @throws FormatError when the named column is not there, or two have the name
   */
  find(role: Role, named?: string | number, but?: FoundColumn): FoundColumn | undefined {
    if (named !== undefined) return this.named(named, EXPECTED[role], optionOf(role));
    for (const guess of GUESSES[role]) {
      const place = this.#plain.indexOf(guess);
      if (place < 0 || place + 1 === but?.position) continue;
      const other = this.#plain.indexOf(guess, place + 1);
      if (other >= 0 && this.#names[other] === this.#names[place]) {
        throw this.#twice(place, EXPECTED[role], optionOf(role));
      }
      return { name: this.#names[place]!, position: place + 1, found: "guessed" };
    }
    return undefined;
  }

  /** An error for a column that was not found. */
  missing(role: Role, named?: string | number): FormatError {
    return this.#absent(EXPECTED[role], optionOf(role), named);
  }

  /**
   * The column of a name, or of a position counted from 1 where no column is called so.
   *
   * @param what is in it, and the option that names it: for errors
   * @throws FormatError when there is none, or two
   */
  named(named: string | number, what: string, option: string): FoundColumn {
    const place = this.#hasNames ? this.#names.indexOf(String(named)) : -1;
    if (place >= 0) {
      if (this.#names.indexOf(String(named), place + 1) >= 0) {
        throw this.#twice(place, what, option);
      }
      return { name: this.#names[place]!, position: place + 1, found: "named" };
    }
    const position = Number(named);
    if (!/^[1-9]\d*$/.test(String(named)) || position > this.#names.length) {
      throw this.#absent(what, option, named);
    }
    const name = this.#hasNames ? this.#names[position - 1]! : String(position);
    return { name, position, found: "named" };
  }

  #absent(what: string, option: string, named: string | number | undefined): FormatError {
    const nested = this.#nested?.(String(named), what);
    if (nested) return nested;
    const wanted = named === undefined ? "" : ` named ${JSON.stringify(named)}`;
    const found = words(
      this.#hasNames ? `the columns ${this.#listed()}` : `${this.#names.length} columns`,
    );
    const expected = `a column of ${what}${wanted}`;
    return new FormatError(this.#table, expected, found, `Name it with \`${option}\`.`);
  }

  #twice(place: number, what: string, option: string): FormatError {
    const found = words(`two named ${JSON.stringify(this.#names[place]!.slice(0, 80))}`);
    const remedy = `Give the position of the right one to \`${option}\`.`;
    return new FormatError(this.#table, `one column of ${what}`, found, remedy);
  }

  #listed(): string {
    const names = this.#names
      .slice(0, SHOWN_COLUMNS)
      .map((name) => JSON.stringify(name.slice(0, 80)));
    const more = this.#names.length - names.length;
    return names.join(", ") + (more > 0 ? ` and ${more} more` : "");
  }
}

/** `session_id:token` → `sessionid`. */
function plainName(name: string): string {
  return name
    .replace(/:(token|float|token_seq|float_seq)$/, "")
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "");
}

/** Whether a first row holds values instead of names. */
export function looksLikeData(row: readonly string[]): boolean {
  return row.some((field) => isNumber(field) || isIso(field));
}

/**
 * The error for a table whose first row is data: it says how to read this very file.
 *
 * @param rows the first ones
 */
export function noHeader(rows: readonly (readonly string[])[], table: string): FormatError {
  const [first = []] = rows;
  const places = first.map((_, place) => place);
  const all = (place: number, test: (field: string) => boolean): boolean =>
    rows.every((row) => test(row[place] ?? ""));
  const isEpoch = (field: string): boolean => parseNumber(field) >= 1e8;
  const time =
    places.find((place) => all(place, isIso)) ??
    places.find((place) => all(place, isEpoch)) ??
    places.findLast((place) => all(place, isNumber)) ??
    0;
  const [session = 0, item = 1] = places.filter((place) => place !== time);
  const shown = words(`the row ${JSON.stringify(first.join(" ").slice(0, 120))}`);
  const positions = [session, item, time].map((place) => place + 1);
  const remedy =
    `If the file has no header, read it with \`header: false\`, \`sessionColumn: ${positions[0]}\`, ` +
    `\`itemColumn: ${positions[1]}\`, \`timeColumn: ${positions[2]}\`.`;
  return new FormatError(`${table}, line 1`, "a header that names the columns", shown, remedy);
}

function isNumber(field: string): boolean {
  return !Number.isNaN(parseNumber(field));
}

function isIso(field: string): boolean {
  return !Number.isNaN(parseIso8601(field));
}

/** @throws ConfigError when it is neither a name nor a position */
export function checkColumn(option: string, named: unknown): void {
  if (named === undefined || typeof named === "string") return;
  if (typeof named === "number" && Number.isInteger(named) && named >= 1) return;
  throw new ConfigError(option, "the name or the position of a column", named);
}
