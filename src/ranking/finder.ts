/** The output table in bytes as each thread of a job makes it and finds the best rows in it. */

import { share, type Thread } from "../threads/program.js";
import type { Kernels } from "../wasm/abi.js";
import {
  COMPARED,
  type ListsConfig,
  type ListsMemory,
  type OwnMemory,
  ROOM,
} from "./list-memory.js";

/** Rows that a thread quantises at a time; the kernels read 16 of them together. */
const UNIT = 16;
/** Rows that are bounded before the lists have any score; then half as many again as were done. */
const FIRST = 128;

export class ListFinder {
  readonly #thread: Thread;
  readonly #memory: ListsMemory;
  readonly #config: ListsConfig;
  readonly #own: OwnMemory;
  /** Makes bounds; scores are always the portable kernels', as those of `recommend` are. */
  #bounding: Kernels;

  constructor(thread: Thread, memory: ListsMemory, config: ListsConfig) {
    this.#thread = thread;
    this.#memory = memory;
    this.#config = config;
    this.#own = memory.own[thread.rank]!;
    this.#bounding = thread.kernels;
  }

  /** Makes one of so many parts of this thread's rows. After the weights are there. */
  quantize(part: number, parts: number): void {
    const { kernels, rank, threads } = this.#thread;
    const { parameters, table, D } = this.#memory;
    const { ptr, stride } = parameters.output;
    const [begin, end] = share(this.#config.items, UNIT, rank, threads);
    const [from, to] = share(end - begin, UNIT, part, parts);
    const out = [table.rows.ptr, table.scales.ptr, table.biases.ptr, this.#own.norms.ptr] as const;
    kernels.quantizeRows(...out, ptr, stride, D, begin + from, begin + to);
  }

  /**
   * When all rows are there; meets the other threads.
   *
   * @param left items that no list may hold
   */
  begin(left: Int32Array): void {
    const { arena, rank, barrier } = this.#thread;
    barrier();
    if (rank === 0) {
      this.#joinNorms();
      const biases = arena.floats(this.#memory.table.biases);
      biases.fill(Number.NEGATIVE_INFINITY, this.#config.items); // rows beyond the last
      for (const item of left) biases[item] = Number.NEGATIVE_INFINITY;
    }
    barrier();
    this.#adopt();
  }

  #joinNorms(): void {
    const { arena } = this.#thread;
    const norms = arena.doubles(this.#memory.table.norms);
    for (const own of this.#memory.own) {
      for (const [i, norm] of arena.doubles(own.norms).entries())
        norms[i] = Math.max(norms[i]!, norm);
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
    const { table, parameters, D } = this.#memory;
    const { states, bounds, peaks } = this.#own;
    const { ptr, stride } = parameters.output;
    const state = [states.states.ptr, states.units.ptr, states.added.ptr] as const;
    kernels.quantizeStates(...state, table.norms.ptr, ptr, stride, D, 0, 1);
    const rows = [table.rows.ptr, table.scales.ptr, table.biases.ptr] as const;
    const some = Math.min(COMPARED, this.#config.items);
    kernels.boundRows(bounds.ptr, peaks.ptr, ...rows, ...state, D, some);
    return this.#thread.arena.floats(bounds).subarray(0, some);
  }

  /** Lists of the first `open` slots, whose hidden states are there. */
  find(open: number): void {
    const { kernels, arena } = this.#thread;
    const { table, parameters, D } = this.#memory;
    const { states, listed, lengths, scores, topScores, topItems, forward } = this.#own;
    const { items, count } = this.#config;
    const { W, output } = parameters;
    arena.floats(topScores).fill(Number.NEGATIVE_INFINITY);
    arena.integers(topItems).fill(-1);
    const state = [states.states.ptr, states.units.ptr, states.added.ptr] as const;
    const hidden = forward.out.ptr;
    this.#bounding.quantizeStates(...state, table.norms.ptr, hidden, W, D, 0, open);
    const waiting = [listed.ptr, lengths.ptr, ROOM] as const;
    const rows = [table.rows.ptr, table.scales.ptr, table.biases.ptr] as const;
    const S = Math.ceil(open / 4) * 4;
    for (let row = 0; row < items; ) {
      const end = Math.min(items, Math.max(FIRST, row + 8 * Math.ceil(row / 16)));
      const from = [...waiting, ...rows, D, ...state] as const;
      row = this.#bounding.shortlist(...from, topScores.ptr, count, S, row, end);
      kernels.settleLists(
        ...([...waiting, scores.ptr, output.ptr, output.stride, hidden, W] as const),
        ...([topScores.ptr, topItems.ptr, count, 0, S] as const),
      );
    }
  }
}
