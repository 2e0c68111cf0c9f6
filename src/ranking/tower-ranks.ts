/**
 * Ranks of the candidates of examples as each thread of a job finds them, among the whole catalogue
 * and without ever storing all scores.
 *
 *     vectors of the catalogue                                 own items
 *     ── barrier ── a block of SLOTS examples a thread: queries, scores, counts      own examples
 *     ── barrier ── thread 0 gathers the counts; again
 */

import type { ResolvedTowerOptions } from "../models/two-towers/options.js";
import { planTowers, type TowerParameters, towerTensors } from "../models/two-towers/parameters.js";
import {
  forwardCandidates,
  forwardQuery,
  planQuery,
  type QueryBuffers,
} from "../models/two-towers/query.js";
import { layWindows, slotOrder } from "../models/two-towers/windows.js";
import { type HeadBuffers, outputOf, planHead } from "../network/head.js";
import { type NamedTensor, type WeightPiece, writeRows } from "../network/weights.js";
import { type Program, share, type Thread } from "../threads/program.js";
import type { Arena, Tensor } from "../wasm/arena.js";
import { PANEL_FLOATS } from "../wasm/panel.js";

/** Examples of a block: with BLOCK items their scores stay in the second cache. */
const SLOTS = 64;
const BLOCK = 512;

/** What a job is told; structured-cloneable. */
export interface RankConfig {
  readonly model: ResolvedTowerOptions;
  readonly items: number;
  readonly examples: number;
}

/** Counts of some examples, in order: items that score higher than the target, and other equal ones. */
export interface RankCounts {
  readonly greater: Int32Array;
  readonly equal: Int32Array;
  readonly done: boolean;
}

/** A piece of the examples: elements from `at` on. */
export interface RankPiece {
  readonly name: "contexts" | "targets" | "moments";
  readonly at: number;
  readonly values: Int32Array;
}

interface OwnMemory {
  readonly panel: Tensor;
  readonly query: QueryBuffers;
  /** i32[SLOTS·T] and i32[SLOTS] */
  readonly inputs: Tensor;
  readonly moments: Tensor;
  /** i32[SLOTS]: the slot of each example; i32[SLOTS] and f32[SLOTS, W] of the targets. */
  readonly places: Tensor;
  readonly targets: Tensor;
  readonly targetVectors: Tensor;
  /** f32[BLOCK, SLOTS] */
  readonly scores: Tensor;
  /** f32[SLOTS], i32[SLOTS], i32[SLOTS] */
  readonly targetScores: Tensor;
  readonly greater: Tensor;
  readonly equal: Tensor;
}

interface RankMemory {
  readonly parameters: TowerParameters;
  readonly catalogue: HeadBuffers;
  /** i32[items] 0, 1, 2, … */
  readonly rows: Tensor;
  readonly contexts: Tensor;
  readonly targets: Tensor;
  readonly moments: Tensor;
  /** i32[2]: first example of the round, whether to go on. */
  readonly control: Tensor;
  readonly own: readonly OwnMemory[];
}

function planRanks(
  arena: Arena,
  { model, items, examples }: RankConfig,
  threads: number,
): RankMemory {
  const parameters = planTowers(arena, model, items);
  const T = model.windowLength;
  const { W, candidate } = parameters;
  const plan = (...shape: number[]): Tensor => arena.plan(...shape);
  return {
    parameters,
    catalogue: planHead(arena, candidate.head, items, candidate.embedding.width),
    ...{ rows: plan(items), control: plan(2) },
    ...{ contexts: plan(examples, T), targets: plan(examples) },
    moments: plan(parameters.query.time ? examples : 1),
    own: Array.from({ length: threads }, () => ({
      ...{ panel: plan(PANEL_FLOATS), query: planQuery(arena, parameters, SLOTS, T) },
      moments: plan(SLOTS),
      ...{ inputs: plan(SLOTS * T), targets: plan(SLOTS), targetVectors: plan(SLOTS, W) },
      ...{ scores: plan(BLOCK, SLOTS), targetScores: plan(SLOTS), places: plan(SLOTS) },
      ...{ greater: plan(SLOTS), equal: plan(SLOTS) },
    })),
  };
}

export const retrievalRankProgram: Program<RankConfig> = (arena, config, threads) => {
  const memory = planRanks(arena, config, threads);
  return (thread) => {
    const task = new RankTask(thread, memory, config);
    return {
      loadWeights: (piece: WeightPiece) => task.loadWeights(piece),
      loadExamples: (piece: RankPiece) => task.loadExamples(piece),
      begin: () => task.begin(),
      run: (milliseconds: number) => task.run(milliseconds),
    };
  };
};

class RankTask {
  readonly #thread: Thread;
  readonly #memory: RankMemory;
  readonly #config: RankConfig;
  readonly #own: OwnMemory;
  readonly #tensors: ReadonlyMap<string, NamedTensor>;
  readonly #control: Int32Array;
  #played = 0;

  constructor(thread: Thread, memory: RankMemory, config: RankConfig) {
    const { query, candidate } = towerTensors(memory.parameters);
    this.#thread = thread;
    this.#memory = memory;
    this.#config = config;
    this.#own = memory.own[thread.rank]!;
    this.#tensors = new Map([...query, ...candidate].map((tensor) => [tensor.name, tensor]));
    this.#control = thread.arena.integers(memory.control);
  }

