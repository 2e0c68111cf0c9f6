/**
 * How many items score above each target, one thread's share of them: integers decide most
 * comparisons, f32 those that they cannot (assembly/sieve.ts). Scores are never stored.
 *
 *     hidden states ─ round, pack ─┐
 *     items ─ round (once) ────────┴─ sift a block ─→ sure: counted
 *                                          └────────→ not sure: settle in f32 ─→ counted, listed
 */

import { share, type Thread } from "../threads/program.js";
import {
  BLOCK,
  type EvaluationConfig,
  type EvaluationMemory,
  type OwnMemory,
} from "./rank-memory.js";

export class Counter {
  readonly #thread: Thread;
  readonly #memory: EvaluationMemory;
  readonly #config: EvaluationConfig;
  readonly #own: OwnMemory;
  /** Largest rounding errors of this thread's items and of the slots, as roundRows gives them. */
  #delta = 0;
  #epsilon = 0;

  constructor(thread: Thread, memory: EvaluationMemory, config: EvaluationConfig) {
    this.#thread = thread;
    this.#memory = memory;
    this.#config = config;
    this.#own = memory.own[thread.rank]!;
  }

  /** Rounds this thread's share of what is ranked among. Once the weights are there. */
  round(): void {
    const { kernels, rank, threads } = this.#thread;
    const { rounded, units, biases, D } = this.#memory;
    const { ptr, stride, rows } = this.#ranked();
    const out = [rounded.ptr, 4, units.ptr, biases.ptr] as const;
    const own = share(rows, BLOCK, rank, threads);
    this.#delta = kernels.roundRows(...out, ptr, stride, D, ...own);
  }

  /** The rows to rank among. */
  #ranked(): { readonly ptr: number; readonly stride: number; readonly rows: number } {
    const { subset, parameters } = this.#memory;
    if (!subset) return parameters.output;
    return { ptr: subset.ptr, stride: parameters.W, rows: this.#config.subset };
  }

  /**
   * Counts this thread's share of the items. Targets are scored by the arithmetic of all items, so
   * a target has exactly the score that it has among them.
   */
  count(open: number): void {
    const { kernels, rank, threads } = this.#thread;
    const { rounded, units, biases, subsetRows, parameters, D } = this.#memory;
    const own = this.#own;
    const { W } = parameters;
    const { list } = this.#config;
    const S = Math.ceil(open / 8) * 8;
    this.#aimAll(open);
    const lists = [own.topScores.ptr, own.topItems.ptr, list] as const;
    const table = this.#ranked();
    const [begin, end] = share(table.rows, BLOCK, rank, threads);
    for (let first = begin; first < end; first += BLOCK) {
      const last = Math.min(end, first + BLOCK);
      if (list > 0) this.#aim(open, S);
      const found = kernels.sift(
        ...([own.greater.ptr, own.unsure.ptr, rounded.ptr, units.ptr, biases.ptr, D] as const),
        ...([own.rounded.ptr, own.units.ptr, own.goals.ptr, own.doors.ptr, S] as const),
        ...([this.#delta, this.#epsilon, first, last] as const),
      );
      kernels.settle(
        ...([own.unsure.ptr, found, last, table.ptr, table.stride, W, own.panels.ptr] as const),
        ...([own.tile.ptr, own.targetScores.ptr, own.greater.ptr, own.equal.ptr] as const),
        ...([subsetRows?.ptr ?? 0, ...lists] as const),
      );
    }
  }

  /** Scores the targets, packs the slots' hidden states and empties the counts. */
  #aimAll(open: number): void {
    const { kernels, arena } = this.#thread;
    const { targetRows, forward: buffers, parameters, ld, D } = this.#memory;
    const { panel, scores, targetScores, rounded, units, panels } = this.#own;
    const { greater, equal, topScores } = this.#own;
    const { W } = parameters;
    const hidden = buffers.out.ptr;
    kernels.gemmABt(
      ...([scores.ptr, ld, targetRows.ptr, W, hidden, W, open, W, false] as const),
      ...([panel.ptr, 0, open] as const),
    );
    kernels.takeDiagonal(targetScores.ptr, scores.ptr, ld, 0, open);
    this.#epsilon = kernels.roundRows(rounded.ptr, 8, units.ptr, 0, hidden, W, D, 0, open);
    kernels.packPanels(panels.ptr, hidden, open, W);
    arena.integers(greater).fill(0);
    arena.integers(equal).fill(0);
    arena.floats(topScores).fill(Number.NEGATIVE_INFINITY);
    this.#aim(open, Math.ceil(open / 8) * 8);
  }

  #aim(open: number, S: number): void {
    const { goals, doors, targetScores, topScores } = this.#own;
    this.#thread.kernels.aim(
      ...([goals.ptr, doors.ptr, targetScores.ptr, topScores.ptr] as const),
      ...([this.#config.list, open, S] as const),
    );
  }
}
