/** S-POP (Hidasi et al. 2016, §4): the items that this visit clicked most often, then the most popular ones. */

import { scorerOfFew } from "../data/scorer.js";
import type { BaselineKind } from "./kind.js";

/**
 * An item scores its clicks in the visit so far, the last one included, and its popularity, below 1. That is
 * support / (1 + the highest support), where the definition has support / (1 + support): in the same order, but
 * in f32 no two supports become one.
 */
export const sessionPopularity: BaselineKind<object> = {
  defaults: {},
  check() {},
  *fit() {
    yield 0;
    return {};
  },
  *scorer(items) {
    yield 0;
    const most = items.support.reduce((most, support) => Math.max(most, support), 0);
    const rest = Float32Array.from(items.support, (support) => support / (1 + most));
    const counts = new Int32Array(items.size);
    return scorerOfFew(items, {
      rest,
      list(history, rows, scores) {
        let length = 0;
        for (const row of history) if (counts[row]!++ === 0) rows[length++] = row;
        for (let i = 0; i < length; ++i) {
          const row = rows[i]!;
          scores[row] = counts[row]! + rest[row]!;
          counts[row] = 0;
        }
        return length;
      },
    });
  },
};
