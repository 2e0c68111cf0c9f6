/** The loss of a mini-batch as a step has it: bound to the memory of its training. */

import type { ResolvedModelOptions } from "../../models/gru4rec/options.js";
import { type Activation, LINEAR } from "../../network/activations.js";
import { LOSS_KERNELS } from "../../network/loss-kernels.js";
import type { Thread } from "../../threads/program.js";
import type { TrainingMemory } from "./memory.js";

/** Does outputs [begin, end) of S, N scores each; writes their losses. */
export type ScoreLoss = (S: number, N: number, begin: number, end: number) => void;

/** @param final the final activation, undefined where it is the softmax within the loss */
export function scoreLoss(
  { kernels, rank }: Thread,
  { scores, ld, losses, terms, B }: TrainingMemory,
  model: ResolvedModelOptions,
  final: Activation = LINEAR,
): ScoreLoss {
  const run = LOSS_KERNELS[model.loss];
  const batch = { scores: scores.ptr, ld, losses: losses.ptr, terms: terms[rank]!.ptr };
  return (S, N, begin, end) => {
    // Of windows the mean; of session-parallel steps the sum over the nominal batch size, as slots close.
    const scale = 1 / (model.windowLength > 0 ? S : B);
    run(kernels, batch, final, model, { S, N, scale, begin, end });
  };
}
