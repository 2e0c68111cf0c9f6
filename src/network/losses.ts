/**
 * The losses of scored items, a row each: all that options and plans of memory need to know of one. Their
 * kernels stand apart (loss-kernels.ts): who only recommends needs none.
 */

export type Loss = "cross-entropy" | "bpr-max" | "top1-max" | "bpr" | "top1";

/** Options that are not of every loss. */
export interface LossOptions {
  readonly smoothing: number;
  readonly bprReg: number;
  readonly logQ: number;
}

export interface LossRow {
  /** The final activation where none is given; "softmax" is within the loss and takes no other. */
  readonly finalActivation: string;
  /** The options that have an effect on it. */
  readonly options: readonly (keyof LossOptions)[];
  /** Floats of scratch for each scored row: what is kept of it for four slots. */
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
