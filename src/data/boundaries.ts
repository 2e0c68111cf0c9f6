/** Boundaries that cut a range of times into buckets. */

import { checkInteger, checkNumbers } from "../checks.js";
import { ConfigError, words } from "../errors.js";

/**
 * Boundaries of `buckets` buckets that hold about equally many of these times: the quantiles. Equal
 * times stay together, so there may be fewer buckets; times that are not finite do not count.
 *
 * @param times of the examples that are learnt from, in any order; borrowed for the call
 * @returns ascending, at most `buckets` − 1
 * @throws ConfigError when `buckets` is below 2 or no time is finite
 */
export function boundariesOf(times: ArrayLike<number>, buckets: number): number[] {
  checkInteger("buckets", buckets, 2);
  checkNumbers("times", times);
  const sorted = Float64Array.from(times).filter(Number.isFinite).sort();
  if (sorted.length === 0) throw new ConfigError("times", "at least one", words("none"));
  const cuts = Array.from({ length: buckets - 1 }, (_, i) => {
    return sorted[Math.floor(((i + 1) * sorted.length) / buckets)]!;
  });
  // No time is before the first one: a boundary there would make an empty bucket.
  return [...new Set(cuts)].filter((cut) => cut > sorted[0]!);
}

/** The bucket of a time: the number of boundaries that it has reached. An unknown time has the last bucket. */
export function bucketOf(boundaries: readonly number[], time: number | undefined): number {
  if (time === undefined || Number.isNaN(time)) return boundaries.length + 1;
  let [low, high] = [0, boundaries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (boundaries[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
