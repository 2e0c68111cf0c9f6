/**
 * Threefry-4×32-20 (Salmon et al. 2011) on four counters at once: the same function as
 * src/random.ts, so that either side can say what the other drew.
 */
import { areTensors } from "./asserts";

/** Words that one call of `threefry16` writes. */
export const BLOCK: u32 = 16;

// @ts-ignore: decorator
@inline
function rotate4(x: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(x, bits), i32x4.shr_u(x, 32 - bits));
}

/**
 * Sixteen words: word w of counter 4·block + i goes to out[4·w + i].
 *
 * @param key   u32[4]   seed low, seed high, epoch, step
 * @param block counters 4·block … 4·block + 3
 * @param stream what the numbers are for (`Stream` in src/random.ts)
 * @param layer second word of the stream: the layer of a dropout mask, else 0
 * @param out   u32[16]
 */
export function threefry16(key: usize, block: u32, stream: u32, layer: u32, out: usize): void {
  assert(areTensors(key, out));
  let k0 = load<i32>(key);
  let k1 = load<i32>(key, 4);
  let k2 = load<i32>(key, 8);
  let k3 = load<i32>(key, 12);
  let k4 = 0x1bd11bda ^ k0 ^ k1 ^ k2 ^ k3;

  let a = i32x4.add(i32x4.splat(4 * block + k0), i32x4(0, 1, 2, 3));
  let b = i32x4.splat(stream + k1);
  let c = i32x4.splat(layer + k2);
  let d = i32x4.splat(k3);

  for (let s = 1; s <= 5; ++s) {
    // Four rounds, each mixing (a, b)(c, d) or (a, d)(c, b); the eight rotation pairs alternate.
    if ((s & 1) == 1) {
      a = i32x4.add(a, b); b = v128.xor(rotate4(b, 10), a);
      c = i32x4.add(c, d); d = v128.xor(rotate4(d, 26), c);
      a = i32x4.add(a, d); d = v128.xor(rotate4(d, 11), a);
      c = i32x4.add(c, b); b = v128.xor(rotate4(b, 21), c);
      a = i32x4.add(a, b); b = v128.xor(rotate4(b, 13), a);
      c = i32x4.add(c, d); d = v128.xor(rotate4(d, 27), c);
      a = i32x4.add(a, d); d = v128.xor(rotate4(d, 23), a);
      c = i32x4.add(c, b); b = v128.xor(rotate4(b, 5), c);
    } else {
      a = i32x4.add(a, b); b = v128.xor(rotate4(b, 6), a);
      c = i32x4.add(c, d); d = v128.xor(rotate4(d, 20), c);
      a = i32x4.add(a, d); d = v128.xor(rotate4(d, 17), a);
      c = i32x4.add(c, b); b = v128.xor(rotate4(b, 11), c);
      a = i32x4.add(a, b); b = v128.xor(rotate4(b, 25), a);
      c = i32x4.add(c, d); d = v128.xor(rotate4(d, 10), c);
      a = i32x4.add(a, d); d = v128.xor(rotate4(d, 18), a);
      c = i32x4.add(c, b); b = v128.xor(rotate4(b, 20), c);
    }
    // Key word (s + i) mod 5 goes into word i.
    const held = k0;
    k0 = k1; k1 = k2; k2 = k3; k3 = k4; k4 = held;
    a = i32x4.add(a, i32x4.splat(k0));
    b = i32x4.add(b, i32x4.splat(k1));
    c = i32x4.add(c, i32x4.splat(k2));
    d = i32x4.add(d, i32x4.splat(k3 + s));
  }
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
  v128.store(out, d, 48);
}
