/** Finds out whether scores are numbers that f32 can tell apart. */
import { F32, V128, isSound4, sound4 } from "./lanes";

/** 2¹⁰⁴: what is 2²⁴ or more, times this, is infinite. */
const LIFT: f32 = 20282409603651670423947251286016.0;

/**
 * Whether the first `columns` columns of rows [begin, end) are all below 2²⁴ in magnitude, where
 * neighbours in f32 are 1 apart; NaN and infinity are not.
 *
 * @param x f32[n, ld]
 */
export function areBounded(x: usize, ld: usize, columns: usize, begin: usize, end: usize): bool {
  const vectors = (columns & ~3) * F32;
  const bytes = columns * F32;
  let sound = f32x4.splat(0);
  let rest: f32 = 0;
  for (let n = begin; n < end; ++n) {
    const row = x + n * ld * F32;
    let i: usize = 0;
    for (; i < vectors; i += V128) {
      sound = sound4(f32x4.mul(v128.load(row + i), f32x4.splat(LIFT)), sound);
    }
    for (; i < bytes; i += F32) rest += load<f32>(row + i) * LIFT * 0;
  }
  return isSound4(sound) && rest == 0;
}
