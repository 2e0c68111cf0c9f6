/**
 * Negative samples: items drawn with replacement, item k with probability ∝ support_k^α
 * (Hidasi & Karatzoglou 2018, §3.1), by Walker's alias method as Vose (1991) builds its table.
 */
import { areTensors } from "./asserts";
import { BLOCK, threefry16 } from "./random";

/** Negatives in one block of words: each takes a word for its column and one for its coin. */
const DRAWS: usize = BLOCK / 2;

/**
 * Draws negatives [begin, end). Both are multiples of 8, except the last end.
 *
 * @param out    i32[n]
 * @param coin   u32[I]  a word below it keeps the column's own item, else its alias
 * @param alias  u32[I]
 * @param I      items
 * @param key    u32[4]  seed low, seed high, epoch, step
 * @param words  scratch u32[16], one per thread
 */
export function drawNegatives(
  out: usize, coin: usize, alias: usize, I: usize, key: usize, stream: u32, words: usize,
  begin: usize, end: usize,
): void {
  assert(areTensors(out, coin, alias) && areTensors(key, words));
  assert(I >= 1);
  assert((begin & 7) == 0 && begin <= end);
  for (let j = begin; j < end; j += DRAWS) {
    threefry16(key, <u32>(j / DRAWS), stream, 0, words);
    const count = min(DRAWS, end - j);
    for (let i: usize = 0; i < count; ++i) {
      const word = <u64>load<u32>(words + (i << 2));
      const column = <u32>((word * <u64>I) >> 32);
      const flip = load<u32>(words + ((i + DRAWS) << 2));
      const keeps = flip < load<u32>(coin + (column << 2));
      const item = keeps ? column : load<u32>(alias + (column << 2));
      store<u32>(out + ((j + i) << 2), item);
    }
  }
}
