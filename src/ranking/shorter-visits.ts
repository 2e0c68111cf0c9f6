/**
 * A visit that is asked again without one of its clicks: of a model whose session takes clicks one by one, and of
 * what scores a whole visit.
 */

import type { Items } from "../data/items.js";
import type { Scorer } from "../data/scorer.js";
import type { Context } from "../models/context.js";
import type { VisitedModel } from "../models/session.js";

export interface ShorterVisits {
  /** What is recommended. */
  readonly answers: Items;
  /** Of each click, whether it is read. */
  readonly counts: readonly boolean[];
  /** Whether the softmax of the scores says anything: they are those of a model. */
  readonly haveShares: boolean;
  /**
   * Scores of all answers after the visit without click `left`, or with all clicks (−1). A view, valid until
   * anybody asks again; undefined where no click that is read is left.
   */
  scores(left: number): Float32Array | undefined;
}

/**
 * The states before each click are kept, so leaving out click j of n takes n − j − 1 steps.
 *
 * @param rows   of the clicks, −1 for an unknown item
 * @param moment the bucket of the time; −1 where time does not count
 */
export function visitsOfModel(
  { answers, read }: VisitedModel,
  rows: readonly number[],
  moment: number,
): ShorterVisits {
  const before: Context[] = [read((reader) => reader.fresh())];
  const counts = rows.map((row, i) => {
    const after = read((reader) => reader.after(before[i]!, row));
    before.push(after ?? before[i]!);
    return after !== undefined;
  });
  const scores = (left: number): Float32Array | undefined => {
    if (!counts.some((isRead, i) => isRead && i !== left)) return undefined;
    return read((reader) => {
      let context = before[left < 0 ? rows.length : left]!;
      const rest = left < 0 ? [] : rows.slice(left + 1);
      for (const row of rest) context = reader.after(context, row) ?? context;
      return reader.scores.score(reader.stateOf(context, moment));
    });
  };
  return { answers, counts, haveShares: true, scores };
}

/** @param rows of the clicks, −1 for an unknown item */
export function visitsOfScorer(scorer: Scorer, rows: readonly number[]): ShorterVisits {
  const { items } = scorer;
  const scores = new Float32Array(items.size);
  return {
    answers: items,
    counts: rows.map((row) => row >= 0),
    haveShares: false,
    scores(left) {
      const history = Int32Array.from(rows.filter((row, i) => row >= 0 && i !== left));
      if (history.length === 0) return undefined;
      scorer.score(history, scores);
      return scores;
    },
  };
}
