/**
 * Work in slices, for every program: threads do steps until a time is used up, then report. Between two
 * reports the calling thread may stop the job.
 *
 *     rank 0    next mini-batch, or none ─┐                  ┌─ its next one
 *     barrier   ──────────────────────────┴─ step, all ranks ┴──
 */

import { SLICE_MS } from "../pause.js";
import type { IsResult, Job } from "./job.js";
import { SLICED, type Thread } from "./program.js";

/** How long workers work before they report. Slices on the calling thread are shorter. */
const WORKER_SLICE_MS = 100;

/** The part that the reports of all slices share. */
export interface Slice {
  /** Whether there is nothing left to do. */
  readonly done: boolean;
}

/** Work that is done step by step. */
export interface Steps {
  /** Prepares the next step, unless there is none or the slice ends here. Only rank 0, before the others begin it. */
  next(): "step" | "pause" | "end";
  /** Does it: every thread at once. The threads meet in it at least once. */
  step(): void;
}

/**
 * Does steps until the time is used up or there are none left; at least one. Every thread calls it at once.
 *
 * @param goOn i32[1] in shared memory, for this function alone
 * @returns whether there was no next step; only rank 0 knows, others return false
 */
export function doSteps(
  { rank, barrier }: Thread,
  goOn: Int32Array,
  milliseconds: number,
  steps: Steps,
): boolean {
  const until = performance.now() + milliseconds;
  for (let done = 0; ; ++done) {
    let next: ReturnType<Steps["next"]> = "pause";
    if (rank === 0) {
      const isLate = done > 0 && performance.now() >= until;
      if (!isLate) next = steps.next();
      goOn[0] = next === "step" ? 1 : 0;
    }
    barrier();
    if (goOn[0] === 0) return next === "end";
    steps.step();
  }
}

/** One slice of a job's method `run`, whose argument are the milliseconds of the slice. */
export function runSlice<Report>(job: Job, isReport: IsResult<Report>): Promise<Report> {
  return job.together(SLICED, job.inline ? SLICE_MS : WORKER_SLICE_MS, isReport);
}

/** The reports of a job's slices, up to the last one. Throws the signal's reason when aborted between two. */
export async function* slicesOf<Report extends Slice>(
  job: Job,
  isReport: IsResult<Report>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Report, void, void> {
  for (;;) {
    const report = await runSlice(job, isReport);
    yield report;
    if (report.done) return;
    signal?.throwIfAborted();
  }
}
