/**
 * Successive halving (Jamieson & Talwalkar 2016): after 1, 2, 4, … epochs a trial goes on only while it belongs to
 * the better half of those that came so far. Others are those of earlier rounds, so that neither chance nor the number
 * of jobs decides.
 */

import type { Trial } from "./trials.js";

/** Fewer others tell nothing yet. */
const LEAST_OTHERS = 4;

/**
 * Whether a trial that has these figures may end here.
 *
 * @param figures one for each epoch so far
 * @param history trials of earlier rounds
 */
export function isBehind(figures: readonly number[], history: readonly Trial[]): boolean {
  const epoch = figures.length;
  if (!Number.isInteger(Math.log2(epoch))) return false;
  const others = history.flatMap(({ state, figures: own }) =>
    state !== "failed" && own.length >= epoch ? [own[epoch - 1]!] : [],
  );
  if (others.length < LEAST_OTHERS) return false;
  const figure = figures[epoch - 1]!;
  const better = others.filter((other) => other > figure).length;
  return 2 * better > others.length;
}
