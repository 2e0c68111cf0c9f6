/** Lists that a model recommends: their options, and how they are made from the scores of rows. */

import { checkBoolean, checkInteger, checkNames } from "../checks.js";
import { checkId, type Id } from "../data/events.js";
import type { Items } from "../data/items.js";
import {
  DEFAULT_COUNT,
  type ListOptions,
  type Recommendation,
  rowsOf,
} from "../data/recommendations.js";
import type { RowScores } from "./row-scores.js";
import type { Scored } from "./top-list.js";

/** Options of `recommend`. */
export interface RecommendOptions extends ListOptions {
  /**
   * Bound all scores by a copy of the item weights in bytes and compute only those that may be among the
   * best: the same list, faster on large catalogues. The copy takes a quarter of the memory of the
   * weights and is made by the first such call after training or loading. Default false.
   */
  readonly quantize?: boolean;
}

/** How many, ≥ 0. Default 20. */
export type SimilarOptions = Pick<RecommendOptions, "count">;

export const RECOMMEND_NAMES: readonly string[] = ["count", "exclude", "only", "quantize"];

/** @throws ConfigError when an option is out of range; lists are checked when they are read */
export function checkRecommend(
  options: RecommendOptions,
  names: readonly string[],
  what = "recommend",
): void {
  checkNames(options, names, what);
  if (options.count !== undefined) checkInteger("count", options.count, 0);
  if (options.quantize !== undefined) checkBoolean("quantize", options.quantize);
}

/** The best rows for a state: equal scores list the lower row first. */
export function recommended(
  scores: RowScores,
  items: Items,
  state: Float32Array,
  { count = DEFAULT_COUNT, exclude, only, quantize = false }: RecommendOptions,
): Recommendation[] {
  const view = quantize ? scores.bound(state) : scores.score(state);
  if (only !== undefined) keepOnly(view, rowsOf(items, only, "only"));
  if (exclude !== undefined) {
    for (const item of rowsOf(items, exclude, "exclude")) view[item] = Number.NEGATIVE_INFINITY;
  }
  return named(items, quantize ? scores.topBounded(state, count) : scores.top(count));
}

/** Items whose rows point the same way as an item's row, itself left out. Throws ConfigError. */
export function similarTo(
  items: Items,
  itemId: Id,
  options: SimilarOptions,
  read: (use: (weights: { readonly scores: RowScores }) => Recommendation[]) => Recommendation[],
): Recommendation[] {
  checkRecommend(options, ["count"], "similarItems");
  const item = items.indexOf(checkId(itemId, () => "itemId"));
  if (item < 0) return [];
  return read(({ scores }) => {
    scores.similarities(item)[item] = Number.NEGATIVE_INFINITY;
    return named(items, scores.top(options.count ?? DEFAULT_COUNT));
  });
}

function keepOnly(scores: Float32Array, rows: readonly number[]): void {
  const kept = rows.map((row) => scores[row]!);
  scores.fill(Number.NEGATIVE_INFINITY);
  for (const [i, row] of rows.entries()) scores[row] = kept[i]!;
}

function named(items: Items, list: readonly Scored[]): Recommendation[] {
  return list.map(({ item, score }) => ({ itemId: items.idOf(item), score }));
}
