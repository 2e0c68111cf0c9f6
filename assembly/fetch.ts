/**
 * Brings rows from all over a large table into the first cache, several at a time.
 *
 * A step reads random rows, which are in no cache. To copy or update a row takes so many instructions
 * that the processor looks only two or three rows ahead, so it waits for one row after the other. A
 * pass that reads one byte of each cache line, and does nothing else, has dozens of lines under way at
 * once. bench/log.md has the times with and without it.
 */
import { F32 } from "./lanes";

/** Bytes of a cache line, and bytes fetched together: a third of the first cache. */
const LINE: usize = 64;
const FETCH: usize = 16384;

/**
 * Reads the first `columns` columns of rows[begin], rows[begin + 1] and so on, as many rows as fit.
 * Nothing uses the bytes. Engines keep the loads, because a load beyond the memory must trap.
 *
 * @param table f32[I, stride]
 * @param rows  u32[n]
 * @returns the first row that was not fetched: begin + 1 … end
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
