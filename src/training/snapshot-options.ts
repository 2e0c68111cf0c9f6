/** Copies of the item table within epochs, for whoever draws what is being learnt: what is asked and given. */

import { checkFunction, checkNames, checkObject } from "../checks.js";
import { ConfigError } from "../errors.js";

export interface SnapshotOptions {
  /**
   * Counts of events since training began, ascending, ≥ 0; earlier epochs count as `totalEvents` each. A
   * copy is made at the first mini-batch with which so many are played. May be endless: a generator that
   * doubles, say.
   */
  readonly at: Iterable<number>;
  /** Gets each copy; when it returns a promise, training waits for it. */
  readonly onSnapshot: (snapshot: Snapshot) => unknown;
}

/** The item table as it stands in the training; the model itself is still that of the last whole epoch. */
export interface Snapshot {
  /** Epoch under way, counted from 1, and mini-batches and events done in it. */
  readonly epoch: number;
  /** Mini-batches done in it. */
  readonly step: number;
  /** Events done in it. */
  readonly events: number;
  /** f32[items, columns], a copy of its own: output weights of GRU4Rec (Wy), the candidates' embedding of two towers. */
  readonly values: Float32Array<ArrayBuffer>;
  /** Width of a row of `values`. */
  readonly columns: number;
}

/** Throws ConfigError when they are none; counts are looked at one by one, as they come. */
export function checkSnapshots(options: SnapshotOptions | undefined): void {
  if (options === undefined) return;
  checkObject("snapshots", options, "an object with `at` and `onSnapshot`");
  checkNames(options, ["at", "onSnapshot"], "snapshots");
  const { at, onSnapshot } = options;
  if (typeof at !== "object" || typeof at?.[Symbol.iterator] !== "function") {
    throw new ConfigError("snapshots.at", "a list of counts of events", at);
  }
  checkFunction("snapshots.onSnapshot", onSnapshot);
  if (onSnapshot === undefined) {
    throw new ConfigError("snapshots.onSnapshot", "a function", onSnapshot);
  }
}
