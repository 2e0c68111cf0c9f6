/**
 * Evaluation of a model as each thread of a job runs it: every test case's target is ranked among
 * all items, or a subset, without ever storing all scores.
 *
 *     play one click of every open slot                     own slots
 *     ── barrier ── sift items by integer scores, count       own items
 *                     what is not sure in f32
 *     ── barrier ── add up the counts                       thread 0
 */

import type { SessionRows } from "../data/sessions.js";
import { namedTensors } from "../models/gru4rec/parameters.js";
import { forward, prepareForward } from "../network/forward.js";
import { shareOfSlots } from "../network/positions.js";
import { type NamedTensor, type WeightPiece, writeRows } from "../network/weights.js";
import type { Program, Thread } from "../threads/program.js";
import { Counter } from "./counter.js";
import { type Feed, feedOf } from "./feed.js";
import {
  type EvaluationConfig,
  type EvaluationMemory,
  type OwnMemory,
  planEvaluation,
} from "./rank-memory.js";

/** Ranks of some test cases, as counts over the items ranked among, targets left out. */
export interface RankSlice {
  readonly greater: Int32Array;
  readonly equal: Int32Array;
  /** i32[cases, list], best first, −1 where there is no item left; empty without lists. */
  readonly lists: Int32Array;
  readonly done: boolean;
}

export function isRankSlice(value: unknown): value is RankSlice {
  const { greater, equal, lists, done } = (value ?? {}) as Partial<RankSlice>;
  const arrays = [greater, equal, lists].every((array) => array instanceof Int32Array);
  return arrays && greater!.length === equal!.length && typeof done === "boolean";
}

export const evaluationProgram: Program<EvaluationConfig> = (arena, config, threads) => {
  const memory = planEvaluation(arena, config, threads);
  return (thread) => {
    const task = new EvaluationTask(thread, memory, config);
    return {
      loadWeights: (piece: WeightPiece) => task.loadWeights(piece),
      loadSubset: (rows: Int32Array) => task.loadSubset(rows),
      begin: (sessions: SessionRows) => task.begin(sessions),
      run: (milliseconds: number) => task.run(milliseconds),
    };
  };
};

class EvaluationTask {
  readonly #thread: Thread;
  readonly #memory: EvaluationMemory;
  readonly #config: EvaluationConfig;
  readonly #tensors: ReadonlyMap<string, NamedTensor>;
  readonly #own: OwnMemory;
  readonly #control: Int32Array;
  readonly #starts: Int32Array;
  #feed: Feed | undefined;
  /** Rows to rank among, when not all. */
  #subset: ReadonlySet<number> | undefined;
  #parity: 0 | 1 = 0;
  /** Made when the weights are there. */
  #counter: Counter | undefined;

  constructor(thread: Thread, memory: EvaluationMemory, config: EvaluationConfig) {
    this.#thread = thread;
    this.#memory = memory;
    this.#config = config;
    this.#tensors = new Map(namedTensors(memory.parameters).map((tensor) => [tensor.name, tensor]));
    this.#own = memory.own[thread.rank]!;
    this.#control = thread.arena.integers(memory.control);
    this.#starts = thread.arena.integers(memory.starts);
    if (thread.rank === 0) prepareForward(thread.arena, memory.parameters, memory.forward);
  }

  loadWeights({ name, begin, values }: WeightPiece): void {
    const tensor = this.#tensors.get(name)!;
    const table = this.#thread.arena.floats({ ...tensor.table, shape: [] });
    writeRows(table, tensor, begin, values);
  }

  /** Puts the subset's rows of the output table together. After the weights are loaded. */
  loadSubset(rows: Int32Array): void {
    const { arena, kernels } = this.#thread;
    const { subset, subsetRows, parameters } = this.#memory;
    const { output, W } = parameters;
    arena.integers(subsetRows!).set(rows);
    const list = [subsetRows!.ptr, W, 0, rows.length] as const;
    kernels.gatherRows(subset!.ptr, W, output.ptr, output.stride, ...list);
    this.#subset = new Set(rows);
  }

  begin(sessions: SessionRows): void {
    this.#feed = feedOf(this.#thread.arena, this.#memory, this.#config, sessions);
  }

