/**
 * The normal distribution between bounds, by logarithms, so that tails of 10⁻³⁰⁰ still compare. Arithmetic is
 * + − × ÷ alone, as in portable-math: every engine proposes the same.
 */

import { exp, ln } from "../portable-math.js";

const ROOT_PI = 1.772453850905516;
const LN_ROOT_2PI = 0.9189385332046727;
/** Where the series of erf ends and the continued fraction of erfc begins. */
const FAR = 3;

/** erf by its series of positive terms, for 0 ≤ x < 3 (Abramowitz & Stegun 7.1.6). */
function nearErf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; ++n) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / ROOT_PI) * exp(-x * x) * sum;
}

/** erfc(x) · e^(x²) for x ≥ 3, by its continued fraction (7.1.14). */
function scaledErfc(x: number): number {
  let below = x;
  for (let k = 60; k >= 1; --k) below = x + k / 2 / below;
  return 1 / below / ROOT_PI;
}

/** The probability of less than a. */
export function below(a: number): number {
  const x = Math.abs(a) * Math.SQRT1_2;
  const tail = x < FAR ? (1 - nearErf(x)) / 2 : (exp(-x * x) * scaledErfc(x)) / 2;
  return a < 0 ? tail : 1 - tail;
}

/** Its logarithm. */
function lnBelow(a: number): number {
  const x = -a * Math.SQRT1_2;
  return x < FAR ? ln(below(a)) : ln(scaledErfc(x) / 2) - x * x;
}

/** ln of the probability of a number between a and b, a < b. */
export function lnBetween(a: number, b: number): number {
  // Both tails are exact on the left only.
  if (a > 0) return lnBetween(-b, -a);
  if (b > 0) return lnOr(1 - below(a) - below(-b));
  const more = lnBelow(b);
  return more + lnOr(1 - exp(lnBelow(a) - more));
}

/** ln of the density at x. */
export function lnDensity(x: number): number {
  return -(x * x) / 2 - LN_ROOT_2PI;
}

function lnOr(x: number): number {
  return x > 0 ? ln(x) : Number.NEGATIVE_INFINITY;
}

/** The number between a and b that a share of the probability between them is less than, by bisection. */
export function quantile(share: number, a: number, b: number): number {
  // Where bounds are in the right tail the left one is asked.
  if (a > 0) return -quantile(1 - share, -b, -a);
  const wanted = lnOr(share) + lnBetween(a, b);
  let [low, high] = [a, b];
  for (let i = 0; i < 60; ++i) {
    const middle = (low + high) / 2;
    if (lnBetween(a, middle) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
