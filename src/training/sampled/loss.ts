/** The loss of a mini-batch: one kernel turns scores into their gradient, in place. */

import type { ResolvedModelOptions } from "../../models/gru4rec/options.js";
import type { Activation } from "../../network/activations.js";
import type { Thread } from "../../threads/program.js";
import type { TrainingMemory } from "./memory.js";

/** Does outputs [begin, end) of S, N scores each; writes their losses. */
export type ScoreLoss = (S: number, N: number, begin: number, end: number) => void;

/** @param final the final activation, undefined where it is the softmax within cross-entropy */
export function scoreLoss(
  { kernels, rank }: Thread,
  { scores, ld, losses, terms: all, B }: TrainingMemory,
  { loss, smoothing, bprReg, windowLength }: ResolvedModelOptions,
  final: Activation | undefined,
): ScoreLoss {
  const terms = all[rank]!.ptr;
  return (S, N, begin, end) => {
    const matrix = [scores.ptr, ld, N, losses.ptr] as const;
    // Of windows the mean; of session-parallel steps the sum over the nominal batch size, as slots close.
    const range = [S, 1 / (windowLength > 0 ? S : B), begin, end] as const;
    if (!final) {
      kernels.crossEntropy(...matrix, smoothing, ...range);
      return;
    }
    const activation = [final.kind, final.a, final.lambda] as const;
    if (loss === "bpr") kernels.bpr(...matrix, ...activation, ...range);
    else if (loss === "top1") kernels.top1(...matrix, ...activation, ...range);
    else if (loss === "top1-max") kernels.top1Max(...matrix, terms, ...activation, ...range);
    else kernels.bprMax(...matrix, terms, ...activation, bprReg, ...range);
  };
}
