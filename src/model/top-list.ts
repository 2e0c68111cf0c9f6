/** Scores of all items and the lists drawn from them, in an arena. */

import type { Kernels } from "../wasm/abi.js";
import type { Arena, Tensor } from "../wasm/arena.js";
import { padded } from "./parameters.js";

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

  /** The highest scores, best first; −∞ and NaN are never listed, ties list the lower row first. */
  take(kernels: Kernels, count: number): Scored[] {
    const wanted = Math.min(count, this.#items);
    if (wanted > LONGEST) return best(this.view(), wanted);
    if (wanted === 0) return [];
    const scores = this.#arena.floats(this.#topScores).fill(Number.NEGATIVE_INFINITY, 0, wanted);
    const rows = this.#arena.integers(this.#topItems).fill(-1, 0, wanted);
    const lists = [this.#topScores.ptr, this.#topItems.ptr] as const;
    kernels.topK(this.scores.ptr, this.#items, ...lists, wanted);
    const found = rows.subarray(0, wanted).indexOf(-1);
    const length = found < 0 ? wanted : found;
    return Array.from({ length }, (_, i) => ({ item: rows[i]!, score: scores[i]! }));
  }
}

function best(scores: Float32Array, count: number): Scored[] {
  const listed = Array.from(scores, (score, item) => ({ item, score }));
  return inOrder(listed.filter(({ score }) => score > Number.NEGATIVE_INFINITY)).slice(0, count);
}

/** Sorts in place: best first, the lower row first among equals. */
export function inOrder(list: Scored[]): Scored[] {
  return list.sort((a, b) => b.score - a.score || a.item - b.item);
}
