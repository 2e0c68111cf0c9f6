/** Lists that a scorer recommends. */

import { checkInteger, checkList, checkNames } from "../checks.js";
import { checkId, type Id } from "../data/events.js";
import type { Items } from "../data/items.js";
import type { Scorer } from "../data/scorer.js";

/** An item that a baseline recommends. */
export interface BaselineItem {
  /** The recommended item. */
  readonly itemId: Id;
  /** Its score: higher is better. */
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

export function listOf(
  scorer: Scorer,
  itemIds: Iterable<Id>,
  options: ListOptions,
): BaselineItem[] {
  checkNames(options, ["count", "exclude", "only"], "recommend");
  const { count = 20, exclude = [], only } = options;
  checkInteger("count", count, 0);
  const { items } = scorer;
  const visit = rowsOf(items, itemIds, "itemIds");
  const left = new Set(rowsOf(items, exclude, "exclude"));
  const kept = only === undefined ? undefined : new Set(rowsOf(items, only, "only"));
  if (visit.length === 0) return [];
  const scores = new Float32Array(items.size);
  scorer.score(Int32Array.from(visit), scores);
  const rows = Array.from(kept ?? scores.keys()).filter((row) => !left.has(row));
  rows.sort((a, b) => scores[b]! - scores[a]! || a - b);
  return rows.slice(0, count).map((row) => ({ itemId: items.ids[row]!, score: scores[row]! }));
}

function rowsOf(items: Items, ids: Iterable<Id>, path: string): number[] {
  checkList(path, ids, "item ids");
  const rows = Array.from(ids, (id, i) => items.indexOf(checkId(id, () => `${path}[${i}]`)));
  return rows.filter((row) => row >= 0);
}
