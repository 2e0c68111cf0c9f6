/** The interface between anything that scores a catalogue and its evaluation. */

import { Items } from "./items.js";

/** What can be evaluated besides a GRU4Rec: a baseline, a rule, a model of another kind. */
export interface Scorer {
  /** What is scored, in the order of the scores. */
  readonly items: Items;
  /**
   * How many of the last clicks it reads; all of them unless given. Where events of unknown items are
   * misses (`unknown: "miss"`), so are those whose last clicks, so many, are all unknown.
   */
  readonly windowLength?: number;
  /**
   * Writes a score for every item, the higher the better.
   *
   * @param history  rows of the session's items so far, oldest first, at least one; borrowed
   * @param scores   f32[items.size], all of it overwritten; borrowed
   */
  score(history: Int32Array, scores: Float32Array): void;
  /** The same scores, of those that score few items after a history: evaluation is then much faster. */
  readonly few?: FewScores | undefined;
}

export function isScorer(value: unknown): value is Scorer {
  const { items, score } = (value ?? {}) as Partial<Scorer>;
  return items instanceof Items && typeof score === "function";
}

/** Scores of few items: all others have the same scores after every history. */
export interface FewScores {
  /** f32[items.size]: the scores of items that are not listed. None is NaN. */
  readonly rest: Float32Array;
  /**
   * Lists the items whose scores are others than those in `rest`.
   *
   * @param history as in `score`
   * @param rows    i32[items.size]: distinct rows are written to its begin
   * @param scores  f32[items.size], by row: the scores of these rows are written
   * @returns how many rows were written
   */
  list(history: Int32Array, rows: Int32Array, scores: Float32Array): number;
}

/** A scorer of few items, whole. */
export function scorerOfFew(
  items: Items,
  few: FewScores,
  reading: Pick<Scorer, "windowLength"> = {},
): Scorer {
  const rows = new Int32Array(items.size);
  return {
    items,
    few,
    ...reading,
    score(history, scores) {
      scores.set(few.rest);
      few.list(history, rows, scores);
    },
  };
}
