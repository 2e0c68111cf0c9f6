/**
 * Recommending for many visits as each thread of a job runs it.
 *
 *     bytes of the output table                                 own rows
 *     ── barrier ── a block of visits: hidden states, lists      own visits
 *     ── barrier ── thread 0 gathers the lists; again
 */

import { namedTensors } from "../models/gru4rec/parameters.js";
import { forward, prepareForward } from "../network/forward.js";
import { type NamedTensor, type WeightPiece, writeRows } from "../network/weights.js";
import type { Program, Thread } from "../threads/program.js";
import { ListFinder } from "./finder.js";
import { type ListsConfig, type ListsMemory, type OwnMemory, planLists } from "./list-memory.js";
import type { VisitRows } from "./visits.js";

/** Lists of some visits, in the order of work. */
export interface ListSlice {
  /** i32[visits, count], best first, −1 where there is no item left; f32[visits, count] */
  readonly items: Int32Array;
  readonly scores: Float32Array;
  readonly done: boolean;
}

export function isListSlice(value: unknown): value is ListSlice {
  const { items, scores, done } = (value ?? {}) as Partial<ListSlice>;
  const arrays = items instanceof Int32Array && scores instanceof Float32Array;
  return arrays && items.length === scores.length && typeof done === "boolean";
}

export const listsProgram: Program<ListsConfig> = (arena, config, threads) => {
  const memory = planLists(arena, config, threads);
  return (thread) => {
    const finder = new ListFinder(thread, memory, config);
    const task = new ListsTask(thread, memory, config, finder);
    return {
      loadWeights: (piece: WeightPiece) => task.loadWeights(piece),
      loadVisits: (visits: VisitRows) => task.loadVisits(visits),
      quantize: ({ part, parts }: { part: number; parts: number }) => finder.quantize(part, parts),
      begin: (left: Int32Array) => finder.begin(left),
      run: (milliseconds: number) => task.run(milliseconds),
    };
  };
};

class ListsTask {
  readonly #thread: Thread;
  readonly #memory: ListsMemory;
  readonly #config: ListsConfig;
  readonly #own: OwnMemory;
  readonly #tensors: ReadonlyMap<string, NamedTensor>;
  readonly #finder: ListFinder;
  /** Visits done, by all threads. */
  #done = 0;

  constructor(thread: Thread, memory: ListsMemory, config: ListsConfig, finder: ListFinder) {
    this.#thread = thread;
    this.#memory = memory;
    this.#config = config;
    this.#own = memory.own[thread.rank]!;
    this.#tensors = new Map(namedTensors(memory.parameters).map((tensor) => [tensor.name, tensor]));
    this.#finder = finder;
    prepareForward(thread.arena, memory.parameters, this.#own.forward);
  }

  loadWeights({ name, begin, values }: WeightPiece): void {
    const tensor = this.#tensors.get(name)!;
    writeRows(this.#thread.arena.floats({ ...tensor.table, shape: [] }), tensor, begin, values);
  }

  loadVisits({ clicks, offsets }: VisitRows): void {
    const { arena } = this.#thread;
    arena.integers(this.#memory.clicks).set(clicks);
    arena.integers(this.#memory.offsets).set(offsets);
  }

  /** Makes lists until the time is used up or there are all. Every thread runs it at once. */
  run(milliseconds: number): ListSlice {
    const { arena, rank, threads, barrier } = this.#thread;
    const { visits, count } = this.#config;
    const { S } = this.#memory;
    const until = performance.now() + milliseconds;
    const control = arena.integers(this.#memory.control);
    const first = this.#done;
    const pieces: Omit<ListSlice, "done">[] = [];
    for (;;) {
      if (rank === 0) {
        const pause = this.#done > first && performance.now() >= until;
        control[0] = this.#done;
        control[1] = pause || this.#done === visits ? 0 : 1;
      }
      barrier();
      if (control[1] === 0) break;
      const begin = control[0]!;
      const own = begin + rank * S;
      const open = Math.max(0, Math.min(S, visits - own));
      if (open > 0) this.#list(own, open);
      barrier();
      this.#done = Math.min(visits, begin + threads * S);
      if (rank === 0) this.#gather(this.#done - begin, pieces);
    }
    const items = new Int32Array((this.#done - first) * count * (rank === 0 ? 1 : 0));
    const scores = new Float32Array(items.length);
    let at = 0;
    for (const piece of pieces) {
      items.set(piece.items, at);
      scores.set(piece.scores, at);
      at += piece.items.length;
    }
    return { items, scores, done: this.#done === visits };
  }

  /** Lists of visits [first, first + open): their clicks, position after position, then the table. */
  #list(first: number, open: number): void {
    const { arena, kernels } = this.#thread;
    const { parameters } = this.#memory;
    const { forward: buffers, panel, inputs } = this.#own;
    const clicks = arena.integers(this.#memory.clicks);
    const offsets = arena.integers(this.#memory.offsets);
    const row = arena.integers(inputs);
    const starts = new Int32Array(2);
    for (let t = 0; ; ++t) {
      let slot = 0;
      for (; slot < open; ++slot) {
        const at = offsets[first + slot]! + t;
        if (at >= offsets[first + slot + 1]!) break; // visits stand longest first
        row[slot] = clicks[at]!;
      }
      if (slot === 0) break;
      starts[1] = slot;
      const parity: 0 | 1 = t % 2 === 0 ? 0 : 1;
      const step = { items: inputs.ptr, starts, parity, fresh: t === 0, panel: panel.ptr };
      forward(kernels, parameters, buffers, { ...step, outputs: "last" }, 0, slot);
    }
    this.#finder.find(open);
  }

  /** Takes the lists of `visits` visits out of the threads' blocks. */
  #gather(visits: number, pieces: Omit<ListSlice, "done">[]): void {
    const { arena } = this.#thread;
    const { S, own } = this.#memory;
    const { count } = this.#config;
    for (const [rank, { topScores, topItems }] of own.entries()) {
      const length = count * Math.max(0, Math.min(S, visits - rank * S));
      const items = arena.integers(topItems).slice(0, length);
      pieces.push({ items, scores: arena.floats(topScores).slice(0, length) });
    }
  }
}
