/** Lists that a scorer recommends. */

import { checkInteger, checkNames } from "../checks.js";
import { BestList } from "../data/best-list.js";
import type { Id } from "../data/events.js";
import {
  DEFAULT_COUNT,
  type ListOptions,
  type Recommendation,
  rowsOf,
} from "../data/recommendations.js";
import type { Scorer } from "../data/scorer.js";

/** Lists up to this long are kept sorted while scanning; longer ones are sorted afterwards. */
const LONGEST = 1024;

export function listOf(
  scorer: Scorer,
  itemIds: Iterable<Id>,
  options: ListOptions,
): Recommendation[] {
  checkNames(options, ["count", "exclude", "only"], "recommend");
  const { count = DEFAULT_COUNT, exclude = [], only } = options;
  checkInteger("count", count, 0);
  const { items } = scorer;
  const visit = rowsOf(items, itemIds, "itemIds");
  const left = new Set(rowsOf(items, exclude, "exclude"));
  const kept = only === undefined ? undefined : new Set(rowsOf(items, only, "only"));
  if (visit.length === 0) return [];
  const scores = new Float32Array(items.size);
  scorer.score(Int32Array.from(visit), scores);
  const rows = Array.from(kept ?? scores.keys()).filter((row) => !left.has(row));
  const best = count > LONGEST ? sorted(rows, scores) : highest(rows, scores, count);
  return best.slice(0, count).map((row) => ({ itemId: items.ids[row]!, score: scores[row]! }));
}

function highest(rows: readonly number[], scores: Float32Array, count: number): number[] {
  const list = new BestList(Math.min(count, rows.length));
  for (const row of rows) list.offer(row, scores[row]!);
  return list.rows;
}

function sorted(rows: readonly number[], scores: Float32Array): number[] {
  return rows.toSorted((a, b) => scores[b]! - scores[a]! || a - b);
}
