/** The report of one epoch of training. */

import type { Profile } from "./profile.js";
import type { ValidationReport } from "./validation.js";

/** What `train` tells after every epoch. */
export interface EpochReport {
  /** Counted from 1. */
  readonly epoch: number;
  /** Mean loss of the epoch's events. */
  readonly loss: number;
  /** Pairs (click, next click) played, or examples. */
  readonly events: number;
  /** Mini-batches. */
  readonly steps: number;
  /** How long the epoch took. */
  readonly seconds: number;
  /** Events a second. */
  readonly eventsPerSecond: number;
  /** Seconds of thread 0 in each phase of its steps, with `profile`; since a resume only the rest. */
  readonly phases?: Profile;
  /** Only with `validation`. */
  readonly validation?: ValidationReport;
}
