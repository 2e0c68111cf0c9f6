/**
 * Evaluation of a model as each thread of a job runs it: every test case's target is ranked among
 * all items, or a subset, without ever storing all scores.
 *
 *     round the items for integer scores, once               share of items
 *     ── barrier ──
 *     read one click, or a window, of every open slot        share of slots
 *     ── barrier ── countSureRanks by integer scores,         share of items
 *                     countUnsureRanks in f32
 *     ── barrier ── add up the counts                       thread 0
 */

import type { PlanAnswering } from "../models/answering.js";
import { JobTensors } from "../network/job-tensors.js";
import { shareOfSlots } from "../network/positions.js";
import type { ColumnPiece } from "../network/transfer.js";
import type { Program, Thread } from "../threads/program.js";
import { doSteps } from "../threads/slices.js";
import { Counter } from "./counter.js";
import { type Fed, type Feed, LoadedColumns } from "./feed.js";
import { planRanks, type RankConfig, type RankMemory, type ThreadMemory } from "./rank-memory.js";
import { Seen } from "./seen.js";

/** Ranks of some test cases, as counts over the items ranked among, targets left out. */
export interface RankSlice {
  /** −1 where the target is left out itself. */
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

/** The program that evaluates models of one kind. */
export function rankProgram(planAnswering: PlanAnswering): Program<RankConfig> {
  return (arena, config, threads) => {
    const memory = planRanks(arena, planAnswering, config, threads);
    return (thread) => {
      const task = new RankTask(thread, memory, config);
      return {
        ...new JobTensors(arena, memory.plan.tensors).task,
        loadColumn: (piece: ColumnPiece) => task.columns.load(piece),
        loadSubset: (rows: Int32Array) => task.loadSubset(rows),
        begin: () => task.begin(),
        run: (milliseconds: number) => task.run(milliseconds),
      };
    };
  };
}

const NONE: ReadonlySet<number> = new Set();

interface Counts {
  readonly greater: number[];
  readonly equal: number[];
  readonly lists: number[];
}

class RankTask {
  readonly columns: LoadedColumns;
  readonly #thread: Thread;
  readonly #memory: RankMemory;
  readonly #config: RankConfig;
  readonly #local: ThreadMemory;
  readonly #open: Int32Array;
  readonly #starts: Int32Array;
  #feed: Feed | undefined;
  /** What the step asks; only thread 0 has it. */
  #fed: Fed | undefined;
  /** Rows to rank among, when not all. */
  #subset: ReadonlySet<number> | undefined;
  #parity: 0 | 1 = 0;
  readonly #counter: Counter;
  #seen: Seen | undefined;

  constructor(thread: Thread, memory: RankMemory, config: RankConfig) {
    this.#thread = thread;
    this.#memory = memory;
    this.#config = config;
    this.#local = memory.perThread[thread.rank]!;
    this.#open = thread.arena.integers(memory.open);
    this.#starts = thread.arena.integers(memory.starts);
    this.#counter = new Counter(thread, memory, config);
    this.columns = new LoadedColumns(thread.rank === 0 ? config.columns : {});
    if (thread.rank === 0) memory.visits.prepare();
  }

  /** Puts the subset's rows of the table together. After the weights are loaded; one thread. */
  loadSubset(rows: Int32Array): void {
    const { arena, kernels } = this.#thread;
    const { subsetRows, ranked, plan, W } = this.#memory;
    const { table } = plan;
    arena.integers(subsetRows!).set(rows);
    // biome-ignore format: a call reads as a call
    kernels.gatherRows(
      ranked.ptr, W, table.ptr, table.stride, subsetRows!.ptr, W, 0, rows.length,
    );
    this.#subset = new Set(rows);
  }

