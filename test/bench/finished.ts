/** Runs of the results file that are cheap enough to be made again. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { LOGS } from "../../bench/experiments/logs.js";
import { RESULTS } from "../../bench/experiments/page.js";
import { keysOf, type RunKey, readRuns, runOf } from "../../bench/experiments/results.js";
import type { Experiment, Row, Run } from "../../bench/experiments/types.js";
import { ROOT } from "../sources.js";

export const DATA: string = process.env.GRU4REC_DATA ?? join(ROOT, "../shared/data");

/** Longer ones are left to who has the time. */
const MOST_MINUTES = 15;

/** Whether the files of its log are on this machine. */
export const isThere = ({ log }: Experiment): boolean =>
  LOGS[log].files.every((file) => existsSync(join(DATA, file)));

export interface Finished {
  readonly row: Row;
  readonly key: RunKey;
  readonly run: Run;
}

const runs = await readRuns(join(ROOT, RESULTS));

/** The run of a network that took least. */
export function cheapestNetwork(experiment: Experiment): Finished | undefined {
  return cheapest(finishedOf(experiment).filter(({ run }) => run.losses.length > 0));
}

/** The same, or the baseline that took least where no network was run. */
export function cheapestRun(experiment: Experiment): Finished | undefined {
  return cheapestNetwork(experiment) ?? cheapest(finishedOf(experiment));
}

function finishedOf(experiment: Experiment): Finished[] {
  return experiment.rows.flatMap((row) =>
    keysOf(experiment, row).flatMap((key) => {
      const run = runOf(runs, key);
      return run && run.minutes < MOST_MINUTES ? [{ row, key, run }] : [];
    }),
  );
}

function cheapest(all: readonly Finished[]): Finished | undefined {
  return [...all].sort((a, b) => a.run.minutes - b.run.minutes)[0];
}
