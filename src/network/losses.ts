/**
 * The losses of scored items, a row each: all that the rest of the code needs to know of one. A kernel turns
 * a mini-batch's scores into their gradient, in place (assembly/loss.ts, loss-max.ts, loss-pairwise.ts).
 */

import type { Kernels } from "../wasm/abi.js";
import type { Activation } from "./activations.js";

export type Loss = "cross-entropy" | "bpr-max" | "top1-max" | "bpr" | "top1";

/** Options that are not of every loss. */
export interface LossOptions {
  readonly smoothing: number;
  readonly bprReg: number;
  readonly logQ: number;
}

/** What a loss is made of; numbers are addresses. */
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

export interface LossRow {
  /** The final activation where none is given; "softmax" is within the loss and takes no other. */
  readonly finalActivation: string;
  /** The options that have an effect on it. */
  readonly options: readonly (keyof LossOptions)[];
  /** Floats of scratch for each scored row: what is kept of it for four slots. */
  readonly terms: number;
  /** @param final the final activation that was applied to the scores */
  run(
    kernels: Kernels,
    batch: ScoredBatch,
    final: Activation,
    options: LossOptions,
    range: LossRange,
  ): void;
}

// biome-ignore format: a call is read against its kernel's signature, on one line
export const LOSSES: Readonly<Record<Loss, LossRow>> = {
  "cross-entropy": {
    finalActivation: "softmax",
    options: ["smoothing", "logQ"],
    terms: 0,
    run(kernels, { scores, ld, losses }, _, { smoothing }, { S, N, scale, begin, end }) {
      kernels.crossEntropy(scores, ld, N, losses, smoothing, S, scale, begin, end);
    },
  },
  "bpr-max": {
    finalActivation: "elu",
    options: ["bprReg"],
    terms: 4,
    run(kernels, { scores, ld, losses, terms }, { kind, a, lambda }, { bprReg }, { S, N, scale, begin, end }) {
      kernels.bprMax(scores, ld, N, losses, terms, kind, a, lambda, bprReg, S, scale, begin, end);
    },
  },
  "top1-max": {
    finalActivation: "elu",
    options: [],
    terms: 8,
    run(kernels, { scores, ld, losses, terms }, { kind, a, lambda }, _, { S, N, scale, begin, end }) {
      kernels.top1Max(scores, ld, N, losses, terms, kind, a, lambda, S, scale, begin, end);
    },
  },
  bpr: {
    finalActivation: "tanh",
    options: [],
    terms: 0,
    run(kernels, { scores, ld, losses }, { kind, a, lambda }, _, { S, N, scale, begin, end }) {
      kernels.bpr(scores, ld, N, losses, kind, a, lambda, S, scale, begin, end);
    },
  },
  top1: {
    finalActivation: "tanh",
    options: [],
    terms: 0,
    run(kernels, { scores, ld, losses }, { kind, a, lambda }, _, { S, N, scale, begin, end }) {
      kernels.top1(scores, ld, N, losses, kind, a, lambda, S, scale, begin, end);
    },
  },
};

/** The losses that an option has an effect on. */
export function lossesWith(option: keyof LossOptions): Loss[] {
  return (Object.keys(LOSSES) as Loss[]).filter((loss) => LOSSES[loss].options.includes(option));
}
