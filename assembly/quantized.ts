/**
 * An 8-bit copy of the item table for recommending: a quarter of the memory traffic of f32. It only
 * picks candidates; their exact scores decide (src/model/quantized.ts).
 *
 * Row i is q_i = round(w_i / s_i) with s_i = max|w_i| / 127; the hidden state has 15 bits. The bias
 * is not part of the row: its size would spoil the scale.
 */
import { F32, V128 } from "./lanes";

/**
 * Quantises rows [begin, end).
 *
 * @param out    i8[I, K16]  K rounded up to 16, the padding 0
 * @param scales f32[I]      s_i
 * @param table  f32[I, stride]
 * @param K      columns, a multiple of 4
 */
export function quantizeRows(
  out: usize, scales: usize, table: usize, stride: usize, K: usize, begin: usize, end: usize,
): void {
  const padded = (K + 15) & ~15;
  for (let i = begin; i < end; ++i) {
    const row = table + i * stride * F32;
    const to = out + i * padded;
    let most: f32 = 0;
    for (let k: usize = 0; k < K; ++k) most = max(most, abs(load<f32>(row + k * F32)));
    store<f32>(scales + i * F32, most / 127);
    const inverse: f32 = most > 0 ? 127 / most : 0;
    for (let k: usize = 0; k < padded; ++k) {
      const q = k < K ? <i32>nearest(load<f32>(row + k * F32) * inverse) : 0;
      store<i8>(to + k, <i8>q);
    }
  }
}

/**
 * out[i] = s_i · scale · (q_i · x) + bias_i for rows [begin, end).
 *
 * @param out    f32[I]
 * @param q      i8[I, K16]
 * @param scales f32[I]
 * @param biases f32[I]
 * @param x      i16[K16]  |x| ≤ 2¹⁵ − 1, so a sum of K ≤ 512 products of 7 and 15 bits fits 32 bits
 * @param K16    a multiple of 16
 */
export function dotQuantized(
  out: usize, q: usize, scales: usize, biases: usize, x: usize,
  scale: f32, K16: usize, begin: usize, end: usize,
): void {
  let i = begin;
  // Four rows share each load of x.
  for (; i + 4 <= end; i += 4) {
    const row = q + i * K16;
    let s0 = i32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (let k: usize = 0; k < K16; k += V128) {
      const low = v128.load(x + (k << 1));
      const high = v128.load(x + (k << 1), 16);
      s0 = dot16(s0, row + k, low, high);
      s1 = dot16(s1, row + K16 + k, low, high);
      s2 = dot16(s2, row + 2 * K16 + k, low, high);
      s3 = dot16(s3, row + 3 * K16 + k, low, high);
    }
    // Transposed and added: lane r is the sum of row r.
    const a = i32x4.add(v128.shuffle<i32>(s0, s1, 0, 4, 1, 5), v128.shuffle<i32>(s0, s1, 2, 6, 3, 7));
    const b = i32x4.add(v128.shuffle<i32>(s2, s3, 0, 4, 1, 5), v128.shuffle<i32>(s2, s3, 2, 6, 3, 7));
    const sums = i32x4.add(v128.shuffle<i32>(a, b, 0, 1, 4, 5), v128.shuffle<i32>(a, b, 2, 3, 6, 7));
    const size = f32x4.mul(v128.load(scales + i * F32), f32x4.splat(scale));
    const score = f32x4.mul(size, f32x4.convert_i32x4_s(sums));
    v128.store(out + i * F32, f32x4.add(score, v128.load(biases + i * F32)));
  }
  for (; i < end; ++i) {
    let s = i32x4.splat(0);
    for (let k: usize = 0; k < K16; k += V128) {
      s = dot16(s, q + i * K16 + k, v128.load(x + (k << 1)), v128.load(x + (k << 1), 16));
    }
    const sum =
      i32x4.extract_lane(s, 0) + i32x4.extract_lane(s, 1) +
      (i32x4.extract_lane(s, 2) + i32x4.extract_lane(s, 3));
    const size = load<f32>(scales + i * F32) * scale;
    store<f32>(out + i * F32, size * <f32>sum + load<f32>(biases + i * F32));
  }
}

/** sum + the products of 16 columns, in pairs, in four lanes. */
// @ts-ignore: decorator
@inline
function dot16(sum: v128, q: usize, low: v128, high: v128): v128 {
  const sixteen = v128.load(q);
  sum = i32x4.add(sum, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(sixteen), low));
  return i32x4.add(sum, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(sixteen), high));
}
