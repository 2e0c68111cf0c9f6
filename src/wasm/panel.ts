/** The scratch of matrix products. */

/** Floats that each thread brings (assembly/gemm.ts, PANEL_BYTES). */
export const PANEL_FLOATS: number = 256 * (256 + 72);
