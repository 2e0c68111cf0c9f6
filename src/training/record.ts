/** Makes the record of a training that a model keeps (models/training-record.ts). */

import { LIBRARY_VERSION } from "../files/kinds.js";
import type { TrainingRecord } from "../models/training-record.js";

/** Times that are looked at between two turns of the event loop: about a millisecond's worth. */
const PIECE = 2 ** 18;

/**
 * @param times of all clicks or examples, in any order; NaN where one is not known
 * @returns the record after so many whole epochs
 */
export function* recordOf(
  times: ArrayLike<number>,
): Generator<void, (epochs: number) => TrainingRecord> {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < times.length; ++i) {
    const time = times[i]!;
    if (time < first) first = time;
    if (time > last) last = time;
    if (i % PIECE === 0) yield;
  }
  const known = Number.isFinite(first) && Number.isFinite(last);
  return (epochs) =>
    Object.freeze({
      epochs,
      events: times.length,
      firstTime: known ? first : undefined,
      lastTime: known ? last : undefined,
      library: LIBRARY_VERSION,
    });
}
