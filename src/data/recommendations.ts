/** Lists of recommended items, of whatever recommends: what they hold, their options, and the ids in them. */

import { checkList } from "../checks.js";
import { checkId, type Id } from "./events.js";
import type { Items } from "./items.js";

/** An item and how high it scored: of a model the product with its weights, before any final activation. */
export interface Recommendation {
  /** The recommended item. */
  readonly itemId: Id;
  /** Its score before any final activation: higher is better, lists are sorted by it. */
  readonly score: number;
}

/** Options of a list. */
export interface ListOptions {
  /** How many, ≥ 0. Default 20. */
  readonly count?: number;
  /** Never these. Unknown ids are ignored. */
  readonly exclude?: Iterable<Id>;
  /** Only these. Unknown ids are ignored. */
  readonly only?: Iterable<Id>;
}

export const DEFAULT_COUNT = 20;

/** The rows of a list of ids; unknown ids are left out. */
export function rowsOf(items: Items, itemIds: Iterable<Id>, path: string): number[] {
  checkList(path, itemIds, "item ids");
  const rows = Array.from(itemIds, (itemId, i) =>
    items.indexOf(checkId(itemId, () => `${path}[${i}]`)),
  );
  return rows.filter((row) => row >= 0);
}
