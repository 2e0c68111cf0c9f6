/**
 * e^x, ln x and x^a in f64 from + − × ÷ alone: `Math.exp` and its kin differ between engines in the
 * last bit, and whatever enters a model must not.
 *
 * Relative error < 1e-14 where the result is a normal number (test/portable-math.test.ts).
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** Natural logarithm: 2·artanh((m − 1)/(m + 1)) + e·ln 2. Of 0 it is −∞, of ∞ ∞, of less than 0 and of NaN NaN. */
export function ln(x: number): number {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY))
    return x === 0 ? Number.NEGATIVE_INFINITY : x > 0 ? x : NaN;
  let m = x;
  let e = 0;
  for (; m > Math.SQRT2; m /= 2) e++;
  for (; m < Math.SQRT1_2; m *= 2) e--;
  const t = (m - 1) / (m + 1);
  const tt = t * t;
  let sum = 0;
  for (let k = 23; k >= 1; k -= 2) sum = sum * tt + 1 / k;
  return 2 * t * sum + e * LN2_LOW + e * LN2_HIGH;
}

/** e^x: Taylor's series around the nearest multiple of ln 2. */
export function exp(x: number): number {
  const k = Math.round(x / (LN2_HIGH + LN2_LOW));
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  for (let n = 18; n >= 1; --n) sum = 1 + (sum * r) / n;
  // 2^k alone may be beyond the range where the result is not.
  const step = k < 0 ? 0.5 : 2;
  for (let i = Math.min(Math.abs(k), 1100); i > 0; --i) sum *= step;
  return sum;
}

/** x^a for x ≥ 0; 0^0 is 1. */
export function pow(x: number, a: number): number {
  if (a === 0) return 1;
  return x === 0 ? 0 : exp(a * ln(x));
}
