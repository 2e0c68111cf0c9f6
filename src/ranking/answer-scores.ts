/** The scores of all items after a visit: its list, where an item stands, and shares of items. */

import { BestList } from "../data/best-list.js";
import type { Items } from "../data/items.js";
import type { Recommendation } from "../data/recommendations.js";
import { inPieces } from "../pause.js";
import type { Signal } from "../platform.js";
import { exp, ln } from "../portable-math.js";

/** e^x adds nothing to a sum of at least 1 below this. */
const NOTHING = -44;

export class AnswerScores {
  readonly #items: Items;
  /** f32[items]: −∞ where an item is left out. */
  readonly #scores: Float32Array;

  /** @param scores copied */
  constructor(items: Items, scores: Float32Array, leftOut: Int32Array) {
    this.#items = items;
    this.#scores = scores.slice();
    for (const row of leftOut) this.#scores[row] = Number.NEGATIVE_INFINITY;
  }

  /** The list of `recommend`: equal scores list the lower row first, NaN and −∞ are never listed. */
  rows(count: number): readonly number[] {
    const list = new BestList(count);
    for (const [row, score] of this.#scores.entries()) {
      if (score > Number.NEGATIVE_INFINITY) list.offer(row, score);
    }
    return list.rows;
  }

  of(row: number): number {
    return this.#scores[row]!;
  }

  named(rows: readonly number[]): Recommendation[] {
    return rows.map((row) => ({ itemId: this.#items.idOf(row), score: this.of(row) }));
  }

  /** The ranks of some rows from 1 on, 0 for one that is never listed. */
  ranks(rows: readonly number[]): number[] {
    const isListed = (row: number): boolean => this.of(row) > Number.NEGATIVE_INFINITY;
    const best = rows.filter(isListed).sort((a, b) => (this.#isBefore(a, b) ? -1 : 1));
    // Of rows that come before best[p], but not before best[p − 1], there are steps[p].
    const steps = new Int32Array(best.length + 1);
    const lowest = best.length > 0 ? this.of(best.at(-1)!) : Number.POSITIVE_INFINITY;
    for (const [row, score] of this.#scores.entries()) {
      if (!(score >= lowest)) continue; // almost all of a catalogue
      let [low, high] = [0, best.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (this.#isBefore(row, best[middle]!)) high = middle;
        else low = middle + 1;
      }
      steps[low]!++;
    }
    const rankOf = new Map<number, number>();
    let before = 0;
    for (const [p, row] of best.entries()) {
      before += steps[p]!;
      rankOf.set(row, before + 1);
    }
    return rows.map((row) => rankOf.get(row) ?? 0);
  }

  #isBefore(a: number, b: number): boolean {
    return this.of(a) > this.of(b) || (this.of(a) === this.of(b) && a < b);
  }

  /** ln Σ e^score of all items: a score less this is the logarithm of its share of the softmax. */
  async logTotal(signal: Signal | undefined): Promise<number> {
    const scores = this.#scores;
    const [top] = this.rows(1);
    const highest = top === undefined ? Number.NEGATIVE_INFINITY : this.of(top);
    if (!Number.isFinite(highest)) return highest;
    let sum = 0;
    const add = (begin: number, end: number): void => {
      for (let i = begin; i < end; ++i) {
        const below = scores[i]! - highest;
        if (below > NOTHING) sum += exp(below);
      }
    };
    await inPieces(scores.length, add, signal);
    return highest + ln(sum);
  }
}