  loadWeights({ name, begin, values }: WeightPiece): void {
    const tensor = this.#tensors.get(name)!;
    writeRows(this.#thread.arena.floats({ ...tensor.table, shape: [] }), tensor, begin, values);
  }

  loadExamples({ name, at, values }: RankPiece): void {
    this.#thread.arena.integers(this.#memory[name]).set(values, at);
  }

  /** Makes the vectors of the catalogue, each thread those of its items. */
  begin(): void {
    const { arena, kernels, rank, threads, barrier } = this.#thread;
    const { rows, parameters, catalogue } = this.#memory;
    const own = share(this.#config.items, 1, rank, threads);
    const list = arena.integers(rows);
    for (let item = own[0]; item < own[1]; ++item) list[item] = item;
    const step = { rows: rows.ptr, panel: this.#own.panel.ptr };
    forwardCandidates(kernels, parameters, catalogue, step, ...own);
    barrier();
  }

  /** Ranks examples until the time is used up or none is left. Every thread runs it at once. */
  run(milliseconds: number): RankCounts {
    const { rank, threads, barrier } = this.#thread;
    const { examples } = this.#config;
    const until = performance.now() + milliseconds;
    const counts = { greater: [] as number[], equal: [] as number[] };
    for (let rounds = 0; ; ++rounds) {
      if (rank === 0) {
        const pause = rounds > 0 && performance.now() >= until;
        this.#control[0] = this.#played;
        this.#control[1] = pause || this.#played >= examples ? 0 : 1;
      }
      barrier();
      if (this.#control[1] === 0) break;
      const first = this.#control[0]!;
      this.#rank(Math.min(examples, first + rank * SLOTS), examples);
      barrier();
      this.#played = Math.min(examples, first + threads * SLOTS);
      if (rank === 0) this.#gather(this.#played - first, counts);
    }
    const done = this.#played >= examples;
    return { greater: Int32Array.from(counts.greater), equal: Int32Array.from(counts.equal), done };
  }

  /** One block: examples from `first` on. Slots of masked windows are sorted, counts are not. */
  #rank(first: number, examples: number): void {
    const { arena, kernels } = this.#thread;
    const { parameters, catalogue, contexts, targets } = this.#memory;
    const { windowLength: T, padding } = this.#config.model;
    const { panel, query, inputs, targetVectors, scores, targetScores, ...own } = this.#own;
    const open = Math.min(SLOTS, examples - first);
    if (open <= 0) return;
    const { W } = parameters;
    const windows = arena.integers(contexts).subarray(first * T, (first + open) * T);
    const layout = { windowLength: T, padding, pad: this.#config.items };
    const order = slotOrder(windows, layout);
    const starts = new Int32Array(T + 1);
    layWindows(windows, order, layout, arena.integers(inputs), starts);
    const [items, all] = [arena.integers(own.targets), arena.integers(targets)];
    const places = arena.integers(own.places);
    const [moments, times] = [arena.integers(own.moments), arena.integers(this.#memory.moments)];
    for (const [slot, n] of order.entries()) {
      items[slot] = all[first + n]!;
      if (parameters.query.time) moments[slot] = times[first + n]!;
      places[n] = slot;
    }
    const step = { items: inputs.ptr, starts, moments: own.moments.ptr, panel: panel.ptr };
    forwardQuery(kernels, parameters, query, step, 0, open);
    // Targets are scored by the same product as all items: each has exactly its score among them.
    const vectors = outputOf(catalogue).ptr;
    kernels.gatherRows(targetVectors.ptr, W, vectors, W, own.targets.ptr, W, 0, open);
    const score = (rows: number, n: number): void => {
      const operands = [scores.ptr, SLOTS, rows, W, query.output.ptr, W, open, W] as const;
      kernels.gemmABt(...operands, false, panel.ptr, 0, n);
    };
    score(targetVectors.ptr, open);
    kernels.takeDiagonal(targetScores.ptr, scores.ptr, SLOTS, 0, open);
    arena.integers(own.greater).fill(0);
    arena.integers(own.equal).fill(0);
    for (let item = 0; item < this.#config.items; item += BLOCK) {
      const n = Math.min(BLOCK, this.#config.items - item);
      score(vectors + 4 * W * item, n);
      const block = [scores.ptr, SLOTS, n, targetScores.ptr] as const;
      kernels.countRanks(...block, own.greater.ptr, own.equal.ptr, 0, open);
    }
  }

  /** Appends the counts of all threads' blocks, the targets themselves taken out. */
  #gather(count: number, counts: { readonly greater: number[]; readonly equal: number[] }): void {
    const { arena } = this.#thread;
    for (let n = 0; n < count; ++n) {
      const own = this.#memory.own[Math.floor(n / SLOTS)]!;
      const slot = arena.integers(own.places)[n % SLOTS]!;
      const broken = Number.isNaN(arena.floats(own.targetScores)[slot]!);
      // A NaN is not equal to itself: it was counted above itself.
      counts.greater.push(arena.integers(own.greater)[slot]! - (broken ? 1 : 0));
      counts.equal.push(arena.integers(own.equal)[slot]! - (broken ? 0 : 1));
    }
  }
}
