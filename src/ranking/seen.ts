/**
 * Items that a session had before its target: they are left out of the ranking, after everything was
 * counted. Their scores are those that were counted, bit for bit, so what is left is exact.
 */

import type { Thread } from "../threads/program.js";
import { type RankMemory, SEEN } from "./rank-memory.js";

export class Seen {
  readonly #thread: Thread;
  readonly #memory: RankMemory;
  /** i32[events] rows of what was clicked; their rows among what is ranked, where those are others. */
  readonly #clicks: Int32Array;
  readonly #places: Int32Array | undefined;
  readonly #isRanked: (row: number) => boolean;

  /** @param subset rows to rank among, when not all */
  constructor(
    thread: Thread,
    memory: RankMemory,
    columns: Readonly<Record<string, Int32Array>>,
    subset: ReadonlySet<number> | undefined,
  ) {
    this.#thread = thread;
    this.#memory = memory;
    this.#clicks = columns.itemIndices!;
    this.#places = columns.places;
    const { rows } = memory.plan.table;
    this.#isRanked = (row) => (subset ? subset.has(row) : row >= 0 && row < rows);
  }

  /** The rows among what is ranked of the clicks [first, end), each once. */
  rowsOf(first: number, end: number): ReadonlySet<number> {
    const rows = new Set<number>();
    for (let event = first; event < end; ++event) {
      const click = this.#clicks[event]!;
      const row = this.#places ? (this.#places[click] ?? -1) : click;
      if (this.#isRanked(row)) rows.add(row);
    }
    return rows;
  }

  /** How many of these rows were counted as greater than the target of a slot, and as equal. */
  counted(slot: number, rows: ReadonlySet<number>, target: number): readonly [number, number] {
    const { kernels, arena } = this.#thread;
    const { seenItems, seenRows, seenScores, visits, plan, W, perThread } = this.#memory;
    const { table } = plan;
    const items = arena.integers(seenItems!);
    const scores = arena.floats(seenScores!);
    const state = visits.states.ptr + 4 * slot * W;
    const panel = perThread[0]!.panel.ptr;
    const all = Int32Array.from(rows);
    let [greater, equal] = [0, 0];
    for (let begin = 0; begin < all.length; begin += SEEN) {
      const some = all.subarray(begin, begin + SEEN);
      items.set(some);
      // biome-ignore format: a call reads as a call
      kernels.gatherRows(
        seenRows!.ptr, W, table.ptr, table.stride, seenItems!.ptr, W, 0, some.length,
      );
      // biome-ignore format: a call reads as a call
      kernels.gemmABt(
        seenScores!.ptr, 4, seenRows!.ptr, W, state, W, 1, W, false, panel, 0, some.length,
      );
      for (let n = 0; n < some.length; ++n) {
        const score = scores[4 * n]!;
        if (score === target) equal++;
        else if (!(score < target)) greater++;
      }
    }
    return [greater, equal];
  }
}
