/** Rows of one catalogue as rows of another, made in steps. */

import { ConfigError } from "../errors.js";
import { type Items, NO_ITEM } from "./items.js";

/** Ids that are looked up, and rows that are copied, in about a millisecond. */
const IDS_PIECE = 2 ** 12;
const ROWS_PIECE = 2 ** 17;

/**
 * The row among `items` of each item of another catalogue, i32[others.size].
 *
 * @param path what holds the other items, for errors
 * @throws ConfigError when an item is missing
 */
export function* rowsAmong(
  items: Items,
  others: Items,
  path: string,
  remedy: string,
): Generator<void, Int32Array> {
  const rows = new Int32Array(others.size);
  for (const [other, id] of others.ids.entries()) {
    const row = items.indexOf(id);
    if (row < 0) throw new ConfigError(path, "only items that the model knows", id, remedy);
    rows[other] = row;
    if (other % IDS_PIECE === 0) yield;
  }
  return rows;
}

/** These rows as those that `rowsAmong` found; `NO_ITEM` stays. */
export function* translated(given: Int32Array, rows: Int32Array): Generator<void, Int32Array> {
  const made = new Int32Array(given.length);
  for (let i = 0; i < made.length; ++i) {
    const item = given[i]!;
    made[i] = item === NO_ITEM ? NO_ITEM : rows[item]!;
    if (i % ROWS_PIECE === 0) yield;
  }
  return made;
}
