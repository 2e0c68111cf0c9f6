/**
 * The end of a step: gradients of the matrices, sums over repeated items, and the optimiser. Every thread
 * takes rows of every table.
 */

import { type DenseGradient, denseGradients } from "../../network/dense.js";
import { share, type Thread } from "../../threads/program.js";
import { Optimizer } from "../optimizer.js";
import type { ResolvedOptimizerOptions } from "../optimizer-options.js";
import { type SparseUpdate, type TouchedRows, touchedDense, touchedSparse } from "../touched.js";
import type { TrainingMemory } from "./memory.js";

/** How many distinct items a step touches. */
export interface Touched {
  /** Of the output table: as a target or negative; and in all, as inputs too when shared. */
  readonly scored: number;
  readonly output: number;
  /** Of the table of inputs, where that is another one. */
  readonly input: number;
}

export class Update {
  readonly #thread: Thread;
  readonly #memory: TrainingMemory;
  readonly #gradients: readonly DenseGradient[];
  readonly #optimizer: Optimizer;
  readonly #dense: readonly TouchedRows[];
  /**
   * Whether the threads must meet after the gradients of the matrices. A thread that goes on earlier would
   * overwrite inputs of the others: one-hot inputs sum their rows in place in da, and the next mini-batch
   * moves the hidden states that are the inputs of a stacked layer.
   */
  readonly #meetsAfterGradients: boolean;

  constructor(
    thread: Thread,
    memory: TrainingMemory,
    options: ResolvedOptimizerOptions,
    panel: number,
  ) {
    this.#thread = thread;
    this.#memory = memory;
    this.#gradients = denseGradients(thread.kernels, memory, memory.dense, panel);
    this.#optimizer = new Optimizer(thread, options, memory.norms);
    this.#dense = memory.dense.map((update) => touchedDense(update, thread));
    const { lookup, layers } = memory.parameters;
    this.#meetsAfterGradients = lookup === undefined || layers.length > 1;
  }

  /**
   * This thread's part of a step of R rows of clicks and N scored rows. Returns whether all new weights are
   * finite.
   */
  run(R: number, N: number, parity: 0 | 1, touched: Touched): boolean {
    for (const [k, { begin, end }] of this.#dense.entries()) {
      this.#gradients[k]!(R, parity, begin, end);
    }
    if (this.#meetsAfterGradients) this.#thread.barrier();
    this.#sumSparse(N, touched);
    return this.#optimizer.run(this.touched(touched));
  }

  /**
   * The rows of every table that a step touches. Rows that only inputs touch have no gradient of their
   * bias, nor a step of it. A thread steps the rows whose sums it made, so there is no barrier between.
   */
  touched({ scored, output, input }: Touched): TouchedRows[] {
    const { outputRows, inputRows } = this.#memory;
    const all = touchedSparse(outputRows, output, this.#thread);
    const { begin, end, columns } = all;
    const border = Math.min(Math.max(scored, begin), end);
    return [
      ...this.#dense,
      { ...all, count: scored, begin, end: border },
      {
        ...all,
        rows: all.rows + 4 * scored,
        gradients: all.gradients + 4 * scored,
        columns: columns - 4,
        count: output - scored,
        begin: border - scored,
        end: end - scored,
      },
      ...(inputRows ? [touchedSparse(inputRows, input, this.#thread)] : []),
    ];
  }

  #sumSparse(N: number, { output, input }: Touched): void {
    const { parameters, outputRows, inputRows, dGathered, layers } = this.#memory;
    const { dInput, da } = layers[0]!;
    const { E, width } = parameters.layers[0]!;
    const scored = { ptr: dGathered.ptr, ld: parameters.W };
    const inputs = { ptr: dInput?.ptr ?? da.ptr, ld: dInput ? E : width };
    this.#sum(outputRows, scored, inputs, N, output);
    if (inputRows) this.#sum(inputRows, { ptr: 0, ld: 0 }, inputs, 0, input);
  }

  /** Sums of this thread's share of `count` distinct rows: of N scored rows, then of clicks. */
  #sum(
    { first, next, addresses }: SparseUpdate,
    scored: { readonly ptr: number; readonly ld: number },
    inputs: { readonly ptr: number; readonly ld: number },
    N: number,
    count: number,
  ): void {
    const { kernels, rank, threads } = this.#thread;
    const [begin, end] = share(count, 1, rank, threads);
    // biome-ignore format: one call a line, against its signature
    kernels.sumGradients(scored.ptr, scored.ld, inputs.ptr, inputs.ld, N, first.ptr, next.ptr, addresses.ptr, begin, end);
  }
}
