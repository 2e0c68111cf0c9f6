/**
 * Matrix products for row-major f32 matrices with any leading dimension.
 *
 *   gemmAB   C[M,N] = A[M,K] · B[K,N]
 *   gemmABt  C[M,N] = A[M,K] · B[N,K]ᵀ
 *   gemmAtB  C[M,N] = A[K,M]ᵀ · B[K,N]
 *
 * All three run the same tile: 8 columns of B are packed into a contiguous panel, then up to 6
 * rows of A pass over it with their sums in registers. They differ in how the panel is packed and
 * in how A is walked. The sum of one element always runs over k in the same order (blocks of DEPTH,
 * added in order), whatever the tile it falls in: so results do not depend on where a range of rows
 * is cut, and equal inputs give equal bits in every product.
 */
import { areTensors } from "./asserts";
import { F32, FUSED, madd4, zero4 } from "./lanes";
import { PANEL_STEP, copyBlock, packColumns, packRows } from "./pack";
import { COLUMNS, DEPTH, MOST_ROWS, tile, tileRows } from "./tile";

/** Columns packed at a time: with DEPTH rows they fill a quarter of the second cache. */
const WIDTH: usize = 256;
/** Rows of A that meet all packed panels before the next rows do: they stay in the second cache. */
const HEIGHT: usize = 72;
/**
 * Rows a multiple of this many floats apart share at most 16 of the 64 sets of the first cache, which
 * have no room for DEPTH rows. Such an A is copied before tiles walk down its columns.
 */
const CROWD: usize = 64;

/** With so few rows of A, packing B costs more time than it saves. */
const FEW: usize = 3;
/** Bytes of the packed panels of B. */
const PANELS: usize = DEPTH * WIDTH * F32;
/** Bytes of scratch that each caller (thread) brings: panels of B, and behind them a block of A. */
export const PANEL_BYTES: usize = PANELS + DEPTH * HEIGHT * F32;

/**
 * C[begin…end, N] (+)= A[begin…end, K] · B[K, N]
 *
 * @param c     f32[M, ldC]  with room for N rounded up to 4 columns
 * @param panels scratch of PANEL_BYTES, one per thread
 * @param accumulate  add to C instead of overwriting it
 */
export function gemmAB(
  c: usize, ldC: usize, a: usize, ldA: usize, b: usize, ldB: usize,
  N: usize, K: usize, accumulate: bool, panels: usize, begin: usize, end: usize,
): void {
  assert(areTensors(c, a, b, panels));
  assert(K <= ldA && N <= ldB && ((N + 3) & ~3) <= ldC);
  assert(begin <= end);
  a += begin * ldA * F32;
  c += begin * ldC * F32;
  if (end - begin > FEW || (N & 3) != 0) {
    rowsTimes(false, c, ldC, a, ldA, b, ldB, N, K, accumulate, panels, end - begin);
    return;
  }
  for (let m = begin; m < end; ++m, a += ldA * F32, c += ldC * F32) {
    rowTimes(c, a, b, ldB, N, K, accumulate);
  }
}

/** C[begin…end, N] (+)= A[begin…end, K] · B[N, K]ᵀ; parameters as gemmAB's. */
export function gemmABt(
  c: usize, ldC: usize, a: usize, ldA: usize, b: usize, ldB: usize,
  N: usize, K: usize, accumulate: bool, panels: usize, begin: usize, end: usize,
): void {
  assert(areTensors(c, a, b, panels));
  assert(K <= ldA && K <= ldB && ((N + 3) & ~3) <= ldC);
  assert(begin <= end);
  a += begin * ldA * F32;
  rowsTimes(true, c + begin * ldC * F32, ldC, a, ldA, b, ldB, N, K, accumulate, panels, end - begin);
}

/** C[begin…end, N] (+)= A[K, begin…end]ᵀ · B[K, N]; parameters as gemmAB's. */
export function gemmAtB(
  c: usize, ldC: usize, a: usize, ldA: usize, b: usize, ldB: usize,
  N: usize, K: usize, accumulate: bool, panels: usize, begin: usize, end: usize,
): void {
  assert(areTensors(c, a, b, panels));
  assert(end <= ldA && N <= ldB && ((N + 3) & ~3) <= ldC);
  assert(begin <= end);
  a += begin * F32;
  product(true, false, c + begin * ldC * F32, ldC, a, ldA, b, ldB, N, K, accumulate, panels, end - begin);
}

/** gemmAB and gemmABt: they differ only in how B is packed. */
function rowsTimes(
  transposed: bool, c: usize, ldC: usize, a: usize, ldA: usize, b: usize, ldB: usize,
  N: usize, K: usize, accumulate: bool, panels: usize, rows: usize,
): void {
  product(false, transposed, c, ldC, a, ldA, b, ldB, N, K, accumulate, panels, rows);
}

/**
 * The loops around the tile: blocks of B are packed, blocks of A pass over them.
 *
 * @param columnwise A is f32[K, ldA], its rows are columns here (AᵀB); a constant
 * @param transposed B is f32[N, ldB], its columns are rows here (ABᵀ)
 */
