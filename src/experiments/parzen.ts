/**
 * The density of good or of other values of one option: a mixture of a kernel at each value that was tried and one
 * that covers the whole range, the prior (Bergstra et al. 2011, §4; Watanabe 2023, §3).
 */

import { exp, ln } from "../portable-math.js";
import type { CounterRandom } from "../random.js";
import { lnBetween, lnDensity, quantile } from "./normal.js";
import type { Dimension, RangeDimension } from "./space.js";

/** The last so many values count in full, those before them the less the older they are. */
const RECENT = 25;

/** A density of one option that numbers can be drawn from; of choices their places. */
export interface Density {
  /** ln of the weight of each kernel, of the prior last. */
  readonly weights: readonly number[];
  /** ln of the density of each kernel at a value. */
  kernels(value: number): readonly number[];
  /** Draws from one kernel. */
  draw(random: CounterRandom, kernel: number): number;
}

/**
 * ln of the density of several options together: of each trial the product of its kernels, so that what was good
 * together counts together (Watanabe 2023, "multivariate").
 *
 * @param densities of the options, all of the same trials
 * @param values one for each
 */
export function lnJoint(densities: readonly Density[], values: readonly number[]): number {
  const kernels = densities.map((density, place) => density.kernels(values[place]!));
  const { weights } = densities[0]!;
  return lnSum(weights.map((weight, k) => kernels.reduce((sum, own) => sum + own[k]!, weight)));
}

/** Of each of n values in the order they were tried, then of the prior; their sum is 1. */
function weightsOf(n: number): number[] {
  const old = Math.max(0, n - RECENT);
  const weights = Array.from({ length: n + 1 }, (_, i) => {
    if (i >= old) return 1;
    return old === 1 ? 1 / n : 1 / n + ((1 - 1 / n) * i) / (old - 1);
  });
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => weight / sum);
}

function drawn(weights: readonly number[], random: CounterRandom): number {
  let left = random.next();
  const found = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return found < 0 ? weights.length - 1 : found;
}

/** @param values that were tried, in their order; of choices their places */
export function densityOf(dimension: Dimension, values: readonly number[]): Density {
  return dimension.kind === "choices"
    ? densityOfChoices(dimension.choices.length, values)
    : densityOfRange(dimension, values);
}

/** Each kernel has its own choice once more than the others. */
function densityOfChoices(count: number, values: readonly number[]): Density {
  const prior = 1 / (values.length + 1);
  const shares = [...values, undefined].map((own) =>
    Array.from({ length: count }, (_, choice) =>
      own === undefined ? 1 / count : ((own === choice ? 1 : 0) + prior) / (1 + prior * count),
    ),
  );
  return {
    weights: weightsOf(values.length).map(ln),
    kernels: (choice) => shares.map((kernel) => ln(kernel[choice]!)),
    draw: (random, kernel) => drawn(shares[kernel]!, random),
  };
}

/** How a range lies on a line without steps: half a step beyond its ends, or its logarithm. */
export interface Line {
  readonly low: number;
  readonly high: number;
  /** Onto the line, and back to a value that the range has. */
  to(value: number): number;
  from(place: number): number;
}

export function lineOf({ from, to, step, log, integer }: RangeDimension): Line {
  const within = (value: number): number => Math.min(to, Math.max(from, value));
  if (log) {
    const half = integer ? 0.5 : 0;
    const back = (place: number): number => within(integer ? Math.round(exp(place)) : exp(place));
    return { low: ln(from - half), high: ln(to + half), to: ln, from: back };
  }
  const same = (value: number): number => value;
  if (step === undefined) return { low: from, high: to, to: same, from: within };
  const most = Math.round((to - from) / step);
  // Twelve digits: 0.3, not 0.30000000000000004.
  const rounded = (place: number): number => {
    const steps = Math.min(most, Math.max(0, Math.round((place - from) / step)));
    return Number((from + steps * step).toPrecision(12));
  };
  return { low: from - step / 2, high: to + step / 2, to: same, from: rounded };
}

function densityOfRange(range: RangeDimension, values: readonly number[]): Density {
  const line = lineOf(range);
  const { low, high } = line;
  const centres = [...values.map(line.to), (low + high) / 2];
  const widths = widthsOf(centres, low, high);
  const bounds = centres.map((centre, k) => [
    (low - centre) / widths[k]!,
    (high - centre) / widths[k]!,
  ]) as [number, number][];
  const inside = bounds.map(([a, b]) => lnBetween(a, b));
  const kernel = (place: number, k: number): number => {
    const scaled = (x: number): number => (x - centres[k]!) / widths[k]!;
    // As optuna 3.1 has it: not divided by the kernel's width, so that narrow kernels count less than in a density.
    if (range.step === undefined) return lnDensity(scaled(place)) - inside[k]!;
    const [from, to] = [place - range.step / 2, place + range.step / 2];
    return lnBetween(scaled(Math.max(from, low)), scaled(Math.min(to, high))) - inside[k]!;
  };
  return {
    weights: weightsOf(values.length).map(ln),
    kernels: (value) => {
      const place = line.to(value);
      return centres.map((_, k) => kernel(place, k));
    },
    draw: (random, k) => {
      const [a, b] = bounds[k]!;
      return line.from(quantile(random.next(), a, b) * widths[k]! + centres[k]!);
    },
  };
}

/**
 * Of each kernel: the distance to its farther neighbour, but neither more than the range nor less than a share of
 * it; the prior, which is last, is as wide as the range. At the ends the bounds are no neighbours.
 */
function widthsOf(centres: readonly number[], low: number, high: number): number[] {
  const n = centres.length;
  const order = centres.map((_, i) => i).sort((a, b) => centres[a]! - centres[b]! || a - b);
  const widths = new Array<number>(n).fill(high - low);
  const least = (high - low) / Math.min(100, 1 + n);
  order.forEach((own, i) => {
    if (own === n - 1) return;
    const before = centres[own]! - (i > 0 ? centres[order[i - 1]!]! : low);
    const after = (i < n - 1 ? centres[order[i + 1]!]! : high) - centres[own]!;
    const farther = i === 0 ? after : i === n - 1 ? before : Math.max(before, after);
    widths[own] = Math.min(high - low, Math.max(least, n > 1 ? farther : Math.max(before, after)));
  });
  return widths;
}

/** ln Σ e^x. */
function lnSum(logs: readonly number[]): number {
  const most = Math.max(...logs);
  if (most === Number.NEGATIVE_INFINITY) return most;
  return most + ln(logs.reduce((sum, log) => sum + exp(log - most), 0));
}
