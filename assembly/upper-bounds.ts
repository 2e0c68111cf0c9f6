/**
 * The best items of one hidden state from a table of bytes (quantized.ts): a bound of every score, then
 * the rows whose bound is high enough to be among the best.
 */
import { areTensors } from "./asserts";
import { F32, FUSED, V128, zero4 } from "./lanes";
import { QUAD, STATES, WORD, boundsOf, dot4 } from "./quantized";

/** Rows that share four peaks. */
const BLOCK: usize = 64;

/**
 * Bounds of all rows for the first state: s_i(t·x·(q_i + 64) + a) + bias_i, and the largest of every 16.
 *
 * @param out    f32[I]
 * @param peaks  f32[⌈I / 64⌉, 4]  out: peak (b, l) is that of rows 64b + l, 64b + l + 4, …, 64b + l + 60
 * @param rows, scales, biases  of quantizeRows
 * @param states, units, added  of quantizeStates
 * @param I      any number. Arrays of I elements have room for I rounded up to 16, and −∞ as biases
 *               there
 */
export function boundRows(
  out: usize, peaks: usize, rows: usize, scales: usize, biases: usize,
  states: usize, units: usize, added: usize, K: usize, I: usize,
): void {
  assert(areTensors(out, peaks, rows, scales) && areTensors(biases, states, units, added));
  assert((K & 3) == 0);
  const unit = v128.load_splat<f32>(units);
  const more = v128.load_splat<f32>(added);
  const panel = K * QUAD;
  for (let i: usize = 0; i < I; ) {
    let peak = f32x4.splat(-Infinity);
    for (const last = min(I, i + BLOCK); i < last; i += 4 * QUAD) {
      // Four times four rows share each load of x.
      let row = rows + i * K;
      let x = states;
      let s0 = zero4(), s1 = s0, s2 = s0, s3 = s0;
      for (const end = row + panel; row < end; row += V128, x += STATES * WORD) {
        const even = v128.load32_splat(x);
        const odd = FUSED ? even : v128.load32_splat(x, STATES * 4);
        s0 = dot4(v128.load(row), even, odd, s0);
        s1 = dot4(v128.load(row + panel), even, odd, s1);
        s2 = dot4(v128.load(row + 2 * panel), even, odd, s2);
        s3 = dot4(v128.load(row + 3 * panel), even, odd, s3);
      }
      const at = i * F32;
      peak = f32x4.pmax(peak, putBounds(out + at, s0, unit, more, scales + at, biases + at));
      peak = f32x4.pmax(peak, putBounds(out + at + 16, s1, unit, more, scales + at + 16, biases + at + 16));
      peak = f32x4.pmax(peak, putBounds(out + at + 32, s2, unit, more, scales + at + 32, biases + at + 32));
      peak = f32x4.pmax(peak, putBounds(out + at + 48, s3, unit, more, scales + at + 48, biases + at + 48));
    }
    v128.store(peaks, peak);
    peaks += V128;
  }
}

// @ts-ignore: decorator
@inline
function putBounds(
  out: usize, sums: v128, unit: v128, added: v128, scales: usize, biases: usize,
): v128 {
  const bounds = boundsOf(sums, unit, added, v128.load(scales), v128.load(biases));
  v128.store(out, bounds);
  return bounds;
}

/**
 * Lists the rows whose bound is not below `floor`, in rising order. NaN is not below.
 *
 * @param rows   i32[I]  out
 * @param bounds f32[I]  output of boundRows; the caller may have lowered some
 * @param peaks  f32[⌈I / 64⌉, 4]
 * @returns how many
 */
export function listRowsFrom(rows: usize, bounds: usize, peaks: usize, I: usize, floor: f32): usize {
  assert(areTensors(rows, bounds, peaks));
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
