/** Scores of all items and the lists drawn from them, in an arena. */

import { padded } from "../network/tables.js";
import type { Arena, Tensor } from "../wasm/arena.js";
import type { ServingKernels } from "../wasm/serving.js";

/** A row and its score. */
export interface Scored {
  readonly item: number;
  readonly score: number;
}

/** Lists up to this long are kept sorted while scanning; longer ones are sorted afterwards. */
const LONGEST = 1024;

export class TopList {
  readonly #arena: Arena;
  readonly #items: number;
  readonly #topScores: Tensor;
  readonly #topItems: Tensor;
  /** f32[items, rounded up to 4] */
  readonly scores: Tensor;

  /** Plans its tensors; usable once the arena is there. */
  constructor(arena: Arena, items: number) {
    this.#arena = arena;
    this.#items = items;
    this.scores = arena.plan(padded(items));
    this.#topScores = arena.plan(LONGEST);
    this.#topItems = arena.plan(LONGEST);
  }

  /** The scores: a view, valid until the arena is disposed. −∞ takes an item out. */
  view(): Float32Array {
    return this.#arena.floats(this.scores).subarray(0, this.#items);
  }

  /**
   * The highest of the first `rows` scores, best first; −∞ and NaN are never listed, ties list the
   * lower row first.
   */
  take(kernels: ServingKernels, count: number, rows: number = this.#items): Scored[] {
    const wanted = Math.min(count, rows);
    if (wanted > LONGEST) return best(this.view().subarray(0, rows), wanted);
    if (wanted === 0) return [];
    const scores = this.#arena.floats(this.#topScores).fill(Number.NEGATIVE_INFINITY, 0, wanted);
    const items = this.#arena.integers(this.#topItems).fill(-1, 0, wanted);
    kernels.topK(this.scores.ptr, rows, this.#topScores.ptr, this.#topItems.ptr, wanted);
    const found = items.subarray(0, wanted).indexOf(-1);
    const length = found < 0 ? wanted : found;
    return Array.from({ length }, (_, i) => ({ item: items[i]!, score: scores[i]! }));
  }
}

/** The list of `take`, by sorting everything. */
function best(scores: Float32Array, count: number): Scored[] {
  const listed = Array.from(scores, (score, item) => ({ item, score }));
  return listed
    .filter(({ score }) => score > Number.NEGATIVE_INFINITY)
    .sort((a, b) => b.score - a.score || a.item - b.item)
    .slice(0, count);
}
