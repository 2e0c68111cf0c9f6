/**
 * An 8-bit copy of the output table in memory of its own. It reads a quarter of the bytes to pick
 * candidates; whoever asks scores those exactly, so the list is the exact one unless an item of it
 * was not even a candidate (bench/recommend counts how often: fewer than 1 in 1,000).
 */

import type { Kernels } from "../wasm/abi.js";
import { Arena, type Tensor } from "../wasm/arena.js";
import { type KernelModule, linkKernels } from "../wasm/kernels.js";
import { TopList } from "./top-list.js";

/** What is scored exactly for a list of `count`: its approximate places are seldom far off. */
export function candidateCount(count: number): number {
  return 2 * count + 16;
}

export class QuantizedTable {
  readonly #arena = new Arena();
  readonly #kernels: Kernels;
  readonly #rows: number;
  readonly #K16: number;
  readonly #table: Tensor;
  readonly #scales: Tensor;
  readonly #biases: Tensor;
  readonly #x: Tensor;
  readonly #list: TopList;

  /**
   * @param table f32[rows, stride], borrowed for the call: K columns of weights, then the bias
   */
  constructor(module: KernelModule, table: Float32Array, rows: number, stride: number, K: number) {
    const arena = this.#arena;
    this.#rows = rows;
    this.#K16 = Math.ceil(K / 16) * 16;
    this.#table = arena.plan(Math.ceil((rows * this.#K16) / 4));
    this.#scales = arena.plan(rows);
    this.#biases = arena.plan(rows);
    this.#x = arena.plan(this.#K16 / 2);
    this.#list = new TopList(arena, rows);
    // Rows come in by blocks, so that the copy needs no second table in f32.
    const block = arena.plan(BLOCK, stride);
    this.#kernels = linkKernels(module, arena.commit(false));

    const biases = arena.floats(this.#biases);
    for (let row = 0; row < rows; ++row) biases[row] = table[row * stride + K]!;
    for (let first = 0; first < rows; first += BLOCK) {
      const n = Math.min(BLOCK, rows - first);
      arena.floats(block).set(table.subarray(first * stride, (first + n) * stride));
      const out = [this.#table.ptr + first * this.#K16, this.#scales.ptr + 4 * first] as const;
      this.#kernels.quantizeRows(...out, block.ptr, stride, K, 0, n);
    }
  }

  /** Approximate scores of all rows for a hidden state f32[K]: a view that may be masked with −∞. */
  score(hidden: Float32Array): Float32Array {
    // 7 bits times this sums to less than 2³¹ over all columns.
    const most = Math.min(32767, Math.floor((2 ** 31 - 1) / (127 * this.#K16)));
    const largest = hidden.reduce((size, value) => Math.max(size, Math.abs(value)), 1e-30);
    const x = new Int16Array(this.#arena.floats(this.#x).buffer, this.#x.ptr, this.#K16).fill(0);
    for (const [k, value] of hidden.entries()) x[k] = Math.round((value / largest) * most);
    this.#kernels.dotQuantized(
      ...([this.#list.scores.ptr, this.#table.ptr, this.#scales.ptr, this.#biases.ptr] as const),
      ...([this.#x.ptr, largest / most, this.#K16, 0, this.#rows] as const),
    );
    return this.#list.view();
  }

  /** Rows with the highest approximate scores of the last call. */
  candidates(count: number): number[] {
    return this.#list.take(this.#kernels, candidateCount(count)).map(({ item }) => item);
  }
}

const BLOCK = 1024;
