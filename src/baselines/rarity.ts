/** How much more an item counts that few sessions have (idf; Ludewig & Jannach 2018, §3). */

import { ln } from "../portable-math.js";
import { floatsOf } from "./kind.js";

/**
 * f64[items]: 1 + weight · ln(sessions / sessions with the item); 1 for items in none.
 *
 * @param holders how many of the sessions have an item
 */
export function rarities(
  items: number,
  sessions: number,
  weight: number,
  holders: (item: number) => number,
): Generator<number, Float64Array> {
  return floatsOf(items, (item) => {
    const count = holders(item);
    return count > 0 ? 1 + weight * ln(sessions / count) : 1;
  });
}
