/** What the browser must have to learn: WebAssembly with SIMD. */

/** A module of one function that makes a vector: `i32.const 0, i8x16.splat, drop`. */
const SIMD = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0],
  ...[10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11],
);

export function canLearn(): boolean {
  try {
    return WebAssembly.validate(SIMD);
  } catch {
    return false;
  }
}
