/** Where a target stands among the scores of a scorer, and which items score best. */

import { BestList } from "../data/best-list.js";
import type { FewScores, Scorer } from "../data/scorer.js";
import { ascendingOrder } from "../data/time-order.js";
import { inTurns } from "../pause.js";
import { rankOf, type Ties } from "./metrics.js";

/** The scores after one history. They hold until the next history. */
export interface Places {
  /** Scores a history. */
  ask(history: Int32Array): void;
  /** The rank of a row among all rows that are not in `seen`. The row itself must not be there. */
  rank(target: number, seen: ReadonlySet<number>): number;
  /** Rows of the best scores but the seen ones, best first, NaN before all. Of equals the lower row, or the first of a subset. */
  best(count: number, seen: ReadonlySet<number>): number[];
  score(row: number): number;
}

/** @param subset rows to rank among, or all */
export async function placesOf(
  scorer: Scorer,
  subset: Int32Array | undefined,
  ties: Ties,
): Promise<Places> {
  const { few } = scorer;
  if (!few || subset) return new AllPlaces(scorer, subset, ties);
  const falling = Float64Array.from(few.rest, (score) => -score);
  return new FewPlaces(few, await inTurns(ascendingOrder(falling)), ties);
}

/** Looks at the score of every row. */
class AllPlaces implements Places {
  readonly #scorer: Scorer;
  readonly #scores: Float32Array;
  readonly #subset: Int32Array | undefined;
  readonly #ties: Ties;

  constructor(scorer: Scorer, subset: Int32Array | undefined, ties: Ties) {
    this.#scorer = scorer;
    this.#scores = new Float32Array(scorer.items.size).fill(Number.NaN);
    this.#subset = subset;
    this.#ties = ties;
  }

  ask(history: Int32Array): void {
    this.#scorer.score(history, this.#scores);
  }

  rank(target: number, seen: ReadonlySet<number>): number {
    const scores = this.#scores;
    const subset = this.#subset;
    const counts = new Counts(scores[target]!);
    if (subset) {
      for (const row of subset) if (row !== target && !seen.has(row)) counts.add(scores[row]!, 1);
    } else {
      for (let row = 0; row < scores.length; ++row) {
        if (row !== target) counts.add(scores[row]!, 1);
      }
      for (const row of seen) counts.add(scores[row]!, -1);
    }
    return counts.rank(this.#ties);
  }

  best(count: number, seen: ReadonlySet<number>): number[] {
    const subset = this.#subset;
    const length = subset?.length ?? this.#scores.length;
    const list = new BestList(Math.min(count, length));
    for (let i = 0; i < length; ++i) {
      const row = subset ? subset[i]! : i;
      if (!seen.has(row)) list.offer(row, this.#scores[row]!, i);
    }
    return list.rows;
  }

  score(row: number): number {
    return this.#scores[row]!;
  }
}

/** Looks at the rows that are listed. All others stand in one order, which is made once. */
class FewPlaces implements Places {
  readonly #few: FewScores;
  readonly #rows: Int32Array;
  readonly #scores: Float32Array;
  readonly #isListed: Uint8Array;
  /** Rows by their scores in `rest`, best first, and these scores ascending. */
  readonly #order: Int32Array;
  readonly #ascending: Float32Array;
  readonly #ties: Ties;
  #length = 0;

  constructor(few: FewScores, order: Int32Array, ties: Ties) {
    const { rest } = few;
    this.#few = few;
    this.#ties = ties;
    this.#rows = new Int32Array(rest.length);
    this.#scores = new Float32Array(rest.length);
    this.#isListed = new Uint8Array(rest.length);
    this.#order = order;
    this.#ascending = Float32Array.from(order, (row) => rest[row]!).reverse();
  }

  ask(history: Int32Array): void {
    for (const row of this.#listed()) this.#isListed[row] = 0;
    this.#length = this.#few.list(history, this.#rows, this.#scores);
    for (const row of this.#listed()) this.#isListed[row] = 1;
  }

  rank(target: number, seen: ReadonlySet<number>): number {
    const { rest } = this.#few;
    const counts = new Counts(this.score(target));
    const { score } = counts;
    const notAbove = countOf(this.#ascending, (other) => other <= score);
    counts.equal = notAbove - countOf(this.#ascending, (other) => other < score);
    counts.greater = rest.length - notAbove;
    for (const row of this.#listed()) {
      counts.add(rest[row]!, -1);
      counts.add(this.#scores[row]!, 1);
    }
    counts.add(score, -1); // the target itself
    for (const row of seen) counts.add(this.score(row), -1);
    return counts.rank(this.#ties);
  }

  best(count: number, seen: ReadonlySet<number>): number[] {
    const list = new BestList(Math.min(count, this.#order.length));
    for (const row of this.#listed()) {
      if (!seen.has(row)) list.offer(row, this.#scores[row]!);
    }
    let offered = 0;
    for (let i = 0; i < this.#order.length && offered < count; ++i) {
      const row = this.#order[i]!;
      if (this.#isListed[row] === 1 || seen.has(row)) continue;
      list.offer(row, this.#few.rest[row]!);
      offered++;
    }
    return list.rows;
  }

  score(row: number): number {
    return (this.#isListed[row] === 1 ? this.#scores : this.#few.rest)[row]!;
  }

  #listed(): Int32Array {
    return this.#rows.subarray(0, this.#length);
  }
}

/** How many scores are not ≤ the target's, which NaN is not either, and how many are equal to it. */
class Counts {
  readonly score: number;
  greater = 0;
  equal = 0;

  constructor(score: number) {
    this.score = score;
  }

  add(score: number, step: number): void {
    if (score === this.score) this.equal += step;
    else if (!(score < this.score)) this.greater += step;
  }

  rank(ties: Ties): number {
    return rankOf(this.greater, this.equal, ties);
  }
}

/** How many of ascending numbers come before the first that is not so. */
function countOf(ascending: Float32Array, isSo: (value: number) => boolean): number {
  let [begin, end] = [0, ascending.length];
  while (begin < end) {
    const middle = (begin + end) >> 1;
    if (isSo(ascending[middle]!)) begin = middle + 1;
    else end = middle;
  }
  return begin;
}
