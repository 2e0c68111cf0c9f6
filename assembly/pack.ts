/**
 * Copies that matrix products (gemm.ts) work on: panels of B, and blocks of an A whose rows collide in
 * caches.
 */
import { F32 } from "./lanes";
import { COLUMNS } from "./tile";

/** Bytes from row to row of a packed panel. */
export const PANEL_STEP: usize = COLUMNS * F32;

/** Copies A[depth, columns] into f32[depth, ldTo]. */
export function copyBlock(
  to: usize, ldTo: usize, a: usize, ldA: usize, depth: usize, columns: usize,
): void {
  assert(columns <= ldTo && columns <= ldA);
  const whole = columns & ~3;
  for (let k: usize = 0; k < depth; ++k, a += ldA * F32, to += ldTo * F32) {
    for (let i: usize = 0; i < whole; i += 4) v128.store(to + i * F32, v128.load(a + i * F32));
    for (let i = whole; i < columns; ++i) store<f32>(to + i * F32, load<f32>(a + i * F32));
  }
}

/** Copies B[depth, columns] into the panel f32[depth, 8]; missing columns are zero. */
export function packColumns(panel: usize, b: usize, ldB: usize, depth: usize, columns: usize): void {
  assert(columns >= 1 && columns <= COLUMNS);
  const row = ldB * F32;
  if (columns == COLUMNS) {
    for (let k: usize = 0; k < depth; ++k, b += row, panel += PANEL_STEP) {
      v128.store(panel, v128.load(b));
      v128.store(panel, v128.load(b, 16), 16);
    }
    return;
  }
  for (let k: usize = 0; k < depth; ++k, b += row, panel += PANEL_STEP) {
    v128.store(panel, f32x4.splat(0));
    v128.store(panel, f32x4.splat(0), 16);
    for (let j: usize = 0; j < columns; ++j) store<f32>(panel + j * F32, load<f32>(b + j * F32));
  }
}

/** Transposes B[columns, depth] into the panel f32[depth, 8]; missing columns are zero. */
export function packRows(panel: usize, b: usize, ldB: usize, depth: usize, columns: usize): void {
  assert(columns >= 1 && columns <= COLUMNS);
  const row = ldB * F32;
  if (columns == COLUMNS) {
    const whole = depth & ~3;
    for (let k: usize = 0; k < whole; k += 4) {
      transpose4(panel + k * PANEL_STEP, b + k * F32, row);
      transpose4(panel + k * PANEL_STEP + 16, b + 4 * row + k * F32, row);
    }
    for (let k = whole; k < depth; ++k) {
      for (let j: usize = 0; j < COLUMNS; ++j) {
        store<f32>(panel + k * PANEL_STEP + j * F32, load<f32>(b + j * row + k * F32));
      }
    }
    return;
  }
  for (let k: usize = 0; k < depth; ++k) {
    v128.store(panel + k * PANEL_STEP, f32x4.splat(0));
    v128.store(panel + k * PANEL_STEP, f32x4.splat(0), 16);
    for (let j: usize = 0; j < columns; ++j) {
      store<f32>(panel + k * PANEL_STEP + j * F32, load<f32>(b + j * row + k * F32));
    }
  }
}

/** Four columns of four rows `row` bytes apart become four rows 32 bytes apart. */
// @ts-ignore: decorator
@inline
function transpose4(to: usize, from: usize, row: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + row);
  const r2 = v128.load(from + 2 * row);
  const r3 = v128.load(from + 3 * row);
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store(to, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7), 32);
  v128.store(to, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), 64);
  v128.store(to, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7), 96);
}
