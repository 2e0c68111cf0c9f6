/**
 * A first-order Markov chain: recommends the items that most often came directly after the last click. It
 * has no weights and reads one click, and is still a strong baseline. A trained model must beat it.
 */

import { checkChoice, checkInteger, checkNames, withDefaults } from "../checks.js";
import type { Scorer } from "../data/scorer.js";
import { checkSessions, type Sessions } from "../data/sessions.js";
import { atOnce } from "../pause.js";
import type { BaselineKind } from "./kind.js";
import { rulesOf, scorerOfRules } from "./rules.js";

/** Options of `markov`. */
export interface MarkovOptions {
  /** Successors kept of every item, or all of them. Default 20. */
  readonly successors?: number | "all";
  /**
   * What a successor scores: its place in the list (default), so that none ties with another; or how
   * often it came directly after the last click, so that equal counts tie.
   */
  readonly scores?: "places" | "counts";
  /**
   * What follows the successors in the list: the other items by popularity (default), or nothing.
   * With `"none"` all of them score 0 and tie with one another; only the conservative tie mode then
   * counts them as not recommended.
   */
  readonly rest?: "popular" | "none";
}

/**
 * Scores by the last item of the history alone.
 *
 * Its direct successors within `sessions` stand in order of their counts, those of equal count in
 * order of first sight (sessions by ascending id); an item may succeed itself. By place the first of n
 * kept successors scores n + 1, the last 2; by count each scores its count, which is at least 1. The rest
 * scores less than 1. `{ successors: "all", scores: "counts", rest: "none" }` is the plain chain.
 *
 * @throws ConfigError when `successors` is neither "all" nor an integer ≥ 1
 */
export function markov(sessions: Sessions, options: MarkovOptions = {}): Scorer {
  checkSessions("sessions", sessions);
  checkNames(options, ["successors", "scores", "rest"], "markov");
  const all = withDefaults(markovChain.defaults, options);
  markovChain.check(all);
  const columns = atOnce(markovChain.fit(sessions, all));
  return atOnce(markovChain.scorer(sessions.items, columns, all));
}

export const markovChain: BaselineKind<MarkovOptions> = {
  defaults: { successors: 20, scores: "places", rest: "popular" },
  check({ successors, scores, rest }) {
    if (successors !== "all") checkInteger("successors", successors, 1);
    checkChoice("scores", scores, ["places", "counts"]);
    checkChoice("rest", rest, ["popular", "none"]);
  },
  fit(sessions, { successors }) {
    const kept = successors === "all" ? sessions.items.size : successors;
    return rulesOf(sessions, { weights: Float64Array.of(1), kept });
  },
  *scorer(items, columns, { scores: kind, rest }) {
    yield 0;
    const { begins, rows, scores: counts } = columns;
    const places = (): Float32Array => {
      const scores = new Float32Array(rows!.length);
      for (let item = 0; item < items.size; ++item) {
        const end = begins![item + 1]!;
        for (let i = begins![item]!; i < end; ++i) scores[i] = end - i + 1;
      }
      return scores;
    };
    const scores = kind === "counts" ? counts! : places();
    const others = new Float32Array(items.size);
    if (rest === "popular") {
      const events = items.support.reduce((sum, support) => sum + support, 1);
      for (let item = 0; item < items.size; ++item) others[item] = items.support[item]! / events;
    }
    return scorerOfRules(items, { ...columns, scores }, { rest: others });
  },
};
