/** Items without a place of their own lie at the weighted mean of those that they are most like. */

import { Groups, makeUnit } from "./groups.js";

const LIKES = 5;
/** How much nearer ones count for more. */
const SHARPNESS = 8;

/**
 * @param values f32[items, columns]
 * @param placed rows of items that have places, ascending
 * @param places f32[placed, 2]
 * @returns f32[items, 2]
 */
export function amongLikes(
  values: Float32Array,
  columns: number,
  placed: Int32Array,
  places: Float32Array,
): Float32Array {
  const items = values.length / columns;
  if (placed.length === items) return places;
  const all = new Float32Array(2 * items);
  const own = new Uint8Array(items);
  const units = new Float32Array(placed.length * columns);
  for (const [i, row] of placed.entries()) {
    all.set(places.subarray(2 * i, 2 * i + 2), 2 * row);
    own[row] = 1;
    const unit = units.subarray(i * columns, (i + 1) * columns);
    unit.set(values.subarray(row * columns, (row + 1) * columns));
    makeUnit(unit);
  }
  const groups = new Groups(units, columns);
  const vector = new Float32Array(columns);
  for (let item = 0; item < items; ++item) {
    if (own[item]) continue;
    vector.set(values.subarray(item * columns, (item + 1) * columns));
    makeUnit(vector);
    const { rows, closeness } = groups.nearest(vector, LIKES);
    let [x, y, sum] = [0, 0, 0];
    for (const [k, row] of rows.entries()) {
      const weight = Math.exp(SHARPNESS * (closeness[k]! - closeness[0]!));
      x += weight * places[2 * row]!;
      y += weight * places[2 * row + 1]!;
      sum += weight;
    }
    all[2 * item] = x / sum;
    all[2 * item + 1] = y / sum;
  }
  return all;
}
