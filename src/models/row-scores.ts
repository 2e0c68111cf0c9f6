/**
 * Scores all rows of a table against one state and finds the best rows, for every model that compares a
 * state with items. Lists are exact, with and without the copy in bytes (quantized.ts).
 */

import type { Arena, Tensor } from "../wasm/arena.js";
import { compileServing, isFused, type ServingModule } from "../wasm/kernels.js";
import type { ServingKernels } from "../wasm/serving.js";
import { QuantizedTable, type ScoredTable } from "./quantized.js";
import { type Scored, TopList } from "./top-list.js";

/** The lowest finite f32: every row that is not masked with −∞ reaches it. */
const LOWEST = -3.4028234663852886e38;

/** Columns of the state that a table is multiplied with: with a bias, the state is followed by 1, 0, 0, 0. */
export function productColumns({ weights, hasBias }: ScoredTable): number {
  return weights + (hasBias ? 4 : 0);
}

export class RowScores {
  readonly #module: ServingModule;
  readonly #arena: Arena;
  readonly #table: ScoredTable;
  /** f32[columns]: the state, and 1, 0, 0, 0 for the bias. */
  readonly #state: Tensor;
  readonly #list: TopList;
  readonly #rows: Tensor;
  #kernels: ServingKernels | undefined;
  /** Made when first asked for, from the table as it then is. */
  #quantized: QuantizedTable | undefined;
  #norms: Float64Array | undefined;

  /** Plans its memory beside the table. Call `link` before use. */
  constructor(module: ServingModule, arena: Arena, table: ScoredTable) {
    this.#module = module;
    this.#arena = arena;
    this.#table = table;
    this.#state = arena.plan(productColumns(table));
    this.#list = new TopList(arena, table.rows);
    this.#rows = arena.plan(table.rows);
  }

  /** Called once the arena is committed, with the portable kernels over its memory. */
  link(kernels: ServingKernels): void {
    this.#kernels = kernels;
    if (this.#table.hasBias) this.#floats()[this.#table.weights] = 1;
  }

  /** Called when the table has changed: drops the copy in bytes and the norms. */
  forget(): void {
    this.#quantized = undefined;
    this.#norms = undefined;
  }

  /** Scores of all rows for a state f32[weights]. A view, valid until the next call: −∞ takes a row out. */
  score(state: Float32Array): Float32Array {
    this.#floats().set(state);
    return this.#scoreAgainst(this.#state.ptr, productColumns(this.#table));
  }

  /** The highest of the scores just computed. */
  top(count: number): Scored[] {
    return this.#list.take(this.#linked(), count);
  }

  /** A bound of every row's score, from a copy in bytes that is made when first asked for. A view. */
  bound(state: Float32Array): Float32Array {
    this.#quantized ??= this.#quantize();
    return this.#quantized.bound(state);
  }

  /** The highest scores, of rows whose bound of the last `bound` is not −∞: the list of `score` and `top`. */
  topBounded(state: Float32Array, count: number): Scored[] {
    const table = this.#quantized!;
    this.#floats().set(state);
    // No score of the list can be below the lowest of these `count`: rows whose bound is below it are out.
    const some = this.#scoreListed(table.highest(count));
    const whole = count > 0 && some.length === count && some.every(Number.isFinite);
    const rows = table.reaching(whole ? some.reduce((low, score) => Math.min(low, score)) : LOWEST);
    this.#scoreListed(rows);
    return this.#list
      .take(this.#linked(), count, rows.length)
      .map(({ item, score }) => ({ item: rows[item]!, score }));
  }

  /** Cosine of every row with row `item`, biases left out. A view. */
  similarities(item: number): Float32Array {
    const { ptr, rows, stride, weights } = this.#table;
    const scores = this.#scoreAgainst(ptr + 4 * item * stride, weights);
    this.#norms ??= this.#rowNorms();
    const itemNorm = this.#norms[item]!;
    for (let i = 0; i < rows; ++i) {
      const norm = this.#norms[i]! * itemNorm;
      scores[i] = norm > 0 ? scores[i]! / norm : 0;
    }
    return scores;
  }

  /** Euclidean norm of every row, without the bias. */
  #rowNorms(): Float64Array {
    const { rows, stride, weights } = this.#table;
    const table = this.#values();
    const norms = new Float64Array(rows);
    for (let i = 0; i < rows; ++i) norms[i] = Math.sqrt(squareOf(table, i * stride, weights));
    return norms;
  }

  /** Scores of some rows for the state that was last set, in the order of `rows`: a view. */
  #scoreListed(rows: ArrayLike<number>): Float32Array {
    const { ptr, stride } = this.#table;
    this.#arena.integers(this.#rows).set(rows);
    const [out, list, state] = [this.#list.scores.ptr, this.#rows.ptr, this.#state.ptr];
    const K = productColumns(this.#table);
    this.#linked().dotRows(out, list, rows.length, ptr, stride, state, K);
    return this.#list.view().subarray(0, rows.length);
  }

  #scoreAgainst(vector: number, K: number): Float32Array {
    const { ptr, stride, rows } = this.#table;
    this.#linked().dotRows(this.#list.scores.ptr, 0, rows, ptr, stride, vector, K);
    return this.#list.view();
  }

  #quantize(): QuantizedTable {
    const table = new QuantizedTable(this.#module, this.#values(), this.#table);
    // Bounds may come from faster kernels: they pick what is scored, and scores stay the portable ones.
    if (isFused("fast")) {
      const adopt = (module: ServingModule): void => table.adopt(module);
      compileServing("fast").then(adopt, () => {}); // without them it goes on as it is
    }
    return table;
  }

  /** The table where it stands. */
  #values(): Float32Array {
    const { ptr, rows, stride } = this.#table;
    return this.#arena.floats({ ptr, length: rows * stride, shape: [] });
  }

  #floats(): Float32Array {
    return this.#arena.floats(this.#state);
  }

  #linked(): ServingKernels {
    if (!this.#kernels) throw new Error("RowScores: used before link()");
    return this.#kernels;
  }
}

function squareOf(values: Float32Array, begin: number, length: number): number {
  let sum = 0;
  for (let i = begin; i < begin + length; ++i) sum += values[i]! * values[i]!;
  return sum;
}
