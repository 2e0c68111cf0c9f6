/** What evaluating a model keeps in its arena: its tables, one step, and each thread's scores. */

import type {
  AnsweringConfig,
  AnsweringPlan,
  PlanAnswering,
  Reading,
  VisitBuffers,
} from "../models/answering.js";
import type { ScoredTable } from "../models/quantized.js";
import { productColumns } from "../models/row-scores.js";
import { padded } from "../network/tables.js";
import type { Arena, Tensor } from "../wasm/arena.js";
import { PANEL_FLOATS } from "../wasm/panel.js";

/** What an evaluation job is told; structured-cloneable. */
export interface RankConfig {
  readonly answering: AnsweringConfig;
  readonly reading: Reading;
  /** Length of each column of the test cases. */
  readonly columns: Readonly<Record<string, number>>;
  /** Slots played at a time; the ranks do not depend on it. */
  readonly slots: number;
  /** Items to rank among; 0 is all. */
  readonly subset: number;
  /** Length of the lists to gather; 0 is none. */
  readonly list: number;
  /** Length of the lists that are kept, so that there are enough without the items that are left out. */
  readonly kept: number;
  /** Only the last event of a session is a test case. */
  readonly lastOnly: boolean;
  /** Items that a session had are left out. */
  readonly excludeSeen: boolean;
}

/** Items of a session that are scored at a time, to leave them out. */
export const SEEN = 64;

/** Items that are counted before the thresholds of the lists are set again; a multiple of 4. */
export const BLOCK = 128;

export interface RankMemory {
  readonly ld: number;
  readonly plan: AnsweringPlan;
  readonly visits: VisitBuffers;
  /** i32[T + 1], see src/network/positions.ts; i32[B·T] items by row; i32[B] twice. */
  readonly starts: Tensor;
  readonly inputs: Tensor;
  readonly targets: Tensor;
  readonly moments: Tensor;
  /** i32[1]: open slots; i32[1]: whether to go on. */
  readonly open: Tensor;
  readonly goOn: Tensor;
  /** f32[B, W] rows of the table that are the targets'. */
  readonly targetRows: Tensor;
  /** What is ranked among: the table, or a subset of it. */
  readonly ranked: ScoredTable;
  /** Columns of a product with it: weights, and a bias. */
  readonly W: number;
  /** i16[ranked, weights] in panels of 4, f32[ranked]: it, rounded; units and biases. */
  readonly rounded: Tensor;
  readonly units: Tensor;
  readonly biases: Tensor;
  /** i32[subset] rows of the table, when ranking among a subset. */
  readonly subsetRows: Tensor | undefined;
  /** i32[SEEN], f32[SEEN, W], f32[SEEN, 4]: items to leave out, their rows, scores in the first column. */
  readonly seenItems: Tensor | undefined;
  readonly seenRows: Tensor | undefined;
  readonly seenScores: Tensor | undefined;
  /** One of each a thread. */
  readonly perThread: readonly ThreadMemory[];
}

/** What each thread has for itself. S is B rounded up to the 8 slots of a panel. */
export interface ThreadMemory {
  /** Scratch of matrix products. */
  readonly panel: Tensor;
  /** f32[B, ld] targets' rows against slots. */
  readonly scores: Tensor;
  /** f32[S] */
  readonly targetScores: Tensor;
  /** i16[S, weights] in panels of 8, f32[S]: the slots' states, rounded, and the unit of each. */
  readonly rounded: Tensor;
  readonly units: Tensor;
  /** f32[S, W] in panels of 8: the states as they are. */
  readonly panels: Tensor;
  /** f32[S]: what approximate scores are compared with. */
  readonly goals: Tensor;
  readonly doors: Tensor;
  /** u32[tiles of a block, 2] and f32[4, 8]: tiles left to f32, and one of them. */
  readonly unsure: Tensor;
  readonly tile: Tensor;
  /** i32[S] */
  readonly greater: Tensor;
  readonly equal: Tensor;
  /** f32[S, kept], i32[S, kept] */
  readonly topScores: Tensor;
  readonly topItems: Tensor;
}

export function planRanks(
  arena: Arena,
  planAnswering: PlanAnswering,
  config: RankConfig,
  threads: number,
): RankMemory {
  const { slots: B, subset, kept, excludeSeen } = config;
  const tables = planAnswering(arena, config.answering);
  const { table } = tables;
  const T = Math.max(1, config.reading.windowLength);
  const ld = padded(B);
  const W = productColumns(table);
  const D = table.weights;
  const S = Math.ceil(B / 8) * 8;
  const plan = (...shape: number[]): Tensor => arena.plan(...shape);
  const ranked =
    subset > 0 ? { ...table, ptr: plan(subset, W).ptr, rows: subset, stride: W } : table;
  return {
    ld,
    plan: tables,
    visits: tables.visits(T, B),
    starts: plan(T + 1),
    inputs: plan(B * T),
    targets: plan(B),
    moments: plan(B),
    open: plan(1),
    goOn: plan(1),
    targetRows: plan(B, W),
    ranked,
    W,
    rounded: plan(Math.ceil(ranked.rows / 4) * 4, D / 2),
    units: plan(ranked.rows),
    biases: plan(ranked.rows),
    subsetRows: subset > 0 ? plan(subset) : undefined,
    seenItems: excludeSeen ? plan(SEEN) : undefined,
    seenRows: excludeSeen ? plan(SEEN, W) : undefined,
    seenScores: excludeSeen ? plan(SEEN, 4) : undefined,
    perThread: Array.from({ length: threads }, () => ({
      panel: plan(PANEL_FLOATS),
      scores: plan(B, ld),
      targetScores: plan(S),
      rounded: plan(S, D / 2),
      units: plan(S),
      panels: plan(S, W),
      goals: plan(S),
      doors: plan(S),
      unsure: plan(BLOCK / 4, S / 8, 2),
      tile: plan(4, 8),
      greater: plan(S),
      equal: plan(S),
      topScores: plan(S, kept),
      topItems: plan(S, kept),
    })),
  };
}
