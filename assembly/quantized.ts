/**
 * A 7-bit copy of the item table for recommending: a quarter of the memory traffic of f32. What it
 * gives for each item is a bound that its score does not exceed, so whoever looks for the highest
 * scores has to compute few of them, and none is missed (src/model/quantized.ts).
 *
 *   w_i = s_i(q_i + e_i)   s_i = max|w_i| / 63, q_i rounded, so that |e_ik| ≤ ½
 *   h = t·x + d            x of 8 bits; rows are stored as q + 64 in 1 … 127, as relaxed SIMD wants it
 *   h·w_i ≤ s_i(t(x·(q_i + 64) − 64·Σ_k x_k) + ‖d‖·‖q_i‖ + ‖h‖·‖e_i‖)
 *
 * All norms are replaced by the largest of the table, so that what is added to x·(q_i + 64) is one
 * number for all rows.
 */
import { F32, FUSED, V128, zero4 } from "./lanes";

/** The largest |q|, and what is added to it. */
const MOST: f32 = 63;
const ORIGIN: f64 = 64;
/** A row with nothing larger counts as this large: a scale has an inverse. */
const LEAST: f32 = 1e-30;
/** Rows that four peaks are of. */
const BLOCK: usize = 64;

/**
 * Quantises rows [begin, end).
 *
 * @param out    u8[I, K]
 * @param scales f32[I]   s_i
 * @param norms  f64[2]   in and out: the largest ‖q_i‖² and ‖e_i‖² so far
 * @param table  f32[I, stride]
 */
export function quantizeRows(
  out: usize, scales: usize, norms: usize, table: usize, stride: usize, K: usize,
  begin: usize, end: usize,
): void {
  for (let i = begin; i < end; ++i) {
    const row = table + i * stride * F32;
    const to = out + i * K;
    let most = LEAST;
    for (let k: usize = 0; k < K; ++k) most = max(most, abs(load<f32>(row + k * F32)));
    const scale: f32 = most / MOST;
    let square: f64 = 0, missed: f64 = 0;
    for (let k: usize = 0; k < K; ++k) {
      const exact = <f64>load<f32>(row + k * F32) / <f64>scale;
      const q = nearest(exact);
      store<u8>(to + k, <u8>(q + ORIGIN));
      square += q * q;
      missed += (exact - q) * (exact - q);
    }
    store<f32>(scales + i * F32, scale);
    store<f64>(norms, max(load<f64>(norms), square));
    store<f64>(norms, max(load<f64>(norms, 8), missed), 8);
  }
}

/**
 * out[i] = biases_i + s_i(t·(rows_i · x) + added), and the largest of every 16.
 *
 * @param out    f32[I]
 * @param peaks  f32[⌈I / 64⌉, 4]  out: peak (b, l) is that of rows 64b + l, 64b + l + 4, …, 64b + l + 60
 * @param rows   u8[I, K]  and 16 bytes more, which are read and do not matter
 * @param scales f32[I]
 * @param biases f32[I]
 * @param x      i8[K rounded up to 16]  0 beyond K; Σ|x_k| ≤ 66,000
 * @param K      a multiple of 4
 * @param I      any; what has I elements here has room for I rounded up to 4
 */
export function boundRows(
  out: usize, peaks: usize, rows: usize, scales: usize, biases: usize, x: usize,
  t: f32, added: f32, K: usize, I: usize,
): void {
  const step = (K + 15) & ~15;
  for (let i: usize = 0; i < I; ) {
    let peak = f32x4.splat(-Infinity);
    for (const last = min(I, i + BLOCK); i < last; i += 4) {
      // Four rows share each load of x.
      let row = rows + i * K;
      let s0 = zero4(), s1 = s0, s2 = s0, s3 = s0;
      for (const end = row + K; row < end; row += V128, x += V128) {
        const sixteen = v128.load(x);
        s0 = dot16(v128.load(row), sixteen, s0);
        s1 = dot16(v128.load(row + K), sixteen, s1);
        s2 = dot16(v128.load(row + 2 * K), sixteen, s2);
        s3 = dot16(v128.load(row + 3 * K), sixteen, s3);
      }
      x -= step;
      // Transposed and added: lane r is the sum of row r.
      const a = i32x4.add(v128.shuffle<i32>(s0, s1, 0, 4, 1, 5), v128.shuffle<i32>(s0, s1, 2, 6, 3, 7));
      const b = i32x4.add(v128.shuffle<i32>(s2, s3, 0, 4, 1, 5), v128.shuffle<i32>(s2, s3, 2, 6, 3, 7));
      let sums = i32x4.add(v128.shuffle<i32>(a, b, 0, 1, 4, 5), v128.shuffle<i32>(a, b, 2, 3, 6, 7));
      if (!FUSED) sums = i32x4.shr_s(sums, 8);
      const product = f32x4.mul(f32x4.splat(t), f32x4.convert_i32x4_s(sums));
      const scaled = f32x4.mul(v128.load(scales + i * F32), f32x4.add(product, f32x4.splat(added)));
      const bound = f32x4.add(scaled, v128.load(biases + i * F32));
      v128.store(out + i * F32, bound);
      peak = f32x4.pmax(peak, bound);
    }
    v128.store(peaks, peak);
    peaks += V128;
  }
}

/**
 * sum + the products of 16 columns, in four lanes; 256 times the products without 8-bit arithmetic.
 *
 * There two bytes a, b of a row are one number a + 256b of 16 bits, and of its product with the second
 * byte of x all but 256·b·x₁ is taken off again with the first one: 256(a·x₀ + b·x₁) from two products
 * and one mask, less than spreading bytes to 16 bits takes.
 */
// @ts-ignore: decorator
@inline
function dot16(row: v128, x: v128, sum: v128): v128 {
  if (FUSED) return i32x4.relaxed_dot_i8x16_i7x16_add_s(x, row, sum);
  const second = i16x8.shr_s(x, 8);
  const first = i16x8.sub(i16x8.shl(x, 8), second);
  sum = i32x4.add(sum, i32x4.dot_i16x8_s(row, second));
  return i32x4.add(sum, i32x4.dot_i16x8_s(v128.and(row, i16x8.splat(255)), first));
}

/**
 * The rows whose bound is not below `floor`, upwards; NaN is not.
 *
 * @param rows   i32[I]  out
 * @param bounds f32[I]  as boundRows left them, or less
 * @param peaks  f32[⌈I / 64⌉, 4]
 * @returns how many
 */
export function listFrom(rows: usize, bounds: usize, peaks: usize, I: usize, floor: f32): usize {
  const least = f32x4.splat(floor);
  let found: usize = 0;
  for (let block: usize = 0; block < I; block += BLOCK, peaks += V128) {
    if (v128.all_true<i32>(f32x4.lt(v128.load(peaks), least))) continue;
    const end = min(I, block + BLOCK);
    for (let i = block; i < end; ++i) {
      if (load<f32>(bounds + i * F32) < floor) continue;
      store<u32>(rows + (found << 2), i);
      found += 1;
    }
  }
  return found;
}
