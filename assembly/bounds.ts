/** Finds out whether scores are numbers that f32 can tell apart. */
import { areTensors } from "./asserts";
import { F32, V128 } from "./lanes";

/** The bits of 2²⁴. The bits of larger numbers, of infinity and of NaN are larger integers. */
const LIMIT: u32 = 0x4b800000;

/**
 * Whether the first `columns` columns of rows [begin, end) are all below 2²⁴ in magnitude: beyond it,
 * neighbours in f32 are more than 1 apart. NaN and infinity are not below.
 *
 * @param x f32[n, ld]
 */
export function areBoundedRows(x: usize, ld: usize, columns: usize, begin: usize, end: usize): bool {
  assert(areTensors(x));
  assert(columns <= ld);
  assert(begin <= end);
  const vectors = (columns & ~3) * F32;
  const bytes = columns * F32;
  let largest = i32x4.splat(0);
  let rest: u32 = 0;
  for (let n = begin; n < end; ++n) {
    const row = x + n * ld * F32;
    let i: usize = 0;
    for (; i < vectors; i += V128) largest = i32x4.max_u(largest, f32x4.abs(v128.load(row + i)));
    for (; i < bytes; i += F32) rest = max(rest, load<u32>(row + i) & 0x7fffffff);
  }
  return rest < LIMIT && v128.all_true<i32>(i32x4.lt_u(largest, i32x4.splat(LIMIT)));
}
