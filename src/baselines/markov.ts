/**
 * A first-order Markov chain: recommends the items that most often came directly after the last click. It
 * has no weights and reads one click, and is still a strong baseline. A trained model must beat it.
 */

import { checkChoice, checkInteger, checkNames } from "../checks.js";
import type { Scorer } from "../data/scorer.js";
import { checkSessions, type Sessions } from "../data/sessions.js";

export interface MarkovOptions {
  /** Successors kept of every item. Default 20. */
  readonly successors?: number;
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
 * order of first sight (sessions by ascending id); an item may succeed itself. The first of n kept
 * successors scores n + 1, the last 2; the rest less than 1.
 *
 * @throws ConfigError when `successors` is not an integer ≥ 1.
 */
export function markov(sessions: Sessions, options: MarkovOptions = {}): Scorer {
  checkSessions("sessions", sessions);
  checkNames(options, ["successors", "rest"], "markov");
  const { successors = 20, rest = "popular" } = options;
  checkInteger("successors", successors, 1);
  checkChoice("rest", rest, ["popular", "none"]);
  const { items } = sessions;
  const lists = successorLists(sessions, successors);

  const others = new Float32Array(items.size);
  if (rest === "popular") {
    const events = items.support.reduce((sum, support) => sum + support, 1);
    for (let item = 0; item < items.size; ++item) others[item] = items.support[item]! / events;
  }

  return {
    items,
    score(history, scores) {
      scores.set(others);
      const list = lists[history[history.length - 1]!]!;
      for (let place = 0; place < list.length; ++place) {
        scores[list[place]!] = list.length + 1 - place;
      }
    },
  };
}

/** By item: the rows of its most frequent successors, best first. */
function successorLists(sessions: Sessions, length: number): readonly Int32Array[] {
  const { items, itemIndices, offsets } = sessions;
  const counts = Array.from({ length: items.size }, () => new Map<number, number>());
  for (let s = 0; s < sessions.length; ++s) {
    for (let event = offsets[s]! + 1; event < offsets[s + 1]!; ++event) {
      const after = counts[itemIndices[event - 1]!]!;
      const item = itemIndices[event]!;
      after.set(item, (after.get(item) ?? 0) + 1);
    }
  }
  // The sort is stable and a Map remembers insertion: equal counts stay in order of first sight.
  return counts.map((after) => {
    const sorted = [...after].sort(([, a], [, b]) => b - a).slice(0, length);
    return Int32Array.from(sorted, ([item]) => item);
  });
}
