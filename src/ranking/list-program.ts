/**
 * Recommending for many visits as each thread of a job runs it.
 *
 *     bytes of the output table                                 share of rows
 *     ── barrier ── a block of visits: hidden states, lists      share of visits
 *     ── barrier ── thread 0 gathers the lists; again
 */

import type { PlanAnswering } from "../models/answering.js";
import { JobTensors } from "../network/job-tensors.js";
import type { ColumnPiece } from "../network/transfer.js";
import type { Program, Thread } from "../threads/program.js";
import { doSteps } from "../threads/slices.js";
import { ListFinder } from "./finder.js";
import { type ListsConfig, type ListsMemory, planLists, type ThreadMemory } from "./list-memory.js";

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

/** The program that makes lists of models of one kind. */
export function listsProgram(planAnswering: PlanAnswering): Program<ListsConfig> {
  return (arena, config, threads) => {
    const memory = planLists(arena, planAnswering, config, threads);
    return (thread) => {
      const finder = new ListFinder(thread, memory, config);
      const task = new ListsTask(thread, memory, config, finder);
      return {
        ...new JobTensors(arena, memory.plan.tensors).task,
        loadColumn: (piece: ColumnPiece) => task.loadColumn(piece),
        quantize: ({ part, parts }: { part: number; parts: number }) =>
          finder.quantize(part, parts),
        begin: (left: Int32Array) => finder.begin(left),
        run: (milliseconds: number) => task.run(milliseconds),
      };
    };
  };
}

class ListsTask {
  readonly #thread: Thread;
  readonly #memory: ListsMemory;
  readonly #config: ListsConfig;
  readonly #local: ThreadMemory;
  readonly #finder: ListFinder;
  /** Visits done, by all threads. */
  #done = 0;

  constructor(thread: Thread, memory: ListsMemory, config: ListsConfig, finder: ListFinder) {
    this.#thread = thread;
    this.#memory = memory;
    this.#config = config;
    this.#local = memory.perThread[thread.rank]!;
    this.#finder = finder;
    this.#local.visits.prepare();
    thread.arena.integers(this.#local.moments).fill(config.moment);
  }

  loadColumn({ name, at, values }: ColumnPiece): void {
    const { clicks, offsets } = this.#memory;
    const column = name === "clicks" ? clicks : offsets;
    this.#thread.arena.integers(column).set(values, at);
  }

  /** Makes lists until the time is used up or there are all. Every thread runs it at once. */
  run(milliseconds: number): ListSlice {
    const { arena, rank } = this.#thread;
    const { visits, count } = this.#config;
    const firstOfRound = arena.integers(this.#memory.first);
    const first = this.#done;
    const pieces: Omit<ListSlice, "done">[] = [];
    doSteps(this.#thread, arena.integers(this.#memory.goOn), milliseconds, {
      next: () => {
        firstOfRound[0] = this.#done;
        return this.#done === visits ? "end" : "step";
      },
      step: () => this.#round(firstOfRound[0]!, pieces),
    });
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

  /** A block of visits a thread, from visit `begin` on. */
  #round(begin: number, pieces: Omit<ListSlice, "done">[]): void {
    const { rank, threads, barrier } = this.#thread;
    const { S } = this.#memory;
    const { visits } = this.#config;
    const first = begin + rank * S;
    const open = Math.max(0, Math.min(S, visits - first));
    if (open > 0) this.#list(first, open);
    barrier();
    this.#done = Math.min(visits, begin + threads * S);
    if (rank === 0) this.#gather(this.#done - begin, pieces);
  }

  /** Lists of visits [first, first + open): their clicks, position after position, then the table. */
  #list(first: number, open: number): void {
    const { arena, kernels } = this.#thread;
    const { visits, panel, inputs, moments } = this.#local;
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
      visits.read(kernels, step, 0, slot);
    }
    visits.finish(kernels, moments.ptr, panel.ptr, 0, open);
    this.#finder.find(open);
  }

  /** Takes the lists of `visits` visits out of the threads' blocks. */
  #gather(visits: number, pieces: Omit<ListSlice, "done">[]): void {
    const { arena } = this.#thread;
    const { S, perThread } = this.#memory;
    const { count } = this.#config;
    for (const [rank, { topScores, topItems }] of perThread.entries()) {
      const length = count * Math.max(0, Math.min(S, visits - rank * S));
      const items = arena.integers(topItems).slice(0, length);
      pieces.push({ items, scores: arena.floats(topScores).slice(0, length) });
    }
  }
}
