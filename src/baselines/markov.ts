/**
 * A first-order Markov chain: recommends the items that most often came directly after the last click. It
 * has no weights and reads one click, and is still a strong baseline. A trained model must beat it.
 */

import { checkChoice, checkInteger, checkNames } from "../checks.js";
import type { Scorer } from "../data/scorer.js";
import { checkSessions, type Sessions } from "../data/sessions.js";

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
  const { successors = 20, scores: kind = "places", rest = "popular" } = options;
  if (successors !== "all") checkInteger("successors", successors, 1);
  checkChoice("scores", kind, ["places", "counts"]);
  checkChoice("rest", rest, ["popular", "none"]);
  const { items } = sessions;
  const lists = successorLists(sessions, successors === "all" ? items.size : successors);

  const others = new Float32Array(items.size);
  if (rest === "popular") {
    const events = items.support.reduce((sum, support) => sum + support, 1);
    for (let item = 0; item < items.size; ++item) others[item] = items.support[item]! / events;
  }

  return {
    items,
    windowLength: 1,
    score(history, scores) {
      scores.set(others);
      const { rows, counts } = lists[history[history.length - 1]!]!;
      for (let place = 0; place < rows.length; ++place) {
        scores[rows[place]!] = kind === "counts" ? counts[place]! : rows.length + 1 - place;
      }
    },
  };
}

/** The rows of an item's most frequent successors, best first, and how often each came. */
interface Successors {
  readonly rows: Int32Array;
  readonly counts: Int32Array;
}

/** The successors of each item. */
function successorLists(sessions: Sessions, length: number): readonly Successors[] {
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
    const rows = Int32Array.from(sorted, ([item]) => item);
    return { rows, counts: Int32Array.from(sorted, ([, count]) => count) };
  });
}
