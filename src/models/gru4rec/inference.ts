/**
 * A model's weights in an arena of their own, ready to score: one slot, one thread, synchronous.
 *
 * Kernels are the portable ones, so that every engine gives the same scores.
 */

import {
  type ForwardBuffers,
  forward,
  planForward,
  prepareForward,
} from "../../network/forward.js";
import { type Parameters, planParameters } from "../../network/parameters.js";
import { PANEL_FLOATS } from "../../network/recurrent.js";
import {
  copyWeights,
  type NamedTensor,
  namedTensors,
  piecesOf,
  rawTables,
  readRows,
  type TableView,
  viewsOf,
  writeRows,
} from "../../network/weights.js";
import type { Kernels } from "../../wasm/abi.js";
import { Arena, type Tensor } from "../../wasm/arena.js";
import { compileKernels, isFused, type KernelModule, linkKernels } from "../../wasm/kernels.js";
import { QuantizedTable } from "../quantized.js";
import { type Scored, TopList } from "../top-list.js";
import type { ResolvedModelOptions } from "./options.js";

/** Hidden state of each layer, f32[D]. */
export type HiddenState = readonly Float32Array[];

/** A step of one slot at one position, whose state before it is there. */
const ONE_CLICK = { parity: 0, fresh: false, outputs: "last" } as const;

/** The lowest f32 that is a number: whatever is not masked with −∞ reaches it. */
const LOWEST = -3.4028234663852886e38;

/** Rows of a tensor, f32[rows, columns]. */
export type RowsOf = (tensor: NamedTensor, begin: number, rows: number) => Float32Array;

export class Inference {
  readonly parameters: Parameters;
  readonly tensors: readonly NamedTensor[];
  readonly arena: Arena;
  readonly #kernels: Kernels;
  readonly #buffers: ForwardBuffers;
  readonly #item: Tensor;
  readonly #starts = Int32Array.of(0, 1);
  readonly #panel: Tensor;
  readonly #list: TopList;
  readonly #rows: Tensor;
  readonly #module: KernelModule;
  /** Made when first asked for, of the weights of that time. */
  #quantized: QuantizedTable | undefined;
  #norms: Float64Array | undefined;

