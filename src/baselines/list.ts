/** Lists that a scorer recommends. */

import { checkInteger, checkNames } from "../checks.js";
import type { Id } from "../data/events.js";
import {
  DEFAULT_COUNT,
  type ListOptions,
  type Recommendation,
  rowsOf,
} from "../data/recommendations.js";
import type { Scorer } from "../data/scorer.js";

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
  rows.sort((a, b) => scores[b]! - scores[a]! || a - b);
  return rows.slice(0, count).map((row) => ({ itemId: items.ids[row]!, score: scores[row]! }));
}
