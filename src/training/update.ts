/**
 * The end of a step: gradients of the matrices, sums over repeated items, and the optimiser.
 *
 * Every thread takes rows of every table. An item that a step touches several times, as a target, a
 * negative or an input, is stepped once, with the sum of its gradients (the official Theano code
 * steps each occurrence; its authors call the sum the correct way).
 */

import { type DenseGradient, type DenseUpdate, denseGradients } from "../network/dense.js";
import { share, type Thread } from "../threads/program.js";
import { type CappedScale, cappedScale } from "./cap.js";
import { type RowStep, rowStep } from "./optimizer.js";
import type { ResolvedLearningOptions } from "./options.js";
import type { SparseUpdate, TrainingMemory } from "./sampled/memory.js";

/** How many distinct items a step touches. */
export interface Touched {
  /** Of the output table: as a target or negative; and in all, as inputs too when shared. */
  readonly scored: number;
  readonly output: number;
  /** Of the input's own table. */
  readonly input: number;
}

export class Update {
  readonly #thread: Thread;
  readonly #memory: TrainingMemory;
  readonly #gradients: readonly DenseGradient[];
  readonly #step: RowStep;
  readonly #capped: CappedScale | undefined;
  /**
   * Whether a thread that is done with its gradients of matrices overwrites what others still make
   * theirs of: one-hot inputs sum their rows in place in da, and the next mini-batch moves the
   * hidden states that are the inputs of a stacked layer.
   */
  readonly #meetsAfterGradients: boolean;

  constructor(
    thread: Thread,
    memory: TrainingMemory,
    learning: ResolvedLearningOptions,
    panel: number,
  ) {
    this.#thread = thread;
    this.#memory = memory;
    this.#gradients = denseGradients(thread.kernels, memory, memory.dense, panel);
    this.#step = rowStep(thread.kernels, learning);
    this.#capped = memory.norms && cappedScale(thread, memory.norms, learning.gradientCap);
    const { lookup, layers } = memory.parameters;
    this.#meetsAfterGradients = lookup === undefined || layers.length > 1;
  }

  /**
   * This thread's part of a step of R rows of clicks and N scored rows. Returns whether all that it
   * wrote is finite.
   */
  run(R: number, N: number, parity: 0 | 1, touched: Touched): boolean {
    const { dense } = this.#memory;
    for (const [k, { table }] of dense.entries()) {
      this.#gradients[k]!(R, parity, ...this.#share(table.rows));
    }
    if (this.#meetsAfterGradients) this.#thread.barrier();
    this.#sumSparse(N, touched);
    const scale = this.#capped ? this.#scale(this.#capped, touched) : 1;
    let sound = true;
    for (const update of dense) sound = this.#stepDense(update, scale) && sound;
    return this.#stepSparse(scale, touched) && sound;
  }

  #share(n: number): [number, number] {
    return share(n, 1, this.#thread.rank, this.#thread.threads);
  }

  #sumSparse(N: number, touched: Touched): void {
    const { kernels } = this.#thread;
    const { parameters, outputRows, inputRows, dGathered, layers } = this.#memory;
    const { dInput, da } = layers[0]!;
    const { E, width } = parameters.layers[0]!;
    const list = ({ first, next, heads }: SparseUpdate) =>
      [first.ptr, next.ptr, heads.ptr] as const;
    const inputs = [dInput?.ptr ?? da.ptr, dInput ? E : width] as const;
    kernels.sumGradients(
      ...([dGathered.ptr, parameters.W, ...inputs, N, ...list(outputRows)] as const),
      ...this.#share(touched.output),
    );
    if (!inputRows) return;
    kernels.sumGradients(0, 0, ...inputs, 0, ...list(inputRows), ...this.#share(touched.input));
  }

  #stepDense({ table, rows, addresses }: DenseUpdate, scale: number): boolean {
    const list = { rows: rows.ptr, gradients: addresses.ptr };
    return this.#step(table, list, table.width, scale, ...this.#share(table.rows));
  }

  /** Rows that only inputs touch have no gradient of their bias, nor a step of it. */
  #stepSparse(scale: number, { scored, output, input }: Touched): boolean {
    const { outputRows, inputRows } = this.#memory;
    const [begin, end] = this.#share(output);
    const border = Math.min(Math.max(scored, begin), end);
    const list = (rows: SparseUpdate) => ({ rows: rows.distinct.ptr, gradients: rows.heads.ptr });
    const { table } = outputRows;
    const outputs = list(outputRows);
    const asScored = this.#step(table, outputs, table.width, scale, begin, border);
    const asInput = this.#step(table, outputs, table.width - 4, scale, border, end);
    if (!inputRows) return asScored && asInput;
    const { table: own } = inputRows;
    const inputs = this.#step(own, list(inputRows), own.width, scale, ...this.#share(input));
    return asScored && asInput && inputs;
  }

  #scale(capped: CappedScale, { scored, output, input }: Touched): number {
    const { dense, outputRows, inputRows } = this.#memory;
    // The sums were made in other ranges than they are squared in.
    this.#thread.barrier();
    const rowsOf = (addresses: number, columns: number, rows: number) => ({
      ...{ addresses, columns, rows },
    });
    const { table, heads } = outputRows;
    return capped([
      ...dense.map(({ table, addresses }) => rowsOf(addresses.ptr, table.width, table.rows)),
      rowsOf(heads.ptr, table.width, scored),
      rowsOf(heads.ptr + 4 * scored, table.width - 4, output - scored),
      ...(inputRows ? [rowsOf(inputRows.heads.ptr, inputRows.table.width, input)] : []),
    ]);
  }
}
