/**
 * Rows from all over a large table, brought into the first cache several at a time.
 *
 * Rows that a step draws by chance are waited for one after the other: a row copied or stepped takes
 * so many instructions that the processor looks only two or three rows ahead. A pass that does
 * nothing but read one byte of each cache line has dozens of lines under way at once. Gathering 2,080
 * rows of a table of 54 MB takes 0.10 ms instead of 0.18, stepping them 0.36 instead of 0.78
 * (bench/README.md).
 */
import { F32 } from "./lanes";

/** Bytes of a cache line, and those that are brought together: a third of the first cache. */
const LINE: usize = 64;
const FETCH: usize = 16384;

/**
 * Reads the first `columns` columns of rows[begin …] of a table f32[I, stride], of as many rows as fit.
 * What is read is not used; engines keep such loads, since one beyond the memory must trap.
 *
 * @param rows u32[n]
 * @returns how far it got: begin + 1 … end
 */
export function fetchRows(
  table: usize, stride: usize, rows: usize, columns: usize, begin: usize, end: usize,
): usize {
  assert(begin < end);
  const bytes = columns * F32;
  const last = min(end, begin + max<usize>(1, FETCH / (bytes + LINE)));
  for (let n = begin; n < last; ++n) {
    const row = table + <usize>load<u32>(rows + (n << 2)) * stride * F32;
    for (let i: usize = 0; i < bytes; i += LINE) load<u8>(row + i);
  }
  return last;
}
