/** What a comparison tells of each model. */

import type { Evaluation } from "../ranking/metrics.js";
import type { EpochReport } from "../training/report.js";

/** A model that was fitted and measured, or that failed to be. */
export interface ComparedModel {
  /** As it was asked for. */
  readonly name: string;
  /** Its options, defaults included. */
  readonly options: Readonly<Record<string, unknown>>;
  /** How long it was fitted; undefined where it was there before, or several were fitted side by side. */
  readonly trainSeconds: number | undefined;
  /** Test cases a second; undefined where several were measured side by side, or it failed. */
  readonly requestsPerSecond: number | undefined;
  /** Size of what was fitted, without the catalogue; undefined where that is not known. */
  readonly bytes: number | undefined;
  /** Of a model that was trained: its epochs. */
  readonly epochs: readonly EpochReport[];
  /** What was measured, top lists included; undefined where it failed. */
  readonly evaluation: Evaluation | undefined;
  /** f64[events of the test]: the rank of each event; Infinity: a miss, NaN: no test case. Empty where it failed. */
  readonly ranks: Float64Array;
  /** Why it has no figures: its training diverged. */
  readonly failure: Error | undefined;
}
