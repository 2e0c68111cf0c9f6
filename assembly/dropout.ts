/**
 * Inverted dropout: a value survives with probability 1 − p and is then scaled by 1/(1 − p).
 *
 * The mask is a pure function of (seed, epoch, step, stream, layer, element), so any thread draws
 * any rows of it and a resumed run draws the same. Element j of row b takes word 16·⌈D / 16⌉·b + j.
 */
import { areTensors, areVectors } from "./asserts";
import { F32, V128 } from "./lanes";
import { threefry16 } from "./random";

/**
 * Draws the mask of rows [begin, end) and applies it.
 *
 * @param x     f32[B, D]  multiplied in place
 * @param mask  f32[B, D]  out: 0 or 1/(1 − p), kept for the backward pass
 * @param key   u32[4]     seed low, seed high, epoch, step
 * @param drop  p · 2³², an element with a word below it is dropped
 * @param scale 1/(1 − p)
 * @param words scratch u32[16], one per thread
 */
export function dropout(
  x: usize, mask: usize, D: usize, key: usize, stream: u32, layer: u32, drop: u32, scale: f32,
  words: usize, begin: usize, end: usize,
): void {
  assert(areTensors(x, mask, key, words));
  assert((D & 3) == 0);
  assert(scale >= 1);
  assert(begin <= end);
  const blocks = (D + 15) >> 4;
  const limit = i32x4.splat(drop ^ 0x80000000);
  const sign = i32x4.splat(0x80000000);
  const kept = f32x4.splat(scale);
  for (let b = begin; b < end; ++b) {
    const row = b * D * F32;
    for (let block: usize = 0; block < blocks; ++block) {
      threefry16(key, <u32>(b * blocks + block), stream, layer, words);
      const columns = min<usize>(16, D - (block << 4));
      for (let j: usize = 0; j < columns; j += 4) {
        // With flipped sign bits a signed comparison is an unsigned one.
        const word = v128.xor(v128.load(words + j * F32), sign);
        const m = v128.and(i32x4.ge_s(word, limit), kept);
        const at = row + ((block << 4) + j) * F32;
        v128.store(mask + at, m);
        v128.store(x + at, f32x4.mul(v128.load(x + at), m));
      }
    }
  }
}

/** x ⊙= mask for rows [begin, end): f32[B, ld] by f32[B, D], the first D columns. */
export function applyMask(x: usize, ld: usize, mask: usize, D: usize, begin: usize, end: usize): void {
  assert(areTensors(x, mask));
  assert(areVectors(D, ld));
  assert(begin <= end);
  const bytes = D * F32;
  for (let b = begin; b < end; ++b) {
    const xb = x + b * ld * F32;
    const mb = mask + b * D * F32;
    for (let i: usize = 0; i < bytes; i += V128) {
      v128.store(xb + i, f32x4.mul(v128.load(xb + i), v128.load(mb + i)));
    }
  }
}
