/** The output table in bytes as each thread of a job makes it and finds the best rows in it. */

import { productColumns } from "../models/row-scores.js";
import { share, type Thread } from "../threads/program.js";
import type { Kernels } from "../wasm/abi.js";
import {
  COMPARED,
  type ListsConfig,
  type ListsMemory,
  ROOM,
  type ThreadMemory,
} from "./list-memory.js";

/** Rows that a thread quantises at a time; the kernels read 16 of them together. */
const UNIT = 16;
/** Rows that are bounded before the lists have any score; then half as many again as were done. */
const FIRST = 128;

export class ListFinder {
  readonly #thread: Thread;
  readonly #memory: ListsMemory;
  readonly #config: ListsConfig;
  readonly #local: ThreadMemory;
  /** Makes bounds; scores are always the portable kernels', as those of `recommend` are. */
  #bounding: Kernels;

  constructor(thread: Thread, memory: ListsMemory, config: ListsConfig) {
    this.#thread = thread;
    this.#memory = memory;
    this.#config = config;
    this.#local = memory.perThread[thread.rank]!;
    this.#bounding = thread.kernels;
  }

  /** Makes one of so many parts of this thread's rows. After the weights are there. */
  quantize(part: number, parts: number): void {
    const { kernels, rank, threads } = this.#thread;
    const { plan, quantized } = this.#memory;
    const { ptr, rows, stride, weights } = plan.table;
    const { rows: out, scales, biases } = quantized;
    const [begin, end] = share(rows, UNIT, rank, threads);
    const [from, to] = share(end - begin, UNIT, part, parts);
    // biome-ignore format: a call reads as a call
    kernels.quantizeRows(
      out.ptr, scales.ptr, biases.ptr, this.#local.norms.ptr, ptr, stride, weights,
      begin + from, begin + to,
    );
  }

  /**
   * When all rows are there; meets the other threads.
   *
   * @param left items that no list may hold
   */
  begin(left: Int32Array): void {
    const { arena, rank, barrier } = this.#thread;
    if (rank === 0) {
      this.#joinNorms();
      const { plan, quantized } = this.#memory;
      const biases = arena.floats(quantized.biases);
      biases.fill(Number.NEGATIVE_INFINITY, plan.table.rows); // rows beyond the last
      for (const item of left) biases[item] = Number.NEGATIVE_INFINITY;
    }
    barrier();
    this.#adopt();
  }

  #joinNorms(): void {
    const { arena } = this.#thread;
    const largest = arena.doubles(this.#memory.quantized.norms);
    for (const { norms } of this.#memory.perThread) {
      for (const [i, norm] of arena.doubles(norms).entries()) {
        largest[i] = Math.max(largest[i]!, norm);
      }
    }
  }

  /** Goes on with the faster kernels if they give the same bounds (src/models/quantized.ts says why). */
  #adopt(): void {
    const { bounding } = this.#config;
    if (!bounding) return;
    const kernels = this.#thread.link(bounding);
    const before = this.#boundsBy(this.#thread.kernels).slice();
    const after = this.#boundsBy(kernels);
    if (before.every((bound, row) => Object.is(bound, after[row]))) this.#bounding = kernels;
  }

  /** Bounds of the first rows for the weights of the first one. */
  #boundsBy(kernels: Kernels): Float32Array {
    const { quantized, plan } = this.#memory;
    const { states, bounds, peaks } = this.#local;
    const { ptr, stride, rows, weights } = plan.table;
    const { states: x, units, added } = states;
    const { rows: bytes, scales, biases, norms } = quantized;
    const some = Math.min(COMPARED, rows);
    kernels.quantizeStates(x.ptr, units.ptr, added.ptr, norms.ptr, ptr, stride, weights, 0, 1);
    // biome-ignore format: a call reads as a call
    kernels.boundRows(
      bounds.ptr, peaks.ptr, bytes.ptr, scales.ptr, biases.ptr, x.ptr, units.ptr, added.ptr,
      weights, some,
    );
    return this.#thread.arena.floats(bounds).subarray(0, some);
  }

  /** Lists of the first `open` slots, whose states are there. */
  find(open: number): void {
    const { kernels, arena } = this.#thread;
    const { quantized, plan } = this.#memory;
    const { states, listed, lengths, scores, topScores, topItems, visits } = this.#local;
    const { count } = this.#config;
    const { rows: items, weights, ptr, stride } = plan.table;
    const { states: x, units, added } = states;
    const { rows, scales, biases, norms } = quantized;
    const [W, state] = [productColumns(plan.table), visits.states.ptr];
    arena.floats(topScores).fill(Number.NEGATIVE_INFINITY);
    arena.integers(topItems).fill(-1);
    // biome-ignore format: a call reads as a call
    this.#bounding.quantizeStates(
      x.ptr, units.ptr, added.ptr, norms.ptr, state, W, weights, 0, open,
    );
    const S = Math.ceil(open / 4) * 4;
    for (let row = 0; row < items; ) {
      const end = Math.min(items, Math.max(FIRST, row + 8 * Math.ceil(row / 16)));
      // biome-ignore format: a call reads as a call
      row = this.#bounding.listRowsAboveEnds(
        listed.ptr, lengths.ptr, ROOM, rows.ptr, scales.ptr, biases.ptr, weights,
        x.ptr, units.ptr, added.ptr, topScores.ptr, count, S, row, end,
      );
      // biome-ignore format: a call reads as a call
      kernels.topKListedRows(
        listed.ptr, lengths.ptr, ROOM, scores.ptr, ptr, stride, state, W,
        topScores.ptr, topItems.ptr, count, 0, S,
      );
    }
  }
}
