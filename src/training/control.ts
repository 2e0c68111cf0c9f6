/** The values that the threads of a training job share through `memory.control`. */

/** Places in `memory.control`, i32[8]; the others are the recipe's: `SampledControl`, `InBatchControl`. */
export const Control = { goOn: 1, fault: 5 } as const;

/** The places of a training with sampled scores: outputs of the mini-batch, and distinct rows (step.ts). */
export const SampledControl = {
  outputs: 0,
  goOn: 1,
  scored: 2,
  output: 3,
  input: 4,
  fault: 5,
} as const;

/**
 * The places of a training within batches: open slots, rows of candidates, and distinct items of
 * candidates and of clicks, and buckets of time.
 */
export const InBatchControl = {
  open: 0,
  goOn: 1,
  rows: 2,
  items: 3,
  inputs: 4,
  fault: 5,
  moments: 6,
} as const;

/**
 * Where a step met a number that is not finite, or a score of 2²⁴ or more: the value of `Control.fault`, 0 while
 * there is none. Threads write it in one phase and read it in the next, so all of them stop at the same place.
 */
export const Fault = { none: 0, score: 1, loss: 2, update: 3 } as const;
