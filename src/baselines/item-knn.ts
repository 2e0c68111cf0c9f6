/** Item-KNN, the strongest baseline of Hidasi et al. 2016, §4: items that share sessions with the last click. */

import { checkInteger, checkNumber } from "../checks.js";
import { pow } from "../portable-math.js";
import { type BaselineKind, floatsOf } from "./kind.js";
import { rulesOf, scorerOfRules } from "./rules.js";

/** Options of Item-KNN. */
export interface ItemKnnOptions {
  /** Neighbours kept of each item, the most similar. Default 100. */
  readonly neighbours?: number;
  /** Added to both supports, so that rare items are not similar by chance; ≥ 0. Default 20. */
  readonly damping?: number;
  /** How the two supports share the root: the power of the last click's, from 0 to 1. Default 0.5, the cosine. */
  readonly balance?: number;
}

/**
 * With c the pairs of events that two items have in common sessions, an item in a session twice counting twice:
 *
 *     similarity(i, j) = c(i, j) / ((support(i) + damping)^balance · (support(j) + damping)^(1 − balance))
 *
 * No item is its own neighbour. Items that are no neighbour of the last click follow by popularity, where the
 * definition has them all at 0.
 */
export const itemKnn: BaselineKind<ItemKnnOptions> = {
  defaults: { neighbours: 100, damping: 20, balance: 0.5 },
  check({ neighbours, damping, balance }) {
    checkInteger("neighbours", neighbours, 1);
    checkNumber("damping", damping, 0);
    checkNumber("balance", balance, 0, 1, true);
  },
  *fit(sessions, { neighbours, damping, balance }) {
    const { support } = sessions.items;
    const { length } = support;
    const own = yield* floatsOf(length, (item) => pow(support[item]! + damping, balance));
    const others = yield* floatsOf(length, (item) => pow(support[item]! + damping, 1 - balance));
    return yield* rulesOf(sessions, {
      kept: neighbours,
      score: (item, other, count) => count / (own[item]! * others[other]!),
    });
  },
  *scorer(items, columns) {
    yield 0;
    return scorerOfRules(items, columns);
  },
};
