/**
 * A copy of the output table in bytes, in memory of its own: a quarter of f32's. It gives every
 * item a bound that its exact score does not exceed; whoever asks scores exactly what could still be
 * among the best. So lists are the exact ones, always, and few scores are computed.
 */

import type { Kernels } from "../wasm/abi.js";
import { Arena, type Tensor } from "../wasm/arena.js";
import { type KernelModule, linkKernels } from "../wasm/kernels.js";
import { TopList } from "./top-list.js";

/** Rows of f32 that are there at a time while the copy is made. */
const BLOCK = 1024;
/** The kernels keep the largest bound of each quarter of so many rows: every fourth one. */
const BLOCK_ROWS = 64;
const QUARTERS = 4;
/** What the kernels add to the rows' 7 bits, and the largest element of x. */
const ORIGIN = 64;
const MOST = 127;
/** What all of x may add up to, so that sums fit 31 bits. */
const MOST_SUM = 66_000;
/** Where lists are so much shorter than the peaks, two of a list seldom share one. */
const SPARSE = 8;
/** Scores that may be larger are not bounded: sums might leave the floats on the way. */
const LARGEST = 1e37;
/** Half a unit in the last place of 1 as f32: what one operation may lose, relatively. */
const HALF_ULP = 2 ** -24;
/** Roundings of a bound itself, and some to spare. */
const OPERATIONS = 16;

export class QuantizedTable {
  readonly #arena = new Arena();
  readonly #memory: ReturnType<Arena["commit"]>;
  #kernels: Kernels;
  readonly #rows: number;
  readonly #K: number;
  readonly #mostX: number;
  /** What an exact score, a sum of so many products in f32, may be off by, relatively. */
  readonly #lost: number;
  readonly #table: Tensor;
  readonly #scales: Tensor;
  readonly #biases: Tensor;
  readonly #x: Tensor;
  readonly #reaching: Tensor;
  readonly #list: TopList;
  readonly #peaks: TopList;
  /** The largest norms of quantised rows and of what rounding took from them, in units of the rows. */
  readonly #norms: { readonly row: number; readonly missed: number };
  /** What the last bounds were made with, beside x. */
  #last: readonly [unit: number, added: number] = [0, 0];
  /** The largest unit of a row, and the largest bias. */
  readonly #most: { readonly scale: number; readonly bias: number };

