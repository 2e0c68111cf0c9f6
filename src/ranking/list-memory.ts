/** The arena of recommending for many visits: weights, their bytes, and each thread's block of visits. */

import type {
  AnsweringConfig,
  AnsweringPlan,
  PlanAnswering,
  VisitBuffers,
} from "../models/answering.js";
import {
  planQuantizedRows,
  planQuantizedStates,
  type QuantizedRows,
  type QuantizedStates,
} from "../models/quantized.js";
import type { Arena, Tensor } from "../wasm/arena.js";
import type { KernelModule } from "../wasm/kernels.js";
import { PANEL_FLOATS } from "../wasm/panel.js";

/** What a job is told; structured-cloneable. */
export interface ListsConfig {
  readonly answering: AnsweringConfig;
  readonly visits: number;
  /** Clicks of all visits, pads included. */
  readonly clicks: number;
  /** Bucket of the time at which all are asked; without meaning where time does not count. */
  readonly moment: number;
  /** Length of a list, at least 1. */
  readonly count: number;
  /** Visits of a block at most, a multiple of 8. */
  readonly slots: number;
  /** Kernels that bound scores sooner than the portable ones, which do the rest. */
  readonly bounding: KernelModule | undefined;
}

/** Items of a slot that wait for their score in f32. At least 128, see assembly/shortlist.ts. */
export const ROOM = 256;
/** Bounds that are compared between two builds, and the largest of every 16. */
export const COMPARED = 256;

export interface ListsMemory {
  readonly plan: AnsweringPlan;
  /** Its table in bytes. */
  readonly quantized: QuantizedRows;
  /** i32[clicks] and i32[visits + 1]: rows of items, and where each visit begins; longest first. */
  readonly clicks: Tensor;
  readonly offsets: Tensor;
  /** i32[1]: first visit of a round; i32[1]: whether to go on. */
  readonly first: Tensor;
  readonly goOn: Tensor;
  /** Slots of a block, a multiple of 8. */
  readonly S: number;
  /** One of each a thread. */
  readonly perThread: readonly ThreadMemory[];
}

/** What each thread has for itself. */
export interface ThreadMemory {
  /** Scratch of matrix products. */
  readonly panel: Tensor;
  readonly visits: VisitBuffers;
  /** i32[S] items of one position; i32[S] buckets of time. */
  readonly inputs: Tensor;
  readonly moments: Tensor;
  /** f64[4]: the largest norms of this thread's rows. */
  readonly norms: Tensor;
  readonly states: QuantizedStates;
  /** i32[S, ROOM], i32[S] and f32[ROOM]: what waits for its score, and scores. */
  readonly listed: Tensor;
  readonly lengths: Tensor;
  readonly scores: Tensor;
  /** f32[S, count], i32[S, count] */
  readonly topScores: Tensor;
  readonly topItems: Tensor;
  /** f32[COMPARED] and f32[COMPARED / 16] */
  readonly bounds: Tensor;
  readonly peaks: Tensor;
}

export function planLists(
  arena: Arena,
  planAnswering: PlanAnswering,
  config: ListsConfig,
  threads: number,
): ListsMemory {
  const { visits, clicks, count, slots } = config;
  const tables = planAnswering(arena, config.answering);
  const { rows, weights: D } = tables.table;
  const S = Math.min(slots, 8 * Math.ceil(visits / threads / 8));
  const plan = (...shape: number[]): Tensor => arena.plan(...shape);
  return {
    plan: tables,
    S,
    quantized: planQuantizedRows(arena, rows, D),
    clicks: plan(clicks),
    offsets: plan(visits + 1),
    first: plan(1),
    goOn: plan(1),
    perThread: Array.from({ length: threads }, () => ({
      panel: plan(PANEL_FLOATS),
      visits: tables.visits(1, S),
      inputs: plan(S),
      moments: plan(S),
      norms: plan(8),
      states: planQuantizedStates(arena, S, D),
      listed: plan(S, ROOM),
      lengths: plan(S),
      scores: plan(ROOM),
      topScores: plan(S, count),
      topItems: plan(S, count),
      bounds: plan(COMPARED),
      peaks: plan(COMPARED / 16),
    })),
  };
}
