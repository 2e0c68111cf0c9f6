/** The size of a job: how many threads make it faster, and how long an answer may take. */

/** The size of a job in threads and time. */
export interface JobSize {
  /** The most threads that make the job faster. More would cost more at barriers, or to start, than they gain. */
  readonly useful: number;
  /** Multiply-adds of one step, for how long an answer may take. */
  readonly products: number;
}

export type WorkKind = "small steps" | "large steps" | "job";

/**
 * Multiply-adds that are worth another thread: in a step of small work with several barriers, in a step of
 * large blocks, or in a whole job, for which a thread must be started.
 */
const WORTH: Readonly<Record<WorkKind, number>> = {
  "small steps": 2 ** 18,
  "large steps": 2 ** 20,
  job: 2 ** 26,
};

/**
 * @param shared   multiply-adds that threads share, of a step or of the whole job
 * @param products of one step, all of them
 */
export function jobSize(kind: WorkKind, shared: number, products: number): JobSize {
  return { useful: Math.max(1, Math.floor(shared / WORTH[kind])), products };
}
