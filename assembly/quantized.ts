/**
 * A 7-bit copy of the item table for recommending: a quarter of the memory traffic of f32. It gives an
 * upper bound of each score. So a search for the highest scores computes only the few with high bounds,
 * and misses none.
 *
 *   w_i = s_i(q_i + e_i)   s_i = max|w_i| / 63, q_i rounded, so that |e_ik| ≤ ½
 *   h = t·x + d            x of 8 bits; rows are stored as q + 64 in 1 … 127, as relaxed SIMD wants it
 *   h·w_i ≤ s_i(t·x·(q_i + 64) + a)
 *   a = ‖d‖·‖q_i‖ + ‖h‖·‖e_i‖ − 64·t·Σ_k x_k
 *
 * The norms in `a` are the largest of the table, so that it is one number for all rows. It also allows
 * for the rounding of f32, in the bound and in the score.
 */
import { areTensors, areVectors } from "./asserts";
import { F32, FUSED } from "./lanes";

/** The largest |q|, and what is added to it. */
const MOST: f32 = 63;
const ORIGIN: f64 = 64;
/** The least max|w| of a row and max|h| of a state: a scale of 0 has no inverse. */
const LEAST: f32 = 1e-30;
/** The largest |x|, and the largest sum of all |x|, with which sums of products fit 31 bits. */
const MOST_X: usize = 127;
const MOST_SUM: usize = 66000;
/** Scores that may be larger get no bound: a sum on the way to them might overflow. */
const LARGEST: f64 = 1e37;
/** Half a unit in the last place of 1 as f32: what one operation may lose, relatively. */
const HALF_ULP: f64 = 1.0 / 16777216.0;

/** Rows and columns that lie side by side: 4 rows of 4 bytes are a vector. */
export const QUAD: usize = 4;
/** States side by side: as many sums of 4 rows as registers hold. */
export const STATES: usize = FUSED ? 8 : 4;
/** Bytes of four columns of a state, see `dot4`. */
export const WORD: usize = FUSED ? 4 : 8;

/** The relative error of a sum of K products in f32, and of the roundings of a bound. */
// @ts-ignore: decorator
@inline
function lostOf(K: usize): f64 {
  return <f64>(K / 4 + 16) * HALF_ULP;
}

/** An f32 that is not below the value. */
// @ts-ignore: decorator
@inline
function roundUp(value: f64): f32 {
  return <f32>(value + abs(value) * 2 * HALF_ULP);
}

/**
 * Quantises rows [begin, end).
 *
 * @param out    u8[⌈I / 4⌉, K / 4, 4, 4]  row i, column k at [i / 4, k / 4, i % 4, k % 4]
 * @param scales f32[I]   s_i
 * @param biases f32[I]   column K of the table, not below what it and its rounding add to a score; 0
 *   where the table has no such column (`stride` = K)
 * @param norms  f64[4]   in and out: the largest ‖q_i‖², ‖e_i‖², s_i and |bias| so far
 * @param table  f32[I, stride]
 * @param K      a multiple of 4
 */
export function quantizeRows(
  out: usize, scales: usize, biases: usize, norms: usize, table: usize, stride: usize, K: usize,
  begin: usize, end: usize,
): void {
  assert(areTensors(out, scales, biases, table) && areTensors(norms) && (norms & 7) == 0);
  assert(areVectors(K, stride));
  assert(begin <= end);
  for (let i = begin; i < end; ++i) {
    const row = table + i * stride * F32;
    const to = out + (i / QUAD) * QUAD * K + (i % QUAD) * QUAD;
    let most = LEAST;
    for (let k: usize = 0; k < K; ++k) most = max(most, abs(load<f32>(row + k * F32)));
    const scale: f32 = most / MOST;
    let square: f64 = 0, missed: f64 = 0;
    for (let k: usize = 0; k < K; ++k) {
      const exact = <f64>load<f32>(row + k * F32) / <f64>scale;
      const q = nearest(exact);
      store<u8>(to + (k & ~3) * QUAD + (k & 3), <u8>(q + ORIGIN));
      square += q * q;
      missed += (exact - q) * (exact - q);
    }
    const bias: f64 = stride > K ? <f64>load<f32>(row + K * F32) : 0;
    store<f32>(scales + i * F32, scale);
    store<f32>(biases + i * F32, roundUp(bias + abs(bias) * lostOf(K)));
    store<f64>(norms, max(load<f64>(norms), square));
    store<f64>(norms, max(load<f64>(norms, 8), missed), 8);
    store<f64>(norms, max(load<f64>(norms, 16), <f64>scale), 16);
    store<f64>(norms, max(load<f64>(norms, 24), abs(bias)), 24);
  }
}

