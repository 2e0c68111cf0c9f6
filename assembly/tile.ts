/**
 * The register tile of every matrix product: up to 6 rows × 8 columns of sums, held in registers
 * while k runs over a packed panel of B. Written once; constant arguments cut it to size.
 */
import { F32, FUSED, madd4, zero4 } from "./lanes";

/** Columns of a panel: two vectors. */
export const COLUMNS: usize = 8;
/**
 * 6 × 2 sums, two vectors of B and one of A fill the registers. Unfused, products need registers
 * too: 5 rows spill and run at half the rate of 4 (bench/kernels).
 */
export const MOST_ROWS: usize = FUSED ? 6 : 4;
/**
 * Rows of the tiles of fused products, 1 … 6: an engine that spills high tiles is given lower ones.
 * Results do not depend on it.
 */
// @ts-ignore: decorator
@external("env", "tileRows")
export declare const tileRows: usize;

/** Depth of a panel: 8 KiB, a quarter of the first cache. */
export const DEPTH: usize = 256;

/**
 * C[rows, 8] (+)= A · panel
 *
 * @param columnwise A is f32[depth, ldA], the tile's rows are its first columns; else f32[rows, ldA]
 * @param rows   1 … 6, a constant
 * @param wide   8 columns are stored, else 4
 * @param panel  f32[depth, panelStep / 4], its first 8 columns; panelStep in bytes, 32 when packed
 */
// @ts-ignore: decorator
@inline
export function tile(
  columnwise: bool, rows: i32, wide: bool, c: usize, ldC: usize, a: usize, ldA: usize,
  panel: usize, panelStep: usize, depth: usize, accumulate: bool,
): void {
  const step: usize = columnwise ? ldA * F32 : F32;
  const next: usize = columnwise ? F32 : ldA * F32;
  const a1 = a + next;
  const a2 = a1 + next;
  const a3 = a2 + next;
  const a4 = a3 + next;
  const a5 = a4 + next;
  let s00 = zero4(), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00;
  let s30 = s00, s31 = s00, s40 = s00, s41 = s00, s50 = s00, s51 = s00;

  let at: usize = 0;
  for (let k: usize = 0; k < depth; ++k) {
    const b0 = v128.load(panel);
    const b1 = v128.load(panel, 16);
    let x = v128.load_splat<f32>(a + at);
    s00 = madd4(x, b0, s00);
    s01 = madd4(x, b1, s01);
    if (rows > 1) {
      x = columnwise ? v128.load_splat<f32>(a + at, 4) : v128.load_splat<f32>(a1 + at);
      s10 = madd4(x, b0, s10);
      s11 = madd4(x, b1, s11);
    }
    if (rows > 2) {
      x = columnwise ? v128.load_splat<f32>(a + at, 8) : v128.load_splat<f32>(a2 + at);
      s20 = madd4(x, b0, s20);
      s21 = madd4(x, b1, s21);
    }
    if (rows > 3) {
      x = columnwise ? v128.load_splat<f32>(a + at, 12) : v128.load_splat<f32>(a3 + at);
      s30 = madd4(x, b0, s30);
      s31 = madd4(x, b1, s31);
    }
    if (rows > 4) {
      x = columnwise ? v128.load_splat<f32>(a + at, 16) : v128.load_splat<f32>(a4 + at);
      s40 = madd4(x, b0, s40);
      s41 = madd4(x, b1, s41);
    }
    if (rows > 5) {
      x = columnwise ? v128.load_splat<f32>(a + at, 20) : v128.load_splat<f32>(a5 + at);
      s50 = madd4(x, b0, s50);
      s51 = madd4(x, b1, s51);
    }
    at += step;
    panel += panelStep;
  }

  const row = ldC * F32;
  put(c, wide, accumulate, s00, s01);
  if (rows > 1) put(c + row, wide, accumulate, s10, s11);
  if (rows > 2) put(c + 2 * row, wide, accumulate, s20, s21);
  if (rows > 3) put(c + 3 * row, wide, accumulate, s30, s31);
  if (rows > 4) put(c + 4 * row, wide, accumulate, s40, s41);
  if (rows > 5) put(c + 5 * row, wide, accumulate, s50, s51);
}

/**
 * Stores or adds one row of a tile. Its two vectors are stored one right after the other: V8's
 * `--experimental-wasm-revectorize` looks for such pairs of stores, and joins all that leads to them
 * into vectors of 256 bits (bench/log.md).
 */
// @ts-ignore: decorator
@inline
function put(c: usize, wide: bool, accumulate: bool, low: v128, high: v128): void {
  if (!wide) {
    v128.store(c, accumulate ? f32x4.add(v128.load(c), low) : low);
    return;
  }
  if (accumulate) {
    low = f32x4.add(v128.load(c), low);
    high = f32x4.add(v128.load(c, 16), high);
  }
  v128.store(c, low);
  v128.store(c, high, 16);
}
