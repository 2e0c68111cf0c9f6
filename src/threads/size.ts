/** How much work a job is: how many threads pay, and how long an answer may take. */

/** What a job is worth in threads and time. */
export interface JobSize {
  /** More threads than this would cost more at the barriers, or to start, than they bring. */
  readonly useful: number;
  /** Multiply-adds of one step, for how long an answer may take. */
  readonly products: number;
}

export type WorkKind = "small steps" | "large steps" | "job";

/**
 * Multiply-adds that pay for a thread: of a step in which threads meet several times over small work, of a
 * step of large blocks, or of a whole job, where a thread has to be started for it.
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