/**
 * Quantises hidden states [begin, end) for rows with such norms.
 *
 * @param out   bytes[⌈S / STATES⌉, K / 4, WORD / 4, STATES, 4]
 * @param units f32[S]  t, 0 where scores are not bounded
 * @param added f32[S]  a, ∞ there
 * @param norms f64[4]  of quantizeRows
 * @param states f32[S, stride]
 */
export function quantizeStates(
  out: usize, units: usize, added: usize, norms: usize, states: usize, stride: usize, K: usize,
  begin: usize, end: usize,
): void {
  assert(areTensors(out, units, added, states) && areTensors(norms) && (norms & 7) == 0);
  assert(K >= 4 && areVectors(K, stride));
  assert(begin <= end);
  const mostX = <f32>min(MOST_X, MOST_SUM / K);
  const rows = sqrt(load<f64>(norms));
  const missedRows = sqrt(load<f64>(norms, 8));
  for (let b = begin; b < end; ++b) {
    const state = states + b * stride * F32;
    const to = out + (b / STATES) * STATES * WORD * (K >> 2) + (b % STATES) * 4;
    let largest = LEAST;
    for (let k: usize = 0; k < K; ++k) largest = max(largest, abs(load<f32>(state + k * F32)));
    const unit: f32 = largest / mostX;
    let sum: f64 = 0, square: f64 = 0, missed: f64 = 0;
    for (let k: usize = 0; k < K; ++k) {
      const value = <f64>load<f32>(state + k * F32);
      const q = nearest(value / <f64>unit);
      const d = value - q * <f64>unit;
      putState(to + (k >> 2) * STATES * WORD, k & 3, <i32>q);
      sum += q;
      square += value * value;
      missed += d * d;
    }
    const size = sqrt(square), off = sqrt(missed);
    const rounding = lostOf(K) * (rows + missedRows + ORIGIN * sqrt(<f64>K)) * (size + off);
    const a = missedRows * size + rows * off + rounding - ORIGIN * <f64>unit * sum;
    const reach = load<f64>(norms, 16) * (rows + missedRows) * (size + off) + load<f64>(norms, 24);
    const bounded = reach < LARGEST;
    store<f32>(units + b * F32, bounded ? unit : 0);
    store<f32>(added + b * F32, bounded ? roundUp(a) : Infinity);
  }
}

/** Stores column k of four of a state: a byte, or its part of the 16-bit numbers that `dot4` takes. */
// @ts-ignore: decorator
@inline
function putState(word: usize, k: usize, q: i32): void {
  if (FUSED) {
    store<i8>(word + k, <i8>q);
    return;
  }
  const pair = word + (k & 2);
  if (k & 1) store<i16>(pair, <i16>(q - 256 * <i32>load<i16>(pair)), STATES * 4);
  else store<i16>(pair, <i16>q);
}

/**
 * sum + the products of 4 columns, in four lanes.
 *
 * Without 8-bit arithmetic, two bytes a, b of a row are read as one 16-bit number a + 256b:
 *
 *   a·x₀ + b·x₁ = (a + 256b)·x₀ + b·(x₁ − 256x₀)
 *
 * Two products and one shift are less work than spreading the bytes to 16 bits.
 *
 * @param rows u8[4, 4]
 * @param x    i8[4, 4]; else i16[4, 2], x₀ and x₂ of each
 * @param x13  i16[4, 2], x₁ − 256x₀ and x₃ − 256x₂; not used with 8-bit arithmetic
 */
// @ts-ignore: decorator
@inline
export function dot4(rows: v128, x: v128, x13: v128, sum: v128): v128 {
  if (FUSED) return i32x4.relaxed_dot_i8x16_i7x16_add_s(x, rows, sum);
  sum = i32x4.add(sum, i32x4.dot_i16x8_s(rows, x));
  return i32x4.add(sum, i32x4.dot_i16x8_s(i16x8.shr_u(rows, 8), x13));
}

/** The bounds that go with sums of `dot4`. */
// @ts-ignore: decorator
@inline
export function boundsOf(sums: v128, unit: v128, added: v128, scale: v128, bias: v128): v128 {
  const product = f32x4.mul(unit, f32x4.convert_i32x4_s(sums));
  return f32x4.add(f32x4.mul(scale, f32x4.add(product, added)), bias);
}
