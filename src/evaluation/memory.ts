/** What evaluating a model keeps in its arena: the weights, one step, and each thread's scores. */

import { type ForwardBuffers, planForward } from "../model/forward.js";
import type { ResolvedModelOptions } from "../model/options.js";
import { type Parameters, padded, planParameters } from "../model/parameters.js";
import { PANEL_FLOATS } from "../model/recurrent.js";
import type { Arena, Tensor } from "../wasm/arena.js";

/** What an evaluation job is told; structured-cloneable. */
export interface EvaluationConfig {
  readonly model: ResolvedModelOptions;
  readonly items: number;
  /** Slots played at a time; the ranks do not depend on it. */
  readonly slots: number;
  /** Items to rank among; 0 is all. */
  readonly subset: number;
  /** Length of the lists to gather; 0 is none. */
  readonly list: number;
}

/** Items scored at a time: with 64 slots their scores stay in the second cache. */
export const BLOCK = 512;

export interface EvaluationMemory {
  readonly ld: number;
  readonly parameters: Parameters;
  readonly forward: ForwardBuffers;
  /** i32[T + 1], see src/model/positions.ts; i32[B·T] items by row; i32[B]. */
  readonly starts: Tensor;
  readonly inputs: Tensor;
  readonly targets: Tensor;
  /** i32[2]: open slots, whether to go on. */
  readonly control: Tensor;
  /** f32[B, W] output rows of the targets. */
  readonly targetRows: Tensor;
  /** f32[subset, W] and i32[subset], when ranking among a subset. */
  readonly subset: Tensor | undefined;
  readonly subsetRows: Tensor | undefined;
  /** One of each a thread. */
  readonly own: readonly OwnMemory[];
}

/** What each thread has for itself. */
export interface OwnMemory {
  readonly panel: Tensor;
  /** f32[BLOCK, ld] */
  readonly scores: Tensor;
  /** f32[ld], i32[ld], i32[ld] */
  readonly targetScores: Tensor;
  readonly greater: Tensor;
  readonly equal: Tensor;
  /** f32[ld, list], i32[ld, list] */
  readonly topScores: Tensor;
  readonly topItems: Tensor;
}

export function planEvaluation(
  arena: Arena,
  config: EvaluationConfig,
  threads: number,
): EvaluationMemory {
  const { model, items, slots: B, subset, list } = config;
  const parameters = planParameters(arena, model, items);
  const T = Math.max(1, model.windowLength);
  const ld = padded(B);
  const { W } = parameters;
  const plan = (...shape: number[]): Tensor => arena.plan(...shape);
  return {
    ...{ ld, parameters, forward: planForward(arena, parameters, B * T, B) },
    ...{ starts: plan(T + 1), inputs: plan(B * T), targets: plan(B) },
    ...{ control: plan(2), targetRows: plan(B, W) },
    subset: subset > 0 ? plan(subset, W) : undefined,
    subsetRows: subset > 0 ? plan(subset) : undefined,
    own: Array.from({ length: threads }, () => ({
      ...{ panel: plan(PANEL_FLOATS), scores: plan(Math.max(BLOCK, B), ld) },
      ...{ targetScores: plan(ld), greater: plan(ld), equal: plan(ld) },
      ...{ topScores: plan(ld, list), topItems: plan(ld, list) },
    })),
  };
}
