/**
 * The end of a step of retrieval: gradients of the matrices, sums over repeated items, and the
 * optimiser. Every thread takes rows of every table; an item that a batch touches several times is
 * stepped once, with the sum of its gradients, as Keras does.
 *
 *     gradients of matrices but Wx                                share of rows
 *     ── barrier ── clicks' da ─→ sums by item, dP                share of items
 *     ── barrier ── dWx = Eᵀ·dP   dE = dP·Wxᵀ                     shares of rows, items
 *     ── barrier ── optimiser                                     share of rows of every table
 */

import { type DenseGradient, denseGradients, denseTables } from "../../network/dense.js";
import {
  type HeadGradient,
  headGradients,
  headTables,
  inputGradient,
} from "../../network/head-backward.js";
import { share, type Thread } from "../../threads/program.js";
import { Optimizer } from "../optimizer.js";
import { type TouchedRows, touchedDense, touchedSparse } from "../touched.js";
import type { ItemBags } from "./bags.js";
import type { RetrievalConfig, RetrievalMemory } from "./memory.js";

/** R clicks of M examples; N candidates; how many distinct items both are, and buckets of time. */
export interface StepSize {
  readonly R: number;
  readonly M: number;
  readonly N: number;
  readonly items: number;
  readonly inputs: number;
  readonly moments: number;
}

export class RetrievalUpdate {
  readonly #thread: Thread;
  readonly #memory: RetrievalMemory;
  readonly #panel: number;
  readonly #stack: readonly DenseGradient[];
  readonly #queryHead: readonly HeadGradient[];
  readonly #candidateHead: readonly HeadGradient[];
  readonly #optimizer: Optimizer;
  readonly #dense: readonly TouchedRows[];
  /** Whether gradients of candidates are summed by item. Else each candidate row is another item. */
  readonly #sumsCandidates: boolean;
  readonly #bags: { readonly query: ItemBags; readonly candidate: ItemBags };

