/** A short hash of data, to recognise the data of a checkpoint. */

import { pace } from "../pause.js";

/** Words between two looks at the clock: about a millisecond's worth. */
const PIECE = 2 ** 18;

/** 64 bits over the bits of all arrays, in hexadecimal; each array's length counts. */
export async function fingerprint(
  ...arrays: readonly (Int32Array | Uint32Array | Float32Array)[]
): Promise<string> {
  let a = 0x243f6a88;
  let b = 0x85a308d3;
  for (const { buffer, byteOffset, length } of arrays) {
    const words = new Int32Array(buffer, byteOffset, length);
    for (let begin = 0; begin < words.length; begin += PIECE) {
      const end = Math.min(begin + PIECE, words.length);
      for (let i = begin; i < end; ++i) {
        a = Math.imul(((a << 5) | (a >>> 27)) ^ words[i]!, 0x9e3779b1);
        b = Math.imul(((b << 13) | (b >>> 19)) + words[i]!, 0x85ebca6b);
      }
      await pace();
    }
    a = Math.imul(a ^ words.length, 0xc2b2ae35);
    b = Math.imul(b + words.length, 0x27d4eb2f);
  }
  return [a, b].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}
