/**
 * The end of a step: gradients of the matrices, sums over repeated items, and the optimiser.
 *
 * Every thread takes rows of every table. An item that a step touches several times, as a target, a
 * negative or an input, is stepped once, with the sum of its gradients (the official Theano code
 * steps each occurrence; its authors call the sum the correct way).
 */

import { share, type Thread } from "../threads/program.js";
import { type DenseGradient, type DenseUpdate, denseGradients } from "./gradients.js";
import type { SparseUpdate, TrainingMemory } from "./memory.js";
import { type RowStep, rowStep } from "./optimizer.js";
import type { ResolvedLearningOptions } from "./options.js";

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
  readonly #cap: number;
  readonly #gradients: readonly DenseGradient[];
  readonly #step: RowStep;
  readonly #norms: Float64Array | undefined;
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
    this.#cap = learning.gradientCap;
    this.#gradients = denseGradients(thread.kernels, memory, memory.dense, panel);
    this.#step = rowStep(thread.kernels, learning);
    this.#norms = memory.norms && thread.arena.doubles(memory.norms);
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
    const scale = this.#norms ? this.#cappedScale(this.#norms, touched) : 1;
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
    const { E, gates, D } = parameters.layers[0]!;
    const list = ({ first, next, heads }: SparseUpdate) =>
      [first.ptr, next.ptr, heads.ptr] as const;
    const inputs = [dInput?.ptr ?? da.ptr, dInput ? E : gates * D] as const;
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

  /**
   * cap / ‖g‖ where the norm of all gradients is beyond the cap, else 1. Repeated items count with
   * their sum (the official norm counts each occurrence).
   */
  #cappedScale(norms: Float64Array, { scored, output, input }: Touched): number {
    const { kernels } = this.#thread;
    const { dense, outputRows, inputRows, norms: tensor } = this.#memory;
    // The sums were made in other ranges than they are squared in.
    this.#thread.barrier();
    let count = 0;
    const square = (addresses: number, columns: number, from: number, rows: number): void => {
      const [begin, end] = this.#share(rows);
      const to = tensor!.ptr + 8 * count;
      kernels.squareRows(to, addresses + 4 * from, columns, begin, end);
      count += rows;
    };
    for (const { table, addresses } of dense) square(addresses.ptr, table.width, 0, table.rows);
    const { table, heads } = outputRows;
    square(heads.ptr, table.width, 0, scored);
    square(heads.ptr, table.width - 4, scored, output - scored);
    if (inputRows) square(inputRows.heads.ptr, inputRows.table.width, 0, input);
    this.#thread.barrier();
    let sum = 0;
    for (let i = 0; i < count; ++i) sum += norms[i]!;
    const norm = Math.sqrt(sum);
    return norm >= this.#cap ? this.#cap / norm : 1;
  }
}
