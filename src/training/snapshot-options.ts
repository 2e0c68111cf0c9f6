/** Options of copies of the item table within epochs, and the copies. */

import { checkBoolean, checkFunction, checkNames, checkObject } from "../checks.js";
import { ConfigError } from "../errors.js";
import type { Floats } from "../platform.js";

/** Copies of the item table within epochs: when they are made, and who takes them. */
export interface SnapshotOptions {
  /**
   * Counts of events since training began, ascending, ≥ 0; earlier epochs count as `totalEvents` each. A copy
   * is made after the first mini-batch that reaches the count. The list may be endless, for example a
   * generator that doubles.
   */
  readonly at: Iterable<number>;
  /** Called with each copy. When it returns a promise, training waits for it. */
  readonly onSnapshot: (snapshot: Snapshot) => unknown;
  /** Copies all weights, for a model that answers before its first epoch ends. Default false. */
  readonly weights?: boolean;
}

/** The item table at this moment of the training. The model itself still has its last whole epoch. */
export interface Snapshot {
  /** Epoch under way, counted from 1, and mini-batches and events done in it. */
  readonly epoch: number;
  /** Mini-batches done in it. */
  readonly step: number;
  /** Events done in it. */
  readonly events: number;
  /** f32[items, columns], a copy: output weights of GRU4Rec (Wy), the candidates' embedding of two towers. */
  readonly values: Floats;
  /** Width of a row of `values`. */
  readonly columns: number;
  /** Only with `weights`: copies of all tensors, by their names in the model's file, each row-major. */
  readonly weights?: Readonly<Record<string, Floats>>;
}

/** Throws ConfigError when they are out of range. Counts are checked one by one, as they are read. */
export function checkSnapshots(options: SnapshotOptions | undefined): void {
  if (options === undefined) return;
  checkObject("snapshots", options, "an object with `at` and `onSnapshot`");
  checkNames(options, ["at", "onSnapshot", "weights"], "snapshots");
  const { at, onSnapshot, weights } = options;
  if (weights !== undefined) checkBoolean("snapshots.weights", weights);
  if (typeof at !== "object" || typeof at?.[Symbol.iterator] !== "function") {
    throw new ConfigError("snapshots.at", "a list of counts of events", at);
  }
  checkFunction("snapshots.onSnapshot", onSnapshot);
  if (onSnapshot === undefined) {
    throw new ConfigError("snapshots.onSnapshot", "a function", onSnapshot);
  }
}
