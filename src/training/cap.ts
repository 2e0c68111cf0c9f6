/** Scales down all gradients of a step, so that their global norm stays below a cap. */

import { share, type Thread } from "../threads/program.js";
import type { Tensor } from "../wasm/arena.js";

/** Rows of gradients: address of u32[count] addresses of f32[columns]. */
export interface GradientRows {
  readonly gradients: number;
  readonly columns: number;
  readonly count: number;
}

/**
 * cap / ‖g‖ where the norm of all gradients is beyond the cap, else 1. Repeated items count with their
 * sum (the official norm counts each occurrence). Every thread calls it at once, after a barrier behind
 * the sums.
 */
export type CappedScale = (all: readonly GradientRows[]) => number;

/** @param norms f64 as pairs: room for the squared norm of every row */
export function cappedScale(
  { kernels, arena, barrier, rank, threads }: Thread,
  norms: Tensor,
  cap: number,
): CappedScale {
  const squares = arena.doubles(norms);
  return (all) => {
    let before = 0;
    for (const { gradients, columns, count } of all) {
      const [begin, end] = share(count, 1, rank, threads);
      kernels.squareRows(norms.ptr + 8 * before, gradients, columns, begin, end);
      before += count;
    }
    barrier();
    let sum = 0;
    for (let i = 0; i < before; ++i) sum += squares[i]!;
    const norm = Math.sqrt(sum);
    return norm >= cap ? cap / norm : 1;
  };
}
