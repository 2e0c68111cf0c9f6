/** Sequential rules (SR in Ludewig & Jannach 2018): what came some clicks after the last click. */

import { checkChoice, checkInteger, checkNumber } from "../checks.js";
import type { Sessions } from "../data/sessions.js";
import { DECAYS, type Decay, decay } from "./decay.js";
import { type BaselineKind, PIECE } from "./kind.js";
import { rarities } from "./rarity.js";
import { rulesOf, scorerOfRules } from "./rules.js";

/** Options of sequential rules. */
export interface SequentialRulesOptions {
  /** Rules kept of each item, the highest. Default 20. */
  readonly rules?: number;
  /** How many clicks after an item still count. Default 10. */
  readonly steps?: number;
  /** What a click counts, by its distance. Default `"div"`. */
  readonly decay?: Decay;
  /** How much more an item counts that is in few sessions: its score times 1 + `idf` · idf; ≥ 0. Default 0. */
  readonly idf?: number;
  /** How many clicks of the visit before the last one bring their rules, too; from 0 to 1,000. Default 0. */
  readonly lastInSession?: number;
}

/**
 * Every pair of a click and one of the `steps` clicks after it adds the weight of their distance to the rule of
 * their items; an item may follow itself. A rule scores that sum times 1 + idf · ln(sessions / sessions with the item
 * that follows), as in V-SKNN. Scores are not divided by the highest one, which changes no list. Items
 * without a rule follow by popularity, where the definition has them all at 0. A linear weight ends at 0, where
 * other code goes below.
 *
 * With `lastInSession` n the rules of the n clicks before the last one are added: those of the click b before it
 * times decay(b + 1) / decay(1), so that the last click counts 1.
 */
export const sequentialRules: BaselineKind<SequentialRulesOptions> = {
  defaults: { rules: 20, steps: 10, decay: "div", idf: 0, lastInSession: 0 },
  check({ rules, steps, decay, idf, lastInSession }) {
    checkInteger("rules", rules, 1);
    checkInteger("steps", steps, 1, 1000);
    checkChoice("decay", decay, DECAYS);
    checkNumber("idf", idf, 0);
    checkInteger("lastInSession", lastInSession, 0, 1000);
  },
  *fit(sessions, { rules, steps, decay: kind, idf }) {
    const weights = Float64Array.from({ length: steps }, (_, i) => decay(kind, i + 1));
    const holders = yield* holdersOf(sessions);
    const { length, items } = sessions;
    const rarity = yield* rarities(items.size, length, idf, (item) => holders[item]!);
    const score = (_: number, next: number, sum: number): number => sum * rarity[next]!;
    return yield* rulesOf(sessions, { kept: rules, weights, score });
  },
  *scorer(items, columns, { decay: kind, lastInSession }) {
    yield 0;
    const share = (_: unknown, back: number): number => decay(kind, back + 1) / decay(kind, 1);
    return scorerOfRules(items, columns, {
      shares: Array.from({ length: 1 + lastInSession }, share),
    });
  },
};

/** i32[items]: how many sessions have each item. */
function* holdersOf({
  itemIndices,
  offsets,
  length,
  items,
}: Sessions): Generator<number, Int32Array> {
  const holders = new Int32Array(items.size);
  /** For each item: 1 + the last session that it was seen in. */
  const seen = new Int32Array(items.size);
  for (let session = 0; session < length; ++session) {
    for (let event = offsets[session]!; event < offsets[session + 1]!; ++event) {
      const row = itemIndices[event]!;
      if (seen[row] !== session + 1) holders[row]!++;
      seen[row] = session + 1;
    }
    if (session % PIECE === 0) yield 0;
  }
  return holders;
}
