/** What evaluating a model keeps in its arena: the weights, one step, and each thread's scores. */

import type { ResolvedModelOptions } from "../models/gru4rec/options.js";
import { type Parameters, planParameters } from "../models/gru4rec/parameters.js";
import { type ForwardBuffers, planForward } from "../network/forward.js";
import { padded } from "../network/tables.js";
import type { Arena, Tensor } from "../wasm/arena.js";
import { PANEL_FLOATS } from "../wasm/panel.js";

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

/** Items sifted before the lists are looked at again; a multiple of 4. */
export const BLOCK = 128;

export interface EvaluationMemory {
  readonly ld: number;
  readonly parameters: Parameters;
  readonly forward: ForwardBuffers;
  /** i32[T + 1], see src/network/positions.ts; i32[B·T] items by row; i32[B]. */
  readonly starts: Tensor;
  readonly inputs: Tensor;
  readonly targets: Tensor;
  /** i32[2]: open slots, whether to go on. */
  readonly control: Tensor;
  /** f32[B, W] output rows of the targets. */
  readonly targetRows: Tensor;
  /** Columns of the output table without the bias. */
  readonly D: number;
  /** i16[ranked, D] in panels of 4, f32[ranked]: what is ranked among, rounded; units and biases. */
  readonly rounded: Tensor;
  readonly units: Tensor;
  readonly biases: Tensor;
  /** f32[subset, W] and i32[subset], when ranking among a subset. */
  readonly subset: Tensor | undefined;
  readonly subsetRows: Tensor | undefined;
  /** One of each a thread. */
  readonly own: readonly OwnMemory[];
}

/** What each thread has for itself. S is B rounded up to the 8 slots of a panel. */
export interface OwnMemory {
  /** Scratch of matrix products. */
  readonly panel: Tensor;
  /** f32[B, ld] targets' rows against slots. */
  readonly scores: Tensor;
  /** f32[S] */
  readonly targetScores: Tensor;
  /** i16[S, D] in panels of 8, f32[S]: the slots' hidden states, rounded, and the unit of each. */
  readonly rounded: Tensor;
  readonly units: Tensor;
  /** f32[S, W] in panels of 8: the hidden states as they are. */
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
  /** f32[S, list], i32[S, list] */
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
  const D = W - 4;
  const ranked = subset || items;
  const S = Math.ceil(B / 8) * 8;
  const plan = (...shape: number[]): Tensor => arena.plan(...shape);
  return {
    ...{ ld, parameters, forward: planForward(arena, parameters, B * T, B) },
    ...{ starts: plan(T + 1), inputs: plan(B * T), targets: plan(B) },
    ...{ control: plan(2), targetRows: plan(B, W) },
    ...{
      D,
      rounded: plan(Math.ceil(ranked / 4) * 4, D / 2),
      units: plan(ranked),
      biases: plan(ranked),
    },
    subset: subset > 0 ? plan(subset, W) : undefined,
    subsetRows: subset > 0 ? plan(subset) : undefined,
    own: Array.from({ length: threads }, () => ({
      ...{ panel: plan(PANEL_FLOATS), scores: plan(B, ld), targetScores: plan(S) },
      ...{
        rounded: plan(S, D / 2),
        units: plan(S),
        panels: plan(S, W),
        goals: plan(S),
        doors: plan(S),
      },
      ...{ unsure: plan(BLOCK / 4, S / 8, 2), tile: plan(4, 8) },
      ...{ greater: plan(S), equal: plan(S), topScores: plan(S, list), topItems: plan(S, list) },
    })),
  };
}
