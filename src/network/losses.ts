/**
 * The losses of scored items, one row each, for options and plans of memory. Their kernels are in
 * loss-kernels.ts, because a page that only recommends needs none.
 */

import type { ActivationName } from "./activations.js";

/** What a step compares the scores of a click and of its negatives by; `"bpr-max"` and `"top1-max"` are of 2018. */
export type Loss = "cross-entropy" | "bpr-max" | "top1-max" | "bpr" | "top1";

/** Options that only some losses have. */
export interface LossOptions {
  readonly smoothing: number;
  readonly bprReg: number;
  readonly logQ: number;
}

export interface LossRow {
  /** Default of `finalActivation`. "softmax" is part of the loss: then no other is allowed. */
  readonly finalActivation: ActivationName | "softmax";
  /** The options that have an effect on it. */
  readonly options: readonly (keyof LossOptions)[];
  /** Floats of scratch for each scored row, for four slots at a time. */
  readonly terms: number;
}

export const LOSSES: Readonly<Record<Loss, LossRow>> = {
  "cross-entropy": {
    finalActivation: "softmax",
    options: ["smoothing", "logQ"],
    terms: 0,
  },
  "bpr-max": {
    finalActivation: "elu",
    options: ["bprReg"],
    terms: 4,
  },
  "top1-max": {
    finalActivation: "elu",
    options: [],
    terms: 8,
  },
  bpr: {
    finalActivation: "tanh",
    options: [],
    terms: 0,
  },
  top1: {
    finalActivation: "tanh",
    options: [],
    terms: 0,
  },
};

/** The losses that an option has an effect on. */
export function lossesWith(option: keyof LossOptions): Loss[] {
  return (Object.keys(LOSSES) as Loss[]).filter((loss) => LOSSES[loss].options.includes(option));
}
