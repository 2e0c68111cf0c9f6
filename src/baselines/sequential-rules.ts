/** Sequential rules (SR in Ludewig & Jannach 2018): what came some clicks after the last click. */

import { checkChoice, checkInteger } from "../checks.js";
import { DECAYS, type Decay, decay } from "./decay.js";
import type { BaselineKind } from "./kind.js";
import { rulesOf, scorerOfRules } from "./rules.js";

/** Options of sequential rules. */
export interface SequentialRulesOptions {
  /** Rules kept of each item, the highest. Default 20. */
  readonly rules?: number;
  /** How many clicks after an item still count. Default 10. */
  readonly steps?: number;
  /** What a click counts, by its distance. Default `"div"`. */
  readonly decay?: Decay;
}

/**
 * Every pair of a click and one of the `steps` clicks after it adds the weight of their distance to the rule of
 * their items; an item may follow itself. Scores are not divided by the highest one, which changes no list. Items
 * without a rule follow by popularity, where the definition has them all at 0. A linear weight ends at 0, where
 * other code goes below. The variants with idf or with rules of earlier clicks are not here.
 */
export const sequentialRules: BaselineKind<SequentialRulesOptions> = {
  defaults: { rules: 20, steps: 10, decay: "div" },
  check({ rules, steps, decay }) {
    checkInteger("rules", rules, 1);
    checkInteger("steps", steps, 1, 1000);
    checkChoice("decay", decay, DECAYS);
  },
  fit(sessions, { rules, steps, decay: kind }) {
    const weights = Float64Array.from({ length: steps }, (_, i) => decay(kind, i + 1));
    return rulesOf(sessions, { kept: rules, weights });
  },
  *scorer(items, columns) {
    yield 0;
    return scorerOfRules(items, columns);
  },
};
