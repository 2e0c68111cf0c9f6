/** The loss of a mini-batch as a step has it: bound to the memory of its training. */

import type { ResolvedModelOptions } from "../../models/gru4rec/options.js";
import { type Activation, LINEAR } from "../../network/activations.js";
import { LOSS_KERNELS, type LossRange } from "../../network/loss-kernels.js";
import type { Thread } from "../../threads/program.js";
import type { TrainingMemory } from "./memory.js";

/**
 * A score that counts for nothing: e^x is the least that kernels know (1e-38), and the gradient is set to 0
 * behind the loss. Its square is finite.
 */
export const HIDDEN = -1e5;

/**
 * Does the outputs of a range, which lie from column `column` on; writes their losses.
 * `outputs` is how many the whole step has.
 */
export type ScoreLoss = (
  column: number,
  range: Omit<LossRange, "scale"> & { readonly outputs: number },
) => void;

/** @param final the final activation, undefined where it is the softmax within the loss */
export function scoreLoss(
  { kernels, rank }: Thread,
  { scores, ld, losses, terms, B }: TrainingMemory,
  model: ResolvedModelOptions,
  final: Activation = LINEAR,
): ScoreLoss {
  const run = LOSS_KERNELS[model.loss];
  const scratch = terms[rank]!.ptr;
  return (column, { outputs, ...range }) => {
    // Of windows the mean; of session-parallel steps the sum over the nominal batch size, as slots close.
    const scale = 1 / (model.windowLength > 0 ? outputs : B);
    const at = 4 * column;
    const batch = { scores: scores.ptr + at, ld, losses: losses.ptr + at, terms: scratch };
    run(kernels, batch, final, model, { ...range, scale });
  };
}