  constructor(
    thread: Thread,
    memory: RetrievalMemory,
    { task }: RetrievalConfig,
    panel: number,
    bags: { readonly query: ItemBags; readonly candidate: ItemBags },
  ) {
    const { kernels } = thread;
    const { parameters, query, candidate, softmax, queryHead, candidateHead, dense } = memory;
    const { head } = parameters.query;
    const stackMemory = { parameters: memory.stack, forward: query.forward, layers: memory.layers };
    const ofStack = denseTables(memory.stack, true).length;
    const ofHead = ofStack + headTables(head).length;
    this.#thread = thread;
    this.#memory = memory;
    this.#panel = panel;
    this.#bags = bags;
    this.#sumsCandidates = task.hardNegatives > 0;
    this.#stack = denseGradients(kernels, stackMemory, dense.slice(0, ofStack), panel);
    this.#queryHead = headGradients(
      kernels,
      head,
      query.head,
      queryHead,
      { dOutput: softmax.dQueries, panel },
      dense.slice(ofStack, ofHead),
    );
    this.#candidateHead = headGradients(
      kernels,
      parameters.candidate.head,
      candidate,
      candidateHead,
      { dOutput: softmax.dCandidates, panel },
      dense.slice(ofHead),
    );
    this.#optimizer = new Optimizer(thread, task, memory.norms);
    const matrices = [...dense, memory.projection.update];
    this.#dense = matrices.map((update) => touchedDense(update, thread));
  }

  /** This thread's part; returns whether all that was written is finite. */
  run(size: StepSize): boolean {
    const { barrier } = this.#thread;
    this.#differentiate(size);
    barrier();
    this.#sumRows(size);
    barrier();
    this.#backThroughProjection(size);
    barrier();
    const { queryRows, candidateRows } = this.#memory;
    this.#bags.query.sum(queryRows.addresses.ptr);
    this.#bags.candidate.sum(candidateRows.addresses.ptr);
    return this.#optimizer.run(this.touched(size));
  }

  #differentiate({ R, M, N }: StepSize): void {
    const { dense } = this.#memory;
    const gradients = [
      ...this.#stack.map((write) => (from: number, to: number) => write(R, 0, from, to)),
      ...this.#queryHead.map((write) => (from: number, to: number) => write(M, from, to)),
      ...this.#candidateHead.map((write) => (from: number, to: number) => write(N, from, to)),
    ];
    for (const [k, { table }] of dense.entries()) gradients[k]!(...this.#share(table.rows));
  }

  /** Sums of the gradients of clicks, and of candidates, by item. */
  #sumRows({ items, inputs, moments }: StepSize): void {
    const { kernels, arena } = this.#thread;
    const { queryRows, candidateRows, projection, layers, parameters } = this.#memory;
    const { candidateHead, softmax } = this.#memory;
    const [begin, end] = this.#share(inputs);
    const { width } = projection.table;
    const { first, next, addresses } = queryRows;
    const { ptr: da } = layers[0]!.da;
    kernels.sumGradients(0, 0, da, width, 0, first.ptr, next.ptr, addresses.ptr, begin, end);
    const { dTable, dVectors } = projection;
    // Each item's sum stands in its first click's row.
    kernels.gatherRows(dTable.ptr, width, da, width, first.ptr, width, begin, end);
    const gradientAt = arena.words(addresses);
    const E = parameters.itemWidth;
    for (let u = begin; u < end; ++u) gradientAt[u] = dVectors.ptr + 4 * E * u;

    this.#sumTimes(this.#share(moments));
    const { ptr: dX } = inputGradient(candidateHead, softmax.dCandidates);
    const X = parameters.itemWidth;
    const mine = this.#share(items);
    if (this.#sumsCandidates) {
      const { first: start, next: then, addresses: sums } = candidateRows;
      kernels.sumGradients(0, 0, dX, X, 0, start.ptr, then.ptr, sums.ptr, ...mine);
      return;
    }
    const rows = arena.words(candidateRows.addresses);
    for (let n = mine[0]; n < mine[1]; ++n) rows[n] = dX + 4 * X * n;
  }

  /** Sums of the gradients of times by bucket, in place. */
  #sumTimes([begin, end]: readonly [number, number]): void {
    const { timeRows, parameters, query, queryHead, softmax } = this.#memory;
    if (!timeRows) return;
    const { first, next, addresses } = timeRows;
    const { ptr: dX } = query.times ?? inputGradient(queryHead, softmax.dQueries);
    const X = query.head.x.shape[1]!;
    const { kernels } = this.#thread;
    kernels.sumGradients(0, 0, dX, X, 0, first.ptr, next.ptr, addresses.ptr, begin, end);
    const gradientAt = this.#thread.arena.words(addresses);
    for (let u = begin; u < end; ++u) gradientAt[u]! += 4 * parameters.query.time!.place;
  }

  #backThroughProjection({ inputs }: StepSize): void {
    const { kernels } = this.#thread;
    const { projection, parameters } = this.#memory;
    const { vectors, dTable, dVectors, update, table } = projection;
    const { E, input } = parameters.query.stack.layers[0]!;
    const { width } = table;
    const rows = this.#share(input.rows);
    // biome-ignore format: one call a line, against its signature
    kernels.gemmAtB(update.gradient.ptr, width, vectors.ptr, E, dTable.ptr, width, width, inputs, false, this.#panel, ...rows);
    const mine = this.#share(inputs);
    // biome-ignore format: one call a line, against its signature
    kernels.gemmABt(dVectors.ptr, E, dTable.ptr, width, input.ptr, input.stride, E, width, false, this.#panel, ...mine);
  }

  /** The rows of every table that this step touches. */
  touched({
    items,
    inputs,
    moments,
  }: Pick<StepSize, "items" | "inputs" | "moments">): TouchedRows[] {
    const { queryRows, candidateRows, timeRows } = this.#memory;
    return [
      ...this.#dense,
      touchedSparse(queryRows, inputs, this.#thread),
      touchedSparse(candidateRows, items, this.#thread),
      ...(timeRows ? [touchedSparse(timeRows, moments, this.#thread)] : []),
      ...this.#bags.query.touched(),
      ...this.#bags.candidate.touched(),
    ];
  }

  #share(n: number): [number, number] {
    return share(n, 1, this.#thread.rank, this.#thread.threads);
  }
}