  /** Plays test cases until the time is used up or there are none left. Every thread runs it at once. */
  run(milliseconds: number): RankSlice {
    const { rank, barrier } = this.#thread;
    const until = performance.now() + milliseconds;
    const counts = { greater: [] as number[], equal: [] as number[], lists: [] as number[] };
    let steps = 0;
    let done = false;
    if (!this.#counter) {
      this.#counter = new Counter(this.#thread, this.#memory, this.#config);
      this.#counter.round();
    }
    for (;;) {
      const targets = rank === 0 ? this.#nextBatch(steps, until) : undefined;
      if (targets === "done") done = true;
      barrier();
      if (this.#control[1] === 0) break;
      const open = this.#control[0]!;
      this.#play();
      barrier();
      this.#counter.count(open);
      barrier();
      if (rank === 0) this.#gather(open, counts);
      steps++;
    }
    const [greater, equal] = [Int32Array.from(counts.greater), Int32Array.from(counts.equal)];
    return { greater, equal, lists: Int32Array.from(counts.lists), done };
  }

  /** Writes the next mini-batch; thread 0, before the first barrier. */
  #nextBatch(steps: number, until: number): "done" | "pause" | "play" {
    this.#control[1] = 0;
    if (steps > 0 && performance.now() >= until) return "pause";
    const open = this.#feed!(this.#parity);
    if (open === 0) return "done";
    this.#control.set([open, 1]);
    return "play";
  }

  /** The clicks of this thread's slots, and the output rows of their targets. */
  #play(): void {
    const { kernels, rank, threads } = this.#thread;
    const { inputs, targets, targetRows, forward: buffers, parameters } = this.#memory;
    const { output, W } = parameters;
    const slots = shareOfSlots(this.#starts, rank, threads);
    const fresh = this.#config.model.windowLength > 0;
    const step = {
      ...{ items: inputs.ptr, starts: this.#starts, parity: this.#parity, fresh },
      ...({ outputs: "last", panel: this.#own.panel.ptr } as const),
    };
    forward(kernels, parameters, buffers, step, ...slots);
    const table = [output.ptr, output.stride, targets.ptr, W] as const;
    kernels.gatherRows(targetRows.ptr, W, ...table, ...slots);
    if (!fresh) this.#parity = this.#parity === 0 ? 1 : 0;
  }

  /** Adds up what the threads counted; the target itself is taken out where it was counted. */
  #gather(
    open: number,
    counts: { readonly greater: number[]; readonly equal: number[]; readonly lists: number[] },
  ): void {
    const { arena } = this.#thread;
    const { own, targets } = this.#memory;
    const { list } = this.#config;
    const targetRows = arena.integers(targets);
    const targetScores = arena.floats(this.#own.targetScores);
    const all = own.map(({ greater, equal, topScores, topItems }) => ({
      ...{ greater: arena.integers(greater), equal: arena.integers(equal) },
      ...{ topScores: arena.floats(topScores), topItems: arena.integers(topItems) },
    }));
    for (let b = 0; b < open; ++b) {
      const counted = !this.#subset || this.#subset.has(targetRows[b]!) ? 1 : 0;
      // A NaN is not equal to itself: it was counted above itself.
      const broken = Number.isNaN(targetScores[b]!);
      let greater = broken ? -counted : 0;
      let equal = broken ? 0 : -counted;
      for (const own of all) {
        greater += own.greater[b]!;
        equal += own.equal[b]!;
      }
      counts.greater.push(greater);
      counts.equal.push(equal);
      merge(all, b * list, list, counts.lists);
    }
  }
}

/** The best of sorted lists that begin at `begin`, appended to `out`. */
function merge(
  all: readonly { readonly topScores: Float32Array; readonly topItems: Int32Array }[],
  begin: number,
  list: number,
  out: number[],
): void {
  const places = all.map(() => begin);
  for (let n = 0; n < list; ++n) {
    let best = 0;
    // Threads hold ascending ranges of items: of equal scores the first thread's is the lower item.
    for (let t = 1; t < all.length; ++t) {
      if (all[t]!.topScores[places[t]!]! > all[best]!.topScores[places[best]!]!) best = t;
    }
    const { topScores, topItems } = all[best]!;
    const place = places[best]!++;
    out.push(topScores[place]! > Number.NEGATIVE_INFINITY ? topItems[place]! : -1);
  }
}
