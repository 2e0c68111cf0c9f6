/** What the threads of a training job tell each other through `memory.control`. */

/** Places in `memory.control`. */
export const Control = { outputs: 0, goOn: 1, scored: 2, output: 3, input: 4, fault: 5 } as const;

/**
 * Where a step met a number that is not finite, or a score of 2²⁴ or more: the value of `Control.fault`, 0 while there is none.
 * Threads write it in one phase and read it in the next, so all of them stop at the same place.
 */
export const Fault = { none: 0, score: 1, loss: 2, update: 3 } as const;
