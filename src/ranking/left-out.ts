/** Items that lists must not hold, as options name them. */

import type { Items } from "../data/items.js";
import { rowsOf } from "../data/recommendations.js";
import type { RecommendOptions } from "../models/recommendations.js";

/** Rows that no list may hold. */
export function leftOut(
  items: Items,
  { exclude, only }: Pick<RecommendOptions, "exclude" | "only">,
): Int32Array {
  const never = new Set(exclude === undefined ? [] : rowsOf(items, exclude, "exclude"));
  const kept = only === undefined ? undefined : new Set(rowsOf(items, only, "only"));
  const isLeft = (row: number): boolean => never.has(row) || (kept !== undefined && !kept.has(row));
  return Int32Array.from(items.ids.keys()).filter(isLeft);
}
