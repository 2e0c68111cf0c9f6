/** The messages to and from a training job, and checks of its answers. */

import type { Finding } from "./diagnosis.js";
import type { Profile } from "./profile.js";

/** Where an epoch stands after a slice of it. */
export interface SliceReport {
  readonly events: number;
  readonly steps: number;
  /** Sum of the losses of these events. Added up step by step, so it does not depend on the slices. */
  readonly loss: number;
  /** Whether the epoch is over. */
  readonly done: boolean;
  /** Of the epoch so far, when asked for. */
  readonly phases?: Profile;
  /** A number of the last step that is not finite. The job stops at it. */
  readonly finding?: Finding;
}

/** The state of an epoch between two slices: everything that the next step reads, apart from the tables. */
export interface Place {
  readonly events: number;
  readonly steps: number;
  readonly loss: number;
  /** i32: of the source of mini-batches. */
  readonly position: Int32Array;
  /** f32[B, D] of each layer: the states after the last step. */
  readonly hidden: readonly Float32Array[];
}

export function isPlace(value: unknown): value is Place {
  const { events, steps, loss, position, hidden } = (value ?? {}) as Partial<Place>;
  const numbers = [events, steps, loss].every((number) => typeof number === "number");
  const arrays = position instanceof Int32Array && Array.isArray(hidden);
  return numbers && arrays && hidden.every((state) => state instanceof Float32Array);
}

export function isSliceReport(value: unknown): value is SliceReport {
  const { events, steps, loss, done } = (value ?? {}) as Partial<SliceReport>;
  const numbers = [events, steps, loss].every((number) => typeof number === "number");
  return numbers && typeof done === "boolean";
}
