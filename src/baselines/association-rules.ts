/** Association rules of two items (AR in Ludewig & Jannach 2018): what was clicked in the sessions of the last click. */

import { checkInteger } from "../checks.js";
import type { BaselineKind } from "./kind.js";
import { rulesOf, scorerOfRules } from "./rules.js";

/** Options of association rules. */
export interface AssociationRulesOptions {
  /** Rules kept of each item, the most frequent. Default 20. */
  readonly rules?: number;
}

/**
 * A rule scores how many pairs of events its two items have in common sessions, in either order, an item in a
 * session twice counting twice. An item has no rule for itself. Scores are not divided by the highest one, which
 * changes no list. Items without a rule follow by popularity, where the definition has them all at 0.
 */
export const associationRules: BaselineKind<AssociationRulesOptions> = {
  defaults: { rules: 20 },
  check: ({ rules }) => checkInteger("rules", rules, 1),
  fit: (sessions, { rules }) => rulesOf(sessions, { kept: rules }),
  *scorer(items, columns) {
    yield 0;
    return scorerOfRules(items, columns);
  },
};
