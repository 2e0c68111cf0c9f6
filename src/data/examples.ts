/**
 * Examples for retrieval: up to `windowLength` items that a user chose, and the next one.
 *
 *     timeline  a b c d        windowLength 3, padding –
 *     example   a – –  → b     short windows are filled up on the right
 *               a b –  → c
 *               a b c  → d
 *
 * As in the tutorial "recommending movies: retrieval using a sequential model" of TensorFlow
 * Recommenders: ratings of at least `minRating`, users of at least `minLength` of them, in the order
 * of time (of the file where times are equal), one example for every rating but a user's first.
 */

import { checkInteger, checkList, checkNames, checkNumber, withDefaults } from "../checks.js";
import { ConfigError, words } from "../errors.js";
import type { Id } from "./events.js";
import { Items, NO_ITEM } from "./items.js";
import type { Ratings } from "./ratings.js";
import { LONGEST_WINDOW } from "./windows.js";

/** Options of `examplesOf`. */
export interface ExampleOptions {
  /** Longest context, from 1 to 1024. Default 10. */
  readonly windowLength?: number;
  /** Lower ratings are dropped. Default 2. */
  readonly minRating?: number;
  /** Users with fewer ratings left are skipped, ≥ 2. Default 3. */
  readonly minLength?: number;
  /** The catalogue; default: all items that are rated. Ratings of other items are an error. */
  readonly items?: Items | Iterable<Id>;
}

/** Examples as flat columns; row n of `contexts` is [n·windowLength, (n + 1)·windowLength). */
export interface Examples {
  /** The catalogue that rows of contexts and targets point into. */
  readonly items: Items;
  /** Items of a context, from 1 to 1024. */
  readonly windowLength: number;
  /** Number of examples. */
  readonly length: number;
  /** i32[length, windowLength] rows of the catalogue, oldest first, then `NO_ITEM`. */
  readonly contexts: Int32Array;
  /** i32[length] rows of the catalogue. */
  readonly targets: Int32Array;
  /** f64[length] Unix seconds of each target. */
  readonly times: Float64Array;
}

/** Examples and what was left out of them. */
export interface MadeExamples extends Examples {
  /** Users with examples, and users with fewer than `minLength` ratings. */
  readonly users: number;
  /** Users with too few ratings to give an example. */
  readonly skippedUsers: number;
  /** Ratings below `minRating`. */
  readonly droppedRatings: number;
}

/** The most items of all contexts together, 4 GiB: training has no room for more. */
const MOST = 2 ** 30;

/** The defaults of `ExampleOptions`. */
export const EXAMPLE_DEFAULTS = { windowLength: 10, minRating: 2, minLength: 3 } as const;

/**
 * An example for every rating of a user but the first.
 *
 * @throws ConfigError when an option is out of range, an item is unknown or no user has enough
 */
export function examplesOf(ratings: Ratings, options: ExampleOptions = {}): MadeExamples {
  checkNames(options, [...Object.keys(EXAMPLE_DEFAULTS), "items"], "example");
  const { windowLength, minRating, minLength } = withDefaults<
    Required<Omit<ExampleOptions, "items">>
  >(EXAMPLE_DEFAULTS, options);
  checkInteger("windowLength", windowLength, 1, LONGEST_WINDOW);
  checkNumber("minRating", minRating, 0);
  checkInteger("minLength", minLength, 2);
  checkRatings(ratings);
  const { items, rows } = catalogueOf(ratings, options.items);
  const timelines = timelinesOf(ratings, minRating);
  const kept = timelines.filter((timeline) => timeline.length >= minLength);
  const length = kept.reduce((sum, timeline) => sum + timeline.length - 1, 0);
  if (length === 0) {
    const longest = timelines.reduce((most, timeline) => Math.max(most, timeline.length), 0);
    const expected = `a user with at least ${minLength} ratings of ${minRating} or more`;
    throw new ConfigError("ratings", expected, words(`at most ${longest} a user`));
  }
  if (length * windowLength > MOST) {
    const found = words(`${length} of ${windowLength} items`);
    throw new ConfigError("windowLength", "examples of at most 4 GiB", found, "Lower it.");
  }

  const contexts = new Int32Array(length * windowLength).fill(NO_ITEM);
  const targets = new Int32Array(length);
  const times = new Float64Array(length);
  let n = 0;
  for (const timeline of kept) {
    const chosen = timeline.map((i) => rows[ratings.item[i]!]!);
    for (let place = 1; place < chosen.length; ++place, ++n) {
      contexts.set(chosen.slice(Math.max(0, place - windowLength), place), n * windowLength);
      targets[n] = chosen[place]!;
      times[n] = ratings.time[timeline[place]!]!;
    }
  }
  const dropped = timelines.reduce((sum, timeline) => sum - timeline.length, ratings.length);
  return {
    items,
    windowLength,
    length,
    contexts,
    targets,
    times,
    users: kept.length,
    skippedUsers: ratings.users.length - kept.length,
    droppedRatings: dropped,
  };
}

function checkRatings(ratings: Ratings): void {
  const { users, items, user, item, rating, time, length } = ratings ?? {};
  const isWhole = Array.isArray(users) && Array.isArray(items) && Number.isSafeInteger(length);
  if (isWhole && [user, item, rating, time].every((column) => column?.length === length)) return;
  throw new ConfigError("ratings", "ratings, as of readRatings", ratings);
}

/** Examples as `examplesOf` makes them, by their kinds; numbers in them are looked at where they are used. */
export function checkExamples(path: string, value: unknown): asserts value is Examples {
  const { items, windowLength, length, ...columns } = (value ?? {}) as Partial<Examples>;
  const { contexts, targets, times } = columns;
  const isCounted = [windowLength, length].every((count) => Number.isSafeInteger(count));
  const isFilled = [contexts, targets, times].every((column) => ArrayBuffer.isView(column));
  if (items instanceof Items && isCounted && isFilled) return;
  throw new ConfigError(path, "examples, as of examplesOf", value);
}

/** The catalogue, counted in these ratings, and the row of each rated item. */
function catalogueOf(
  { items: rated, item }: Ratings,
  given: Items | Iterable<Id> | undefined,
): { items: Items; rows: Int32Array } {
  if (given !== undefined && !(given instanceof Items)) checkList("items", given, "item ids");
  const ids = given instanceof Items ? given.ids : [...(given ?? [...rated].sort())];
  const known = Items.from(ids);
  const rows = Int32Array.from(rated, (id) => known.indexOf(id));
  const unknown = rows.indexOf(-1);
  if (unknown >= 0) {
    const remedy = "Give the catalogue of all rated items, or none.";
    throw new ConfigError("items", "every item that is rated", rated[unknown], remedy);
  }
  const support = new Int32Array(known.size);
  for (const i of item) support[rows[i]!]!++;
  return { items: Items.from(ids, support), rows };
}

/** The ratings of each user that are not dropped, in the order of time; the sort is stable. */
function timelinesOf(
  { users, user, rating, time, length }: Ratings,
  minRating: number,
): number[][] {
  const timelines: number[][] = users.map(() => []);
  for (let i = 0; i < length; ++i) {
    const timeline = timelines[user[i]!];
    if (!timeline) {
      throw new ConfigError(`ratings.user[${i}]`, `a row of ${users.length} users`, user[i]);
    }
    if (rating[i]! >= minRating) timeline.push(i);
  }
  for (const timeline of timelines) timeline.sort((a, b) => time[a]! - time[b]!);
  return timelines;
}
