/** Figures of rows, over the runs that are finished. */

import { keysOf, runOf } from "./results.js";
import type { Experiment, List, Measure, Row, Run } from "./types.js";

/** What is known of a row. */
export interface Known {
  readonly runs: readonly Run[];
  /** Runs that diverged: they have no figures. */
  readonly failed: number;
  /** Seeds that there are to be; 1 where nothing is drawn. */
  readonly wanted: number;
}

export function knownOf(experiment: Experiment, row: Row, runs: readonly Run[]): Known {
  const keys = keysOf(experiment, row);
  const found = keys.flatMap((key) => runOf(runs, key) ?? []);
  const whole = found.filter(({ failure }) => failure === undefined);
  return { runs: whole, failed: found.length - whole.length, wanted: keys.length };
}

export function figureOf({ values }: Run, list: List, measure: Measure): number {
  const [name, cutoff] = measure.split("@") as ["recall" | "mrr" | "ndcg", string];
  return values[list]?.[name][Number(cutoff)] ?? Number.NaN;
}

/** NaN where there is none. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of the seeds, with n − 1; 0 of a single one. */
export function deviationOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** `.0845`: four digits, without the zero that all have. */
export function digits(value: number): string {
  return value.toFixed(4).replace(/^0\./, ".");
}
