/** What recommending for many visits keeps in its arena: the weights, their bytes, and each thread's block of visits. */

import type { ResolvedModelOptions } from "../models/gru4rec/options.js";
import { type Parameters, planParameters } from "../models/gru4rec/parameters.js";
import {
  planQuantizedRows,
  planQuantizedStates,
  type QuantizedRows,
  type QuantizedStates,
} from "../models/quantized.js";
import { type ForwardBuffers, planForward } from "../network/forward.js";
import type { Arena, Tensor } from "../wasm/arena.js";
import type { KernelModule } from "../wasm/kernels.js";
import { PANEL_FLOATS } from "../wasm/panel.js";

/** What a job is told; structured-cloneable. */
export interface ListsConfig {
  readonly model: ResolvedModelOptions;
  readonly items: number;
  readonly visits: number;
  /** Clicks of all visits, pads included. */
  readonly clicks: number;
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
  readonly parameters: Parameters;
  /** Columns of the output table without the bias. */
  readonly D: number;
  readonly table: QuantizedRows;
  /** i32[clicks] and i32[visits + 1]: rows of items, and where each visit begins; longest first. */
  readonly clicks: Tensor;
  readonly offsets: Tensor;
  /** i32[2]: first visit of a round, whether to go on. */
  readonly control: Tensor;
  /** Slots of a block, a multiple of 8. */
  readonly S: number;
  /** One of each a thread. */
  readonly own: readonly OwnMemory[];
}

/** What each thread has for itself. */
export interface OwnMemory {
  /** Scratch of matrix products. */
  readonly panel: Tensor;
  readonly forward: ForwardBuffers;
  /** i32[S] items of one position. */
  readonly inputs: Tensor;
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

export function planLists(arena: Arena, config: ListsConfig, threads: number): ListsMemory {
  const { model, items, visits, clicks, count, slots } = config;
  const parameters = planParameters(arena, model, items);
  const D = parameters.W - 4;
  const S = Math.min(slots, 8 * Math.ceil(visits / threads / 8));
  const plan = (...shape: number[]): Tensor => arena.plan(...shape);
  return {
    ...{ parameters, D, S, table: planQuantizedRows(arena, items, D) },
    ...{ clicks: plan(clicks), offsets: plan(visits + 1), control: plan(2) },
    own: Array.from({ length: threads }, () => ({
      ...{ panel: plan(PANEL_FLOATS), forward: planForward(arena, parameters, S, S) },
      ...{ inputs: plan(S), norms: plan(8), states: planQuantizedStates(arena, S, D) },
      ...{ listed: plan(S, ROOM), lengths: plan(S), scores: plan(ROOM) },
      ...{ topScores: plan(S, count), topItems: plan(S, count) },
      ...{ bounds: plan(COMPARED), peaks: plan(COMPARED / 16) },
    })),
  };
}