  private constructor(module: KernelModule, options: ResolvedModelOptions, items: number) {
    const arena = new Arena();
    this.arena = arena;
    this.parameters = planParameters(arena, options, items);
    this.tensors = namedTensors(this.parameters);
    this.#buffers = planForward(arena, this.parameters, 1, 1);
    this.#item = arena.plan(1);
    this.#panel = arena.plan(PANEL_FLOATS);
    this.#list = new TopList(arena, items);
    this.#rows = arena.plan(items);
    this.#module = module;
    this.#kernels = linkKernels(module, arena.commit(false));
    prepareForward(arena, this.parameters, this.#buffers);
  }

  /** Room for a model, all weights 0. Throws ConfigError when it does not fit into memory. */
  static async create(options: ResolvedModelOptions, items: number): Promise<Inference> {
    return new Inference(await compileKernels("portable", false), options, items);
  }

  /** Copies rows of a named tensor in. */
  write(tensor: NamedTensor, begin: number, values: Float32Array): void {
    this.#forget();
    writeRows(this.#floats(tensor), tensor, begin, values);
  }

  /** Copies rows of a named tensor out. */
  read(tensor: NamedTensor, begin: number, rows: number): Float32Array<ArrayBuffer> {
    return readRows(this.#floats(tensor), tensor, begin, rows);
  }

  /** Writes all tensors, a piece with each step. */
  *fill(rows: RowsOf): Generator<void, void> {
    for (const tensor of this.tensors) {
      for (const { begin, rows: n } of piecesOf(tensor)) {
        this.write(tensor, begin, rows(tensor, begin, n));
        yield;
      }
    }
  }

  /** Its tables where they stand. */
  get views(): readonly TableView[] {
    return viewsOf(this.arena, rawTables(this.parameters));
  }

  /** Copies the weights of another plan of this model in, a piece with each step. */
  copy(from: readonly TableView[]): Generator<void, void> {
    this.#forget();
    return copyWeights(from, this.views);
  }

  /** The hidden state that every session begins with. */
  freshState(): HiddenState {
    return this.parameters.layers.map(({ D }) => new Float32Array(D));
  }

  /** One step: the hidden state after a click on `item`. */
  step(item: number, state: HiddenState): HiddenState {
    this.arena.integers(this.#item)[0] = item;
    this.#setHidden(state, 0);
    const step = {
      ...ONE_CLICK,
      starts: this.#starts,
      items: this.#item.ptr,
      panel: this.#panel.ptr,
    };
    forward(this.#kernels, this.parameters, this.#buffers, step, 0, 1);
    return this.#buffers.layers.map(({ hidden }) => this.arena.floats(hidden[1]).slice());
  }

  /**
   * Scores of all items for a hidden state, before any final activation (all of them keep the order).
   * A view: valid until the next call.
   */
  score(state: HiddenState): Float32Array {
    const { out } = this.#buffers;
    this.arena.floats(out).set(state.at(-1)!);
    return this.#scoreAgainst(out.ptr, this.parameters.W);
  }

  /** Cosine of every item's output weights with those of `item`, biases left out. A view. */
  similarities(item: number): Float32Array {
    const { output } = this.parameters;
    const scores = this.#scoreAgainst(output.ptr + 4 * item * output.stride, output.width - 4);
    this.#norms ??= this.#rowNorms();
    const own = this.#norms[item]!;
    for (let i = 0; i < output.rows; ++i) {
      const norm = this.#norms[i]! * own;
      scores[i] = norm > 0 ? scores[i]! / norm : 0;
    }
    return scores;
  }

  /** Euclidean norm of every item's output weights, without the bias. */
  #rowNorms(): Float64Array {
    const { rows, stride, width } = this.parameters.output;
    const table = this.arena.floats({ ...this.parameters.output, shape: [] });
    const norms = new Float64Array(rows);
    for (let i = 0; i < rows; ++i) norms[i] = Math.sqrt(squareOf(table, i * stride, width - 4));
    return norms;
  }

  /** The highest of the scores just computed. */
  top(count: number): Scored[] {
    return this.#list.take(this.#kernels, count);
  }

  /** A bound of every item's score, from a table of bytes; made when first asked for. A view. */
  bound(state: HiddenState): Float32Array {
    this.#quantized ??= this.#quantize();
    return this.#quantized.bound(state.at(-1)!);
  }

  /** The highest scores, of items whose bound of the last `bound` is not −∞: the list of `score` and `top`. */
  topBounded(state: HiddenState, count: number): Scored[] {
    const table = this.#quantized!;
    this.arena.floats(this.#buffers.out).set(state.at(-1)!);
    // Of the whole list no score is below the lowest of any `count`: what cannot reach that is out.
    const some = this.#scoreListed(table.highest(count));
    const whole = count > 0 && some.length === count && some.every(Number.isFinite);
    const rows = table.reaching(whole ? some.reduce((low, score) => Math.min(low, score)) : LOWEST);
    this.#scoreListed(rows);
    return this.#list
      .take(this.#kernels, count, rows.length)
      .map(({ item, score }) => ({ item: rows[item]!, score }));
  }

  /** Scores of some rows for the hidden state that is there, in their order: a view. */
  #scoreListed(rows: ArrayLike<number>): Float32Array {
    const { ptr, stride } = this.parameters.output;
    this.arena.integers(this.#rows).set(rows);
    const { out } = this.#buffers;
    const list = [this.#list.scores.ptr, this.#rows.ptr, rows.length] as const;
    this.#kernels.dotRows(...list, ptr, stride, out.ptr, this.parameters.W);
    return this.#list.view().subarray(0, rows.length);
  }

  #quantize(): QuantizedTable {
    const { output, W } = this.parameters;
    const table = new QuantizedTable(
      this.#module,
      this.arena.floats({ ...output, shape: [] }),
      ...([output.rows, output.stride, W - 4] as const),
    );
    // Bounds may come from faster kernels: they pick what is scored, and scores stay the portable ones.
    if (isFused("fast")) {
      const adopt = (module: KernelModule): void => table.adopt(module);
      compileKernels("fast", false).then(adopt, () => {}); // without them it goes on as it is
    }
    return table;
  }

  dispose(): void {
    this.arena.dispose();
  }

  #scoreAgainst(vector: number, K: number): Float32Array {
    const { ptr, stride, rows } = this.parameters.output;
    this.#kernels.dotRows(this.#list.scores.ptr, 0, rows, ptr, stride, vector, K);
    return this.#list.view();
  }

  #setHidden(state: HiddenState, parity: 0 | 1): void {
    for (const [i, { hidden }] of this.#buffers.layers.entries()) {
      this.arena.floats(hidden[parity]).set(state[i]!);
    }
  }

  /** What was made of other weights. */
  #forget(): void {
    this.#quantized = undefined;
    this.#norms = undefined;
  }

  #floats({ table }: NamedTensor): Float32Array {
    return this.arena.floats({ ...table, shape: [] });
  }
}

function squareOf(values: Float32Array, begin: number, length: number): number {
  let sum = 0;
  for (let i = begin; i < begin + length; ++i) sum += values[i]! * values[i]!;
  return sum;
}
