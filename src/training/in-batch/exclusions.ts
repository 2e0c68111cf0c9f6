/** The items that each example is never compared with, as rows of the catalogue. */

import { checkId, type Id } from "../../data/events.js";
import type { Items } from "../../data/items.js";
import { ConfigError } from "../../errors.js";

/** Lists that are looked up in about a millisecond, if they are short. */
const LISTS = 2 ** 8;

export interface Exclusions {
  /** i32[examples + 1] where each example's list begins, and i32[·] the lists; both empty without any. */
  readonly excludedStarts: Int32Array;
  readonly excluded: Int32Array;
}

/**
 * Made in steps. Unknown ids are ignored. So is the example's target: it always counts.
 *
 * @param targets i32[n] rows of the catalogue
 * @throws ConfigError when there is not one list an example, or one is no list
 */
export function* exclusionsOf(
  items: Items,
  targets: Int32Array,
  given: readonly Iterable<Id>[] | undefined,
): Generator<void, Exclusions> {
  const none = new Int32Array(0);
  if (given === undefined) return { excludedStarts: none, excluded: none };
  if (!Array.isArray(given)) throw new ConfigError("exclude", "lists of item ids", given);
  if (given.length !== targets.length) {
    throw new ConfigError("exclude", `${targets.length} lists, one an example`, given.length);
  }
  const excludedStarts = new Int32Array(targets.length + 1);
  const excluded: number[] = [];
  for (const [n, ids] of given.entries()) {
    if (typeof ids === "string" || typeof ids?.[Symbol.iterator] !== "function") {
      throw new ConfigError(`exclude[${n}]`, "a list of item ids", ids);
    }
    for (const id of ids) {
      const row = items.indexOf(checkId(id, () => `exclude[${n}]`));
      if (row >= 0 && row !== targets[n]) excluded.push(row);
    }
    excludedStarts[n + 1] = excluded.length;
    if (n % LISTS === 0) yield;
  }
  return excluded.length > 0
    ? { excludedStarts, excluded: Int32Array.from(excluded) }
    : { excludedStarts: none, excluded: none };
}