  /**
   * @param table f32[rows, stride], borrowed for the call: K columns of weights, then the bias
   */
  constructor(module: KernelModule, table: Float32Array, rows: number, stride: number, K: number) {
    const arena = this.#arena;
    const padded = Math.ceil(rows / 4) * 4;
    this.#rows = rows;
    this.#K = K;
    this.#mostX = Math.min(MOST, Math.floor(MOST_SUM / K));
    this.#lost = (K / 4 + OPERATIONS) * HALF_ULP;
    this.#table = arena.plan((padded * K) / 4 + 4);
    this.#scales = arena.plan(padded);
    this.#biases = arena.plan(padded);
    this.#x = arena.plan(Math.ceil(K / 16) * 4);
    this.#reaching = arena.plan(rows);
    this.#list = new TopList(arena, rows);
    this.#peaks = new TopList(arena, Math.ceil(rows / BLOCK_ROWS) * QUARTERS);
    const norms = arena.plan(4);
    // Rows come in by blocks, so that the copy needs no second table in f32.
    const block = arena.plan(BLOCK, stride);
    this.#memory = arena.commit(false);
    this.#kernels = linkKernels(module, this.#memory);

    const biases = arena.floats(this.#biases).fill(Number.NEGATIVE_INFINITY); // rows beyond the last
    for (let row = 0; row < rows; ++row) {
      const bias = table[row * stride + K]!;
      biases[row] = roundUp(bias + Math.abs(bias) * this.#lost);
    }
    for (let first = 0; first < rows; first += BLOCK) {
      const n = Math.min(BLOCK, rows - first);
      arena.floats(block).set(table.subarray(first * stride, (first + n) * stride));
      const out = [this.#table.ptr + first * K, this.#scales.ptr + 4 * first] as const;
      this.#kernels.quantizeRows(...out, norms.ptr, block.ptr, stride, K, 0, n);
    }
    const [row, missed] = new Float64Array(this.#memory.buffer, norms.ptr, 2);
    this.#norms = { row: Math.sqrt(row!), missed: Math.sqrt(missed!) };
    this.#most = {
      scale: largestOf(arena.floats(this.#scales)),
      bias: largestOf(biases.subarray(0, rows)),
    };
  }

  /**
   * Goes on with other kernels, which may be faster, if they give the last bounds bit for bit: an engine
   * from before relaxed SIMD was a standard may have its products otherwise.
   */
  adopt(module: KernelModule): void {
    const before = this.#bounds().slice();
    const kernels = this.#kernels;
    this.#kernels = linkKernels(module, this.#memory);
    const after = this.#bounds();
    if (!before.every((bound, row) => bound === after[row])) this.#kernels = kernels;
  }

  /** A bound of each row's score for a hidden state f32[K]: a view that may be masked with −∞. */
  bound(hidden: Float32Array): Float32Array {
    let largest = 1e-30;
    for (let k = 0; k < hidden.length; ++k) largest = Math.max(largest, Math.abs(hidden[k]!));
    const unit = Math.fround(largest / this.#mostX);
    const x = new Int8Array(this.#memory.buffer, this.#x.ptr, hidden.length);
    let [sum, square, missed] = [0, 0, 0];
    for (let k = 0; k < hidden.length; ++k) {
      const value = hidden[k]!;
      const q = Math.round(value / unit);
      x[k] = q;
      sum += q;
      square += value * value;
      missed += (value - q * unit) ** 2;
    }
    const [size, off] = [Math.sqrt(square), Math.sqrt(missed)];
    const { row, missed: offRow } = this.#norms;
    const { scale, bias } = this.#most;
    if (!(scale * (row + offRow) * (size + off) + bias < LARGEST)) return this.#unbounded();
    const rounding = this.#lost * (row + offRow + ORIGIN * Math.sqrt(this.#K)) * (size + off);
    const added = roundUp(offRow * size + row * off + rounding - ORIGIN * unit * sum);
    this.#last = [unit, added];
    return this.#bounds();
  }

  /** Bounds for the x that is there. */
  #bounds(): Float32Array {
    this.#kernels.boundRows(
      ...([this.#list.scores.ptr, this.#peaks.scores.ptr, this.#table.ptr] as const),
      ...([this.#scales.ptr, this.#biases.ptr, this.#x.ptr] as const),
      ...([...this.#last, this.#K, this.#rows] as const),
    );
    return this.#list.view();
  }

  #unbounded(): Float32Array {
    this.#peaks.view().fill(Number.POSITIVE_INFINITY);
    return this.#list.view().fill(Number.POSITIVE_INFINITY);
  }

  /** Rows with high bounds after the last call: the highest, or almost. */
  highest(count: number): number[] {
    if (count * SPARSE > this.#peaks.view().length) {
      return this.#list.take(this.#kernels, count).map(({ item }) => item);
    }
    const bounds = this.#list.view();
    const rows = this.#peaks.take(this.#kernels, count).map(({ item: peak }) => {
      const first = Math.floor(peak / QUARTERS) * BLOCK_ROWS;
      const end = Math.min(this.#rows, first + BLOCK_ROWS);
      let best = first + (peak % QUARTERS);
      for (let i = best; i < end; i += QUARTERS) if (bounds[i]! > bounds[best]!) best = i;
      return best;
    });
    return rows.filter((row) => bounds[row]! > Number.NEGATIVE_INFINITY); // all of a peak may be masked
  }

  /** Rows whose bound is not below a score, upwards: a view, valid until the next call. */
  reaching(score: number): Int32Array {
    const lists = [this.#reaching.ptr, this.#list.scores.ptr, this.#peaks.scores.ptr] as const;
    const found = this.#kernels.listFrom(...lists, this.#rows, score);
    return this.#arena.integers(this.#reaching).subarray(0, found);
  }
}

/** An f32 that is not below. */
function roundUp(value: number): number {
  return Math.fround(value + Math.abs(value) * 2 * HALF_ULP);
}

function largestOf(values: Float32Array): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}
