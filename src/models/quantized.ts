/**
 * A copy of the output table in bytes, which takes a quarter of the table's memory. From it comes an
 * upper bound of every item's score. Exact scores are computed only for items whose bound may put them
 * among the best, so the lists are exact and few scores are computed.
 */

import { Arena, type Tensor } from "../wasm/arena.js";
import { linkKernels, type ServingModule } from "../wasm/kernels.js";
import type { ServingKernels } from "../wasm/serving.js";
import { TopList } from "./top-list.js";

/** f32[rows, stride]: `weights` columns, a multiple of 4, and with `hasBias` four more: bias, 0, 0, 0. */
export interface ScoredTable {
  readonly ptr: number;
  readonly rows: number;
  readonly stride: number;
  readonly weights: number;
  readonly hasBias: boolean;
}

/** Rows of f32 that are copied at a time. */
const BLOCK = 1024;
/** The kernels keep four peaks of each 64 rows: peak q is the largest bound of rows q, q + 4, q + 8 … */
const BLOCK_ROWS = 64;
const QUARTERS = 4;
/** The kernels bound so many rows at a time. */
const WIDE = 16;
/** With 8 or more peaks for each entry of a list, two entries seldom share a peak. */
const SPARSE = 8;

/** A table in bytes, as assembly/quantized.ts writes and reads it. */
export interface QuantizedRows {
  /** u8[rows, K] in fours; f32[rows] scale and bias of each; f64[4] the largest norms. */
  readonly rows: Tensor;
  readonly scales: Tensor;
  readonly biases: Tensor;
  readonly norms: Tensor;
}

export function planQuantizedRows(arena: Arena, rows: number, K: number): QuantizedRows {
  const room = Math.ceil(rows / WIDE) * WIDE;
  return {
    rows: arena.plan((room * K) / 4),
    scales: arena.plan(room),
    biases: arena.plan(room),
    norms: arena.plan(8),
  };
}

/** Hidden states in bytes, as the kernels multiply them with such rows. */
export interface QuantizedStates {
  /** Bytes of S states; f32[S] what they are multiplied with and what is added. */
  readonly states: Tensor;
  readonly units: Tensor;
  readonly added: Tensor;
}

/** @param S a multiple of 8 */
export function planQuantizedStates(arena: Arena, S: number, K: number): QuantizedStates {
  return { states: arena.plan(S, K / 2), units: arena.plan(S), added: arena.plan(S) };
}

export class QuantizedTable {
  readonly #arena = new Arena();
  readonly #memory: ReturnType<Arena["commit"]>;
  #kernels: ServingKernels;
  readonly #rows: number;
  readonly #K: number;
  readonly #table: QuantizedRows;
  readonly #state: QuantizedStates;
  /** f32[K] */
  readonly #hidden: Tensor;
  readonly #reaching: Tensor;
  readonly #list: TopList;
  readonly #peaks: TopList;

  /** @param values the table f32[rows, stride], borrowed for the call */
  constructor(module: ServingModule, values: Float32Array, table: Omit<ScoredTable, "ptr">) {
    const { rows, stride, weights: K } = table;
    const arena = this.#arena;
    this.#rows = rows;
    this.#K = K;
    this.#table = planQuantizedRows(arena, rows, K);
    this.#state = planQuantizedStates(arena, 8, K);
    this.#hidden = arena.plan(K);
    this.#reaching = arena.plan(rows);
    this.#list = new TopList(arena, Math.ceil(rows / WIDE) * WIDE);
    this.#peaks = new TopList(arena, Math.ceil(rows / BLOCK_ROWS) * QUARTERS);
    // Block by block: a second whole table in f32 would take too much memory.
    const block = arena.plan(BLOCK, stride);
    this.#memory = arena.commit(false);
    this.#kernels = linkKernels(module, this.#memory);

    const { rows: bytes, scales, biases, norms } = this.#table;
    arena.floats(biases).fill(Number.NEGATIVE_INFINITY); // rows beyond the last
    for (let first = 0; first < rows; first += BLOCK) {
      const n = Math.min(BLOCK, rows - first);
      arena.floats(block).set(values.subarray(first * stride, (first + n) * stride));
      const out = bytes.ptr + first * K;
      const [scale, bias] = [scales.ptr + 4 * first, biases.ptr + 4 * first];
      this.#kernels.quantizeRows(out, scale, bias, norms.ptr, block.ptr, stride, K, 0, n);
    }
  }

  /**
   * Uses other kernels, which may be faster, if they give the last bounds again bit for bit. Engines older
   * than the standard of relaxed SIMD may round its products in another way.
   */
  adopt(module: ServingModule): void {
    const before = this.#bounds().slice();
    const kernels = this.#kernels;
    this.#kernels = linkKernels(module, this.#memory);
    const after = this.#bounds();
    if (!before.every((bound, row) => bound === after[row])) this.#kernels = kernels;
  }

  /** A bound of each row's score for a hidden state f32[K]: a view that may be masked with −∞. */
  bound(hidden: Float32Array): Float32Array {
    this.#arena.floats(this.#hidden).set(hidden);
    return this.#bounds();
  }

  /** Bounds for the hidden state that is there. */
  #bounds(): Float32Array {
    const { rows, scales, biases, norms } = this.#table;
    const { states: x, units, added } = this.#state;
    const [K, h] = [this.#K, this.#hidden.ptr];
    const [bounds, peaks] = [this.#list.scores.ptr, this.#peaks.scores.ptr];
    this.#kernels.quantizeStates(x.ptr, units.ptr, added.ptr, norms.ptr, h, K, K, 0, 1);
    // biome-ignore format: a call reads as a call
    this.#kernels.boundRows(
      bounds, peaks, rows.ptr, scales.ptr, biases.ptr, x.ptr, units.ptr, added.ptr, K, this.#rows,
    );
    return this.#view();
  }

  #view(): Float32Array {
    return this.#list.view().subarray(0, this.#rows);
  }

  /** Rows with high bounds of the last call. They need not be the very highest. */
  highest(count: number): number[] {
    if (count * SPARSE > this.#peaks.view().length) {
      return this.#list.take(this.#kernels, count, this.#rows).map(({ item }) => item);
    }
    const bounds = this.#view();
    const rows = this.#peaks.take(this.#kernels, count).map(({ item: peak }) => {
      const first = Math.floor(peak / QUARTERS) * BLOCK_ROWS;
      const end = Math.min(this.#rows, first + BLOCK_ROWS);
      let best = first + (peak % QUARTERS);
      for (let i = best; i < end; i += QUARTERS) if (bounds[i]! > bounds[best]!) best = i;
      return best;
    });
    return rows.filter((row) => bounds[row]! > Number.NEGATIVE_INFINITY); // all of a peak may be masked
  }

  /** Rows whose bound is at least `score`, in ascending order: a view, valid until the next call. */
  reaching(score: number): Int32Array {
    const [out, bounds, peaks] = [
      this.#reaching.ptr,
      this.#list.scores.ptr,
      this.#peaks.scores.ptr,
    ];
    const found = this.#kernels.listRowsFrom(out, bounds, peaks, this.#rows, score);
    return this.#arena.integers(this.#reaching).subarray(0, found);
  }
}