// @ts-ignore: decorator
@inline
function product(
  columnwise: bool, transposed: bool,
  c: usize, ldC: usize, a: usize, ldA: usize, b: usize, ldB: usize,
  N: usize, K: usize, accumulate: bool, panels: usize, rows: usize,
): void {
  // The parts have nearly equal width: a narrow last one would gain less than its packing costs.
  const parts = max(1, (N + WIDTH - 1) / WIDTH);
  const part = ((N + parts - 1) / parts + COLUMNS - 1) & ~(COLUMNS - 1);
  const crowded = columnwise && (ldA & (CROWD - 1)) == 0;
  for (let n: usize = 0; n < N; n += part) {
    const width = min(part, N - n);
    for (let k: usize = 0; k < K; k += DEPTH) {
      const depth = min(DEPTH, K - k);
      for (let j: usize = 0; j < width; j += COLUMNS) {
        const columns = min(COLUMNS, width - j);
        const to = panels + j * depth * F32;
        if (transposed) packRows(to, b + ((n + j) * ldB + k) * F32, ldB, depth, columns);
        else packColumns(to, b + (k * ldB + n + j) * F32, ldB, depth, columns);
      }
      const adds = accumulate || k > 0;
      const ak = a + (columnwise ? k * ldA : k) * F32;
      for (let m: usize = 0; m < rows; m += HEIGHT) {
        const height = min(HEIGHT, rows - m);
        const cm = c + (m * ldC + n) * F32;
        let am = ak + (columnwise ? m : m * ldA) * F32;
        let step = ldA;
        if (crowded) {
          copyBlock(panels + PANELS, HEIGHT, am, ldA, depth, height);
          am = panels + PANELS;
          step = HEIGHT;
        }
        for (let j: usize = 0; j < width; j += COLUMNS) {
          const panel = panels + j * depth * F32;
          strip(columnwise, cm + j * F32, ldC, am, step, panel, depth, width - j > 4, adds, height);
        }
      }
    }
  }
}

/** One row of C = A · B, with B where it lies; N is a multiple of 4. */
function rowTimes(
  c: usize, a: usize, b: usize, ldB: usize, N: usize, K: usize, accumulate: bool,
): void {
  for (let k: usize = 0; k < K; k += DEPTH) {
    const ak = a + k * F32;
    const bk = b + k * ldB * F32;
    const depth = min(DEPTH, K - k);
    const adds = accumulate || k > 0;
    let n: usize = 0;
    for (; n + 16 <= N; n += 16) rowTile(4, c + n * F32, ak, bk + n * F32, ldB, depth, adds);
    for (; n < N; n += 4) rowTile(1, c + n * F32, ak, bk + n * F32, ldB, depth, adds);
  }
}

/** 4 × `vectors` columns of one row; 1 or 4, a constant. */
// @ts-ignore: decorator
@inline
function rowTile(
  vectors: i32, c: usize, a: usize, b: usize, ldB: usize, depth: usize, accumulate: bool,
): void {
  const row = ldB * F32;
  let s0 = zero4(), s1 = s0, s2 = s0, s3 = s0;
  for (const last = a + depth * F32; a < last; a += F32, b += row) {
    const x = v128.load_splat<f32>(a);
    s0 = madd4(x, v128.load(b), s0);
    if (vectors == 1) continue;
    s1 = madd4(x, v128.load(b, 16), s1);
    s2 = madd4(x, v128.load(b, 32), s2);
    s3 = madd4(x, v128.load(b, 48), s3);
  }
  v128.store(c, accumulate ? f32x4.add(v128.load(c), s0) : s0);
  if (vectors == 1) return;
  v128.store(c, accumulate ? f32x4.add(v128.load(c, 16), s1) : s1, 16);
  v128.store(c, accumulate ? f32x4.add(v128.load(c, 32), s2) : s2, 32);
  v128.store(c, accumulate ? f32x4.add(v128.load(c, 48), s3) : s3, 48);
}

/**
 * All rows of one panel, in tiles of nearly equal height so that none is left with a single row.
 * `columnwise`: A is f32[depth, ldA] and a tile takes columns of it, else f32[rows, ldA].
 */
// @ts-ignore: decorator
@inline
function strip(
  columnwise: bool, c: usize, ldC: usize, a: usize, ldA: usize, panel: usize,
  depth: usize, wide: bool, accumulate: bool, rows: usize,
): void {
  const highest = FUSED ? tileRows : MOST_ROWS;
  for (let tiles = (rows + highest - 1) / highest; tiles > 0; --tiles) {
    const height = (rows + tiles - 1) / tiles;
    if (MOST_ROWS > 4 && height == 6) tile(columnwise, 6, wide, c, ldC, a, ldA, panel, PANEL_STEP, depth, accumulate);
    else if (MOST_ROWS > 4 && height == 5) tile(columnwise, 5, wide, c, ldC, a, ldA, panel, PANEL_STEP, depth, accumulate);
    else if (height == 4) tile(columnwise, 4, wide, c, ldC, a, ldA, panel, PANEL_STEP, depth, accumulate);
    else if (height == 3) tile(columnwise, 3, wide, c, ldC, a, ldA, panel, PANEL_STEP, depth, accumulate);
    else if (height == 2) tile(columnwise, 2, wide, c, ldC, a, ldA, panel, PANEL_STEP, depth, accumulate);
    else tile(columnwise, 1, wide, c, ldC, a, ldA, panel, PANEL_STEP, depth, accumulate);
    c += height * ldC * F32;
    a += height * (columnwise ? 1 : ldA) * F32;
    rows -= height;
  }
}
