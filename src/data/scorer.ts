/** The interface between anything that scores a catalogue and its evaluation. */

import type { Items } from "./items.js";

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
}
