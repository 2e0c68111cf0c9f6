/**
 * What kernels assert about their arguments. The debug build alone has asserts: asconfig.json sets
 * `noAssert` for the others, and the optimiser drops what is left of the conditions.
 */

/** Page 0 holds the kernels' constants, so no tensor begins below this address. */
const PAGE: usize = 65536;

/** Whether all of these can be addresses of tensors of 4-byte elements. */
// @ts-ignore: decorator
@inline
export function areTensors(a: usize, b: usize = PAGE, c: usize = PAGE, d: usize = PAGE): bool {
  return a >= PAGE && b >= PAGE && c >= PAGE && d >= PAGE && ((a | b | c | d) & 3) == 0;
}

/** Whether `columns` are whole vectors of four, and rows `ld` elements apart have room for them. */
// @ts-ignore: decorator
@inline
export function areVectors(columns: usize, ld: usize, ldOther: usize = usize.MAX_VALUE): bool {
  return (columns & 3) == 0 && columns <= ld && columns <= ldOther;
}

/** Whether columns [begin, end) of rows of `ld` elements can be taken by fours: `end` is rounded up. */
// @ts-ignore: decorator
@inline
export function areFours(begin: usize, end: usize, ld: usize): bool {
  return (begin & 3) == 0 && begin <= end && ((end + 3) & ~3) <= ld;
}
