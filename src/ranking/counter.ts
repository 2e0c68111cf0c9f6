/**
 * Counts the items that score above each target, among one thread's share of the items. Integer scores
 * decide most comparisons; f32 scores decide the rest (assembly/sieve.ts). Scores are never stored.
 *
 *     hidden states ─ round, pack ─┐
 *     items ─ round (once) ────────┴─ countSureRanks of a block ─→ sure: counted
 *                                          └─→ unsure: countUnsureRanks in f32 ─→ counted, listed
 */

import { share, type Thread } from "../threads/program.js";
import { BLOCK, type RankConfig, type RankMemory, type ThreadMemory } from "./rank-memory.js";

/** Weights that are rounded in a step: about a millisecond, more where memory is new. */
const ROUNDED = 2 ** 18;

export class Counter {
  readonly #thread: Thread;
  readonly #memory: RankMemory;
  readonly #list: number;
  readonly #local: ThreadMemory;
  /** Largest rounding errors of this thread's items and of the slots, as roundRows gives them. */
  #delta = 0;
  #epsilon = 0;
  /** Steps of rounding so far, and all of them: as many for each thread. */
  #rounds = 0;
  readonly #allRounds: number;

  constructor(thread: Thread, memory: RankMemory, { kept }: RankConfig) {
    this.#thread = thread;
    this.#memory = memory;
    this.#list = kept;
    this.#local = memory.perThread[thread.rank]!;
    const most = Math.ceil(Math.ceil(memory.ranked.rows / BLOCK) / thread.threads) * BLOCK;
    this.#allRounds = Math.ceil(most / this.#rowsOfRound());
  }

  /** Whether all that is ranked among is rounded, and `count` can be called. */
  get isRounded(): boolean {
    return this.#rounds === this.#allRounds;
  }

  /** Rounds the next rows of this thread's share. Once the weights are there; the memory is touched for the first time. */
  round(): void {
    const { kernels, rank, threads } = this.#thread;
    const { rounded, units, biases, ranked } = this.#memory;
    const { ptr, stride, rows, weights, hasBias } = ranked;
    const [begin, end] = share(rows, BLOCK, rank, threads);
    const first = Math.min(end, begin + this.#rounds * this.#rowsOfRound());
    const last = Math.min(end, first + this.#rowsOfRound());
    const bias = hasBias ? biases.ptr : 0; // without a bias they all stay 0
    // biome-ignore format: a call reads as a call
    const delta = kernels.roundRows(
      rounded.ptr, 4, units.ptr, bias, ptr, stride, weights, first, last,
    );
    this.#delta = Math.max(this.#delta, delta);
    this.#rounds++;
  }

  /** Whole blocks. */
  #rowsOfRound(): number {
    return Math.ceil(ROUNDED / this.#memory.ranked.weights / BLOCK) * BLOCK;
  }

  /**
   * Counts this thread's share of the items. Targets are scored by the arithmetic of all items, so
   * a target has exactly the score that it has among them.
   */
  count(open: number): void {
    const { kernels, rank, threads } = this.#thread;
    const { rounded, units, biases, subsetRows, ranked, W } = this.#memory;
    const local = this.#local;
    const S = Math.ceil(open / 8) * 8;
    this.#aimAll(open);
    const [begin, end] = share(ranked.rows, BLOCK, rank, threads);
    for (let first = begin; first < end; first += BLOCK) {
      const last = Math.min(end, first + BLOCK);
      if (this.#list > 0) this.#setThresholds(open, S);
      // biome-ignore format: a call reads as a call
      const found = kernels.countSureRanks(
        local.greater.ptr, local.unsure.ptr, rounded.ptr, units.ptr, biases.ptr, ranked.weights,
        local.rounded.ptr, local.units.ptr, local.goals.ptr, local.doors.ptr, S,
        this.#delta, this.#epsilon, first, last,
      );
      // biome-ignore format: a call reads as a call
      kernels.countUnsureRanks(
        local.unsure.ptr, found, last, ranked.ptr, ranked.stride, W, local.panels.ptr, local.tile.ptr,
        local.targetScores.ptr, local.greater.ptr, local.equal.ptr,
        subsetRows?.ptr ?? 0, local.topScores.ptr, local.topItems.ptr, this.#list,
      );
    }
  }

  /** Scores the targets, packs the slots' states and empties the counts. */
  #aimAll(open: number): void {
    const { kernels, arena } = this.#thread;
    const { targetRows, visits, ranked, ld, W } = this.#memory;
    const { panel, scores, targetScores, rounded, units, panels } = this.#local;
    const { greater, equal, topScores } = this.#local;
    const states = visits.states.ptr;
    // biome-ignore format: a call reads as a call
    kernels.gemmABt(
      scores.ptr, ld, targetRows.ptr, W, states, W, open, W, false, panel.ptr, 0, open,
    );
    kernels.takeDiagonal(targetScores.ptr, scores.ptr, ld, 0, open);
    // biome-ignore format: a call reads as a call
    this.#epsilon = kernels.roundRows(
      rounded.ptr, 8, units.ptr, 0, states, W, ranked.weights, 0, open,
    );
    kernels.packPanels(panels.ptr, states, open, W);
    arena.integers(greater).fill(0);
    arena.integers(equal).fill(0);
    arena.floats(topScores).fill(Number.NEGATIVE_INFINITY);
    this.#setThresholds(open, Math.ceil(open / 8) * 8);
  }

  #setThresholds(open: number, S: number): void {
    const { goals, doors, targetScores, topScores } = this.#local;
    // biome-ignore format: a call reads as a call
    this.#thread.kernels.setThresholds(
      goals.ptr, doors.ptr, targetScores.ptr, topScores.ptr, this.#list, open, S,
    );
  }
}
