/**
 * Rows rounded to 16 bits, and how far a score of rounded rows can be from the f32 one.
 *
 * A row w of K columns is rounded to q in units of u = max(‖w‖/RADIUS, max|w|/32767),
 * so ‖q‖ ≤ RADIUS + √K/2 and no sum of products of two such rows leaves 32 bits (Cauchy–Schwarz).
 * With w = u·(q + δ), h = v·(p + ε), where no component of δ or ε is beyond ½,
 *
 *   |w·h − u·v·(q·p)| ≤ ‖w‖‖v·ε‖ + ‖u·δ‖‖v·p‖ ≤ u·v · (RADIUS·(‖δ‖ + ‖ε‖) + ‖δ‖‖ε‖)
 *
 * and the f32 product of n terms is within n·2⁻²⁴ · (‖w‖‖h‖ + |bias|), ‖w‖‖h‖ ≤ u·v · RADIUS², of
 * w·h + bias (Higham, Accuracy and Stability of Numerical Algorithms, §3.1). `reachOf` and
 * `biasReachOf` add these up. The bias stays in f32: rounded in the same unit, a small hidden state
 * would have few bits.
 */
import { areTensors, areVectors } from "./asserts";
import { F32 } from "./lanes";

/** Longest rounded row: below √2³¹ = 46340 by more than rounding can add. */
const RADIUS: f32 = 46000;

/**
 * Rounds rows [begin, end) to 16 bits and puts them side by side, as the tile reads them: panel g is
 * i16[K / 2, width, 2], its column j is row g·width + j. A row too small for a unit, or not finite,
 * gets the unit NaN: none of its comparisons is sure.
 *
 * @param out    i16[⌈rows / width⌉, K / 2, width, 2]
 * @param width  4 for items, 8 for slots
 * @param units  f32[rows]
 * @param biases f32[rows]  out: column K, which is not rounded; 0 leaves it out
 * @param table  f32[rows, stride]
 * @param K      columns, a multiple of 4
 * @returns the largest ‖δ‖ of these rows
 */
export function roundRows(
  out: usize, width: usize, units: usize, biases: usize, table: usize, stride: usize, K: usize,
  begin: usize, end: usize,
): f32 {
  assert(areTensors(out, units, table) && (biases == 0 || areTensors(biases)));
  assert(width == 4 || width == 8);
  assert(areVectors(K, stride) && (biases == 0 || K < stride));
  assert(begin <= end);
  const step = width * F32;
  let worst: f32 = 0;
  for (let n = begin; n < end; ++n) {
    const row = table + n * stride * F32;
    let to = out + (n / width) * step * (K >> 1) + (n % width) * F32;
    let most = f32x4.splat(0);
    let squares = most;
    for (let k: usize = 0; k < K; k += 4) {
      const w = v128.load(row + k * F32);
      most = f32x4.max(most, f32x4.abs(w)); // max, not pmax: NaN stays
      squares = f32x4.add(squares, f32x4.mul(w, w));
    }
    const largest = max(
      max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
      max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
    );
    let unit = max<f32>(sqrt<f32>(sumOf(squares)) / RADIUS, largest / 32767);
    if (largest > 0 && !(unit > 1e-18)) unit = NaN; // squares may have underflowed
    if (!(unit < 1e15)) unit = NaN;
    store<f32>(units + n * F32, unit);
    if (biases != 0) store<f32>(biases + n * F32, load<f32>(row + K * F32));

    const inverse = f32x4.splat(unit > 0 ? 1 / unit : 0);
    let lost = f32x4.splat(0);
    for (let k: usize = 0; k < K; k += 4) {
      const exact = f32x4.mul(v128.load(row + k * F32), inverse);
      const whole = f32x4.nearest(exact);
      const delta = f32x4.sub(exact, whole);
      lost = f32x4.add(lost, f32x4.mul(delta, delta));
      const q = i32x4.trunc_sat_f32x4_s(whole);
      const pairs = i16x8.narrow_i32x4_s(q, q);
      v128.store32_lane(to, pairs, 0);
      v128.store32_lane(to + step, pairs, 1);
      to += 2 * step;
    }
    if (unit > 0) worst = max(worst, sqrt<f32>(sumOf(lost)));
  }
  return worst;
}

// @ts-ignore: decorator
@inline
function sumOf(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) +
    (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

/**
 * How far an approximate score may be from the f32 one, in units of both rows.
 *
 * @param delta, epsilon  the largest ‖δ‖ and ‖ε‖
 */
// @ts-ignore: decorator
@inline
export function reachOf(K: usize, delta: f32, epsilon: f32): f32 {
  // They were measured in f32, on quotients that were rounded by up to 0.005 themselves.
  const slack: f32 = 0.01 * sqrt<f32>(<f32>K);
  const d: f32 = 1.001 * delta + slack;
  const e: f32 = 1.001 * epsilon + slack;
  const rounding: f32 = (RADIUS * (d + e) + d * e) * 1.01;
  const product: f32 = <f32>(K + 8) * 5.97e-8 * RADIUS * RADIUS;
  return rounding + product + 2048; // 2048: scaling and comparing in f32
}

/** What a bias adds to that, relative to its size. */
// @ts-ignore: decorator
@inline
export function biasReachOf(K: usize): f32 {
  return <f32>(K + 64) * 5.97e-8;
}
