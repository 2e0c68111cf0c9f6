/**
 * Contexts as rows of a batch: position after position, longest contexts first (src/network/positions.ts).
 */

import { NO_ITEM } from "../../data/items.js";

/** How contexts of up to T items are laid out; `pad` is the row that stands for no item. */
export interface WindowLayout {
  readonly windowLength: number;
  readonly padding: "masked" | "unmasked";
  readonly pad: number;
}

/**
 * Writes contexts, in the order of their slots, as the rows of a batch.
 *
 * @param contexts i32[n, T], each with at least one item
 * @param items    i32[n·T] out: rows of the query's embedding
 * @param starts   i32[T + 1] out
 */
export function layWindows(
  contexts: Int32Array,
  order: Int32Array,
  { windowLength: T, padding, pad }: WindowLayout,
  items: Int32Array,
  starts: Int32Array,
): void {
  let row = 0;
  for (let t = 0; t < T; ++t) {
    starts[t] = row;
    for (let slot = 0; slot < order.length; ++slot) {
      const n = order[slot]!;
      const item = contexts[n * T + t]!;
      if (item !== NO_ITEM) items[row++] = item;
      else if (padding === "unmasked") items[row++] = pad;
      else break; // the slots after it are no longer
    }
  }
  starts[T] = row;
}
