/**
 * MovieLens ratings in every form that GroupLens publishes them in, and as any table with a header:
 *
 *     user::item::rating::time            ratings.dat of 1M and 10M
 *     user ⇥ item ⇥ rating ⇥ time         u.data of 100K
 *     userId,movieId,rating,timestamp     ratings.csv of 20M and later; other names and delimiters too
 *
 * The form is found by the first line; all others have as many fields. Times are Unix seconds.
 */

import { checkNames } from "../checks.js";
import { FormatError, words } from "../errors.js";
import { checkName, nameOf, type Source, textOf } from "./decoding.js";
import { placeOf } from "./interned.js";
import { linesOf } from "./lines.js";
import { parseNumber } from "./times.js";

/** Ratings as columns: entry i is a rating of `items[item[i]]` by `users[user[i]]`. */
export interface Ratings {
  /** Distinct ids as they stand in the file, in order of first appearance. */
  readonly users: readonly string[];
  readonly items: readonly string[];
  readonly user: Int32Array;
  readonly item: Int32Array;
  readonly rating: Float32Array;
  /** Unix seconds. */
  readonly time: Float64Array;
  /** Number of ratings. */
  readonly length: number;
}

/** Header names, in lower case without punctuation, of the four columns in their usual order. */
const HEADER = [
  ["userid", "user", "sessionid"],
  ["movieid", "itemid", "movie", "item"],
  ["rating", "stars", "score"],
  ["timestamp", "time", "unixtimestamp"],
] as const;
const ROLES = ["user ids", "item ids", "ratings", "times"] as const;
const REMEDY =
  "Expected is ratings.dat, u.data or a table whose header names user, item, rating and time.";

/** How the lines of a file are cut, and where the four columns stand. */
interface Layout {
  readonly delimiter: string;
  readonly places: readonly [number, number, number, number];
  readonly width: number;
  readonly hasHeader: boolean;
}

/**
 * Reads ratings from text or bytes, gzip or not. Blank lines are skipped.
 *
 * @param options.name what errors call the source
 * @throws FormatError naming the source and the line
 */
export async function readRatings(
  source: Source,
  options: { readonly name?: string } = {},
): Promise<Ratings> {
  checkNames(options, ["name"], "reading");
  const { name = nameOf(source) } = options;
  checkName(name);
  const builder = new RatingsBuilder(name);
  let line = 0;
  for await (const text of linesOf(textOf(source, name), name)) builder.add(text, ++line);
  return builder.ratings();
}

class RatingsBuilder {
  readonly #name: string;
  readonly #users = new Map<string, number>();
  readonly #items = new Map<string, number>();
  readonly #columns: { user: number[]; item: number[]; rating: number[]; time: number[] } = {
    ...{ user: [], item: [], rating: [], time: [] },
  };
  #layout: Layout | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  add(text: string, line: number): void {
    if (text.trim() === "") return;
    const isFirst = this.#layout === undefined;
    const where = `${this.#name}, line ${line}`;
    this.#layout ??= layoutOf(text, where);
    const { delimiter, places, width, hasHeader } = this.#layout;
    if (isFirst && hasHeader) return;
    const fields = text.split(delimiter);
    // A longer line would be read one column off: quoted fields that hold the delimiter are not known.
    if (fields.length !== width) {
      const remedy = fields.length > width ? "No field may hold the delimiter." : undefined;
      throw new FormatError(where, `${width} fields`, fields.length, remedy);
    }
    const [user, item, rating, time] = places.map((place) => unquoted(fields[place]!));
    const { user: users, item: items, rating: ratings, time: times } = this.#columns;
    ratings.push(numberOf(rating!, `${where}, rating`));
    times.push(numberOf(time!, `${where}, time`));
    users.push(placeOf(this.#users, user!));
    items.push(placeOf(this.#items, item!));
  }

  ratings(): Ratings {
    const { user, item, rating, time } = this.#columns;
    if (!this.#layout)
      throw new FormatError(this.#name, "ratings", words("no text at all"), REMEDY);
    if (user.length === 0) throw new FormatError(this.#name, "at least one rating", 0);
    return {
      ...{ users: [...this.#users.keys()], items: [...this.#items.keys()] },
      ...{ user: Int32Array.from(user), item: Int32Array.from(item) },
      ...{ rating: Float32Array.from(rating), time: Float64Array.from(time), length: user.length },
    };
  }
}

/** @throws FormatError when the first line is none of the forms */
function layoutOf(line: string, where: string): Layout {
  const delimiter = ["::", "\t", ",", ";"].find((mark) => line.includes(mark));
  const fields = line.split(delimiter ?? "\t").map(unquoted);
  if (delimiter === undefined || fields.length < 4) {
    const found = words(JSON.stringify(line.slice(0, 80)));
    throw new FormatError(where, "four fields", found, REMEDY);
  }
  const isData = [2, 3].every((place) => !Number.isNaN(parseNumber(fields[place]!)));
  const width = fields.length;
  if (isData) return { delimiter, places: [0, 1, 2, 3], width, hasHeader: false };
  const plain = fields.map((field) => field.toLowerCase().replace(/[^a-z]/g, ""));
  const places = HEADER.map((names, role) => {
    const place = plain.findIndex((field) => (names as readonly string[]).includes(field));
    if (place >= 0) return place;
    const listed = words(
      `the columns ${fields.map((f) => JSON.stringify(f.slice(0, 40))).join(", ")}`,
    );
    throw new FormatError(where, `a column of ${ROLES[role]}`, listed, REMEDY);
  });
  const four = places as unknown as Layout["places"];
  return { delimiter, places: four, width, hasHeader: true };
}

function unquoted(field: string): string {
  const text = field.trim();
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

function numberOf(text: string, where: string): number {
  const value = parseNumber(text);
  if (Number.isNaN(value)) throw new FormatError(where, "a number", text);
  return value;
}
