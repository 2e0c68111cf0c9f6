/**
 * The past sessions that are most similar to a visit. Candidates are those that share an item with it; of more than
 * `sampleSize` the newest.
 *
 *     visit     a b          weights a ½, b 1
 *     sessions  of a: 2 5 9      of b: 5 7         9: ½   7: 1   5: 1½   2: ½
 *
 * The lists of the visit's items are read from their ends at once, so that only candidates are looked at, the newest
 * first, each with all items that it shares.
 */

import type { Past } from "./past-sessions.js";

/** The distinct items of a visit, the one clicked last first. */
export interface Visit {
  readonly rows: readonly number[];
  /** The place of each one's last click, from 1 to `length`. */
  readonly places: readonly number[];
  readonly length: number;
}

export function visitOf(history: Int32Array): Visit {
  const rows: number[] = [];
  const places: number[] = [];
  const seen = new Set<number>();
  for (let i = history.length - 1; i >= 0; --i) {
    const row = history[i]!;
    if (seen.has(row)) continue;
    seen.add(row);
    rows.push(row);
    places.push(i + 1);
  }
  return { rows, places, length: history.length };
}

export class Neighbours {
  readonly #past: Past;
  readonly #k: number;
  readonly #sampleSize: number;
  readonly #similarity: Float64Array;
  readonly #session: Int32Array;
  readonly #shared: Int32Array;
  #found = 0;

  constructor(past: Past, k: number, sampleSize: number) {
    this.#past = past;
    this.#k = Math.min(k, past.ages.length);
    this.#sampleSize = sampleSize;
    this.#similarity = new Float64Array(this.#k);
    this.#session = new Int32Array(this.#k);
    this.#shared = new Int32Array(this.#k);
  }

  /**
   * Calls `use` with each neighbour, the most similar first, of equal ones the newest.
   *
   * @param weights of the visit's items
   * @param similarity of a session, from the sum of the weights that it shares; none at 0
   * @param use gets the session, its similarity, and which item of the visit is the last one that they share
   */
  of(
    { rows }: Visit,
    weights: readonly number[],
    similarity: (sum: number, session: number) => number,
    use: (session: number, similarity: number, shared: number) => void,
  ): void {
    const { starts, holders } = this.#past;
    const heads = rows.map((row) => starts[row + 1]! - 1);
    const ends = rows.map((row) => starts[row]!);
    this.#found = 0;
    for (let n = 0; n < this.#sampleSize; ++n) {
      let newest = -1;
      for (let i = 0; i < heads.length; ++i) {
        if (heads[i]! >= ends[i]! && holders[heads[i]!]! > newest) newest = holders[heads[i]!]!;
      }
      if (newest < 0) break;
      let sum = 0;
      let shared = -1;
      for (let i = 0; i < heads.length; ++i) {
        if (heads[i]! < ends[i]! || holders[heads[i]!] !== newest) continue;
        heads[i]!--;
        sum += weights[i]!;
        if (shared < 0) shared = i;
      }
      this.#offer(newest, similarity(sum, newest), shared);
    }
    for (let n = 0; n < this.#found; ++n) {
      use(this.#session[n]!, this.#similarity[n]!, this.#shared[n]!);
    }
  }

  #offer(session: number, similarity: number, shared: number): void {
    const isFull = this.#found === this.#k;
    if (similarity <= (isFull ? this.#similarity[this.#k - 1]! : 0)) return;
    let [begin, end] = [0, this.#found];
    while (begin < end) {
      const middle = (begin + end) >> 1;
      if (this.#similarity[middle]! >= similarity) begin = middle + 1;
      else end = middle;
    }
    const last = isFull ? this.#k - 1 : this.#found++;
    for (const column of [this.#similarity, this.#session, this.#shared]) {
      column.copyWithin(begin + 1, begin, last);
    }
    this.#similarity[begin] = similarity;
    this.#session[begin] = session;
    this.#shared[begin] = shared;
  }
}

/** Sums of scores by row. Taking them empties it for the next visit. */
export class Sums {
  readonly #sums: Float64Array;
  readonly #rows: number[] = [];

  constructor(items: number) {
    this.#sums = new Float64Array(items);
  }

  /** @param score ≥ 0 */
  add(row: number, score: number): void {
    if (score === 0) return;
    if (this.#sums[row] === 0) this.#rows.push(row);
    this.#sums[row]! += score;
  }

  /** Writes the sums as `FewScores.list` does, divided by the highest, so that f32 holds even the smallest. */
  take(rows: Int32Array, scores: Float32Array): number {
    const sums = this.#sums;
    let most = 0;
    for (const row of this.#rows) most = Math.max(most, sums[row]!);
    for (const row of this.#rows) {
      scores[row] = sums[row]! / most;
      sums[row] = 0;
    }
    rows.set(this.#rows);
    const { length } = this.#rows;
    this.#rows.length = 0;
    return length;
  }
}