  /** When all columns are there; one thread. */
  begin(): void {
    const columns = this.columns.all;
    this.#feed = this.columns.feed(this.#thread.arena, this.#memory, this.#config);
    if (!this.#config.excludeSeen) return;
    this.#seen = new Seen(this.#thread, this.#memory, columns, this.#subset);
  }

  /** Plays test cases until the time is used up or there are none left. Every thread runs it at once. */
  run(milliseconds: number): RankSlice {
    const { arena } = this.#thread;
    const counts: Counts = { greater: [], equal: [], lists: [] };
    const done = doSteps(this.#thread, arena.integers(this.#memory.goOn), milliseconds, {
      next: () => {
        if (!this.#counter.isRounded) return "step";
        this.#fed = this.#feed!(this.#parity);
        this.#open[0] = this.#fed && this.#fed.slots.length > 0 ? this.#fed.open : 0;
        return this.#fed ? "step" : "end";
      },
      step: () => (this.#counter.isRounded ? this.#rank(counts) : this.#round()),
    });
    const [greater, equal] = [Int32Array.from(counts.greater), Int32Array.from(counts.equal)];
    return { greater, equal, lists: Int32Array.from(counts.lists), done };
  }

  #round(): void {
    this.#counter.round();
    this.#thread.barrier();
  }

  #rank(counts: Counts): void {
    const { rank, barrier } = this.#thread;
    const open = this.#open[0]!; // none where no target counts
    this.#read();
    barrier();
    if (open === 0) return;
    this.#counter.count(open);
    barrier();
    if (rank === 0) this.#gather(counts);
  }

  /** Clicks of this thread's slots, and the rows of their targets. */
  #read(): void {
    const { kernels, rank, threads } = this.#thread;
    const { inputs, targets, targetRows, moments, visits, plan, W } = this.#memory;
    const { ptr, stride } = plan.table;
    const [begin, end] = shareOfSlots(this.#starts, rank, threads);
    const fresh = this.#config.reading.windowLength > 0;
    const panel = this.#local.panel.ptr;
    const step = { items: inputs.ptr, starts: this.#starts, parity: this.#parity, fresh, panel };
    visits.read(kernels, step, begin, end);
    visits.finish(kernels, moments.ptr, panel, begin, end);
    kernels.gatherRows(targetRows.ptr, W, ptr, stride, targets.ptr, W, begin, end);
    if (!fresh) this.#parity = this.#parity === 0 ? 1 : 0;
  }

  /** Adds up what the threads counted; the target itself is taken out where it was counted. */
  #gather(counts: Counts): void {
    const { arena } = this.#thread;
    const { perThread, targets } = this.#memory;
    const { list, kept } = this.#config;
    const targetRows = arena.integers(targets);
    const targetScores = arena.floats(this.#local.targetScores);
    const all = perThread.map(({ greater, equal, topScores, topItems }) => ({
      greater: arena.integers(greater),
      equal: arena.integers(equal),
      topScores: arena.floats(topScores),
      topItems: arena.integers(topItems),
    }));
    for (const b of this.#fed!.slots) {
      const seen = this.#seen?.rowsOf(...this.#fed!.clicksOf(b)) ?? NONE;
      const counted = !this.#subset || this.#subset.has(targetRows[b]!) ? 1 : 0;
      // A NaN is not equal to itself: it was counted above itself.
      const broken = Number.isNaN(targetScores[b]!);
      let greater = broken ? -counted : 0;
      let equal = broken ? 0 : -counted;
      for (const counts of all) {
        greater += counts.greater[b]!;
        equal += counts.equal[b]!;
      }
      const [above, same] = this.#seen?.counted(b, seen, targetScores[b]!) ?? [0, 0];
      counts.greater.push(seen.has(targetRows[b]!) ? -1 : greater - above);
      counts.equal.push(equal - same);
      merge(all, b * kept, { kept, list, seen }, counts.lists);
    }
  }
}

/** The best of sorted lists that begin at `begin`, without what was seen, appended to `out`. */
function merge(
  all: readonly { readonly topScores: Float32Array; readonly topItems: Int32Array }[],
  begin: number,
  { kept, list, seen }: { kept: number; list: number; seen: ReadonlySet<number> },
  out: number[],
): void {
  const places = all.map(() => begin);
  const end = out.length + list;
  for (let n = 0; n < kept && out.length < end; ++n) {
    let best = 0;
    // Threads hold ascending ranges of items: of equal scores the first thread's is the lower item.
    for (let t = 1; t < all.length; ++t) {
      if (all[t]!.topScores[places[t]!]! > all[best]!.topScores[places[best]!]!) best = t;
    }
    const { topScores, topItems } = all[best]!;
    const place = places[best]!++;
    const item = topScores[place]! > Number.NEGATIVE_INFINITY ? topItems[place]! : -1;
    if (!seen.has(item)) out.push(item);
  }
  while (out.length < end) out.push(-1);
}
