/**
 * The kernels of the losses, by name: each turns a mini-batch's scores into their gradient, in place
 * (assembly/loss.ts, loss-max.ts, loss-pairwise.ts).
 */

import type { Kernels } from "../wasm/abi.js";
import type { Activation } from "./activations.js";
import type { Loss, LossOptions } from "./losses.js";

/** The memory of a loss; numbers are addresses. */
export interface ScoredBatch {
  /** f32[N, ld], item-major; the first S rows are the targets'. */
  readonly scores: number;
  readonly ld: number;
  /** f32[S], out. */
  readonly losses: number;
  /** f32[N, `terms`] scratch of the thread. */
  readonly terms: number;
}

/** S outputs with N scores each, every loss times `scale`; the outputs of a thread are [begin, end). */
export interface LossRange {
  readonly S: number;
  readonly N: number;
  readonly scale: number;
  readonly begin: number;
  readonly end: number;
}

/** @param final the final activation that was applied to the scores */
type LossKernel = (
  kernels: Kernels,
  batch: ScoredBatch,
  final: Activation,
  options: LossOptions,
  range: LossRange,
) => void;

// biome-ignore format: a call is read against its kernel's signature, on one line
export const LOSS_KERNELS: Readonly<Record<Loss, LossKernel>> = {
  "cross-entropy"(kernels, { scores, ld, losses }, _, { smoothing }, { S, N, scale, begin, end }) {
    kernels.crossEntropy(scores, ld, N, losses, smoothing, S, scale, begin, end);
  },
  "bpr-max"(kernels, { scores, ld, losses, terms }, { kind, a, lambda }, { bprReg }, { S, N, scale, begin, end }) {
    kernels.bprMax(scores, ld, N, losses, terms, kind, a, lambda, bprReg, S, scale, begin, end);
  },
  "top1-max"(kernels, { scores, ld, losses, terms }, { kind, a, lambda }, _, { S, N, scale, begin, end }) {
    kernels.top1Max(scores, ld, N, losses, terms, kind, a, lambda, S, scale, begin, end);
  },
  bpr(kernels, { scores, ld, losses }, { kind, a, lambda }, _, { S, N, scale, begin, end }) {
    kernels.bpr(scores, ld, N, losses, kind, a, lambda, S, scale, begin, end);
  },
  top1(kernels, { scores, ld, losses }, { kind, a, lambda }, _, { S, N, scale, begin, end }) {
    kernels.top1(scores, ld, N, losses, kind, a, lambda, S, scale, begin, end);
  },
};
