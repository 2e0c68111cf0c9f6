/** The calling thread's side of a ranking job: start, load, slices with their progress, abort, end. */

import type { Answering } from "../models/answering.js";
import { loadTensors } from "../network/transfer.js";
import type { IsResult } from "../threads/job.js";
import { Job } from "../threads/job.js";
import type { ThreadOptions } from "../threads/options.js";
import type { Program } from "../threads/program.js";
import type { JobSize } from "../threads/size.js";
import { type Slice, slicesOf } from "../threads/slices.js";

/** What runs. */
export interface Run<Config, Report> {
  /** The program's name in src/threads/worker.ts. */
  readonly name: string;
  readonly program: Program<Config>;
  readonly config: Config;
  readonly size: JobSize;
  readonly isReport: IsResult<Report>;
}

/** How long it took so far, and how much of something a second that is. */
export interface Pace {
  readonly seconds: number;
  readonly perSecond: number;
}

export interface DrivenSlice<Report> {
  readonly report: Report;
  pace(done: number): Pace;
}

/**
 * Runs a job to its end, slice by slice; its threads are ended whatever happens.
 *
 * @param load fills its memory
 * @throws WorkerError when a thread fails; the signal's reason when aborted
 */
export async function* drive<Config, Report extends Slice>(
  { name, program, config, size, isReport }: Run<Config, Report>,
  load: (job: Job) => Promise<void>,
  options: ThreadOptions & { readonly signal?: AbortSignal | undefined },
): AsyncGenerator<DrivenSlice<Report>, void, void> {
  const started = performance.now();
  const pace = (done: number): Pace => {
    const seconds = (performance.now() - started) / 1000;
    return { seconds, perSecond: done / Math.max(seconds, 1e-6) };
  };
  const job = await Job.start(name, program, config, options, size);
  try {
    await load(job);
    for await (const report of slicesOf(job, isReport, options.signal)) yield { report, pace };
  } finally {
    job.dispose();
  }
}

/** Fills the job's tables with a model's weights, of one whole epoch. */
export function loadAnswering(job: Job, answering: Answering): Promise<void> {
  return answering.during((weights) =>
    loadTensors(job, weights.tensors, (tensor, begin, rows) => weights.read(tensor, begin, rows)),
  );
}
