/**
 * What stands on top of a tower: dense layers, then vectors of length 1 where they are wanted.
 *
 *     x ─ W, c ─→ activation ─→ W, c ─→ … ─→ (÷ length) ─→ y
 *
 * Rows are on their own, so threads take ranges of rows and need not meet.
 */

import type { Head } from "../models/two-towers/parameters.js";
import type { Kernels } from "../wasm/abi.js";
import type { Arena, Tensor } from "../wasm/arena.js";

export interface HeadBuffers {
  /** f32[n, E] what the head begins with; without dense layers it is what it ends with, too. */
  readonly x: Tensor;
  /** f32[n, D] of each dense layer, after its activation. */
  readonly layers: readonly Tensor[];
  /** f32[n] lengths before they were made 1. */
  readonly norms: Tensor | undefined;
}

/** @param E columns of x, a multiple of 4 */
export function planHead(arena: Arena, head: Head, n: number, E: number): HeadBuffers {
  return {
    x: arena.plan(n, E),
    layers: head.layers.map(({ D }) => arena.plan(n, D)),
    norms: head.normalizes ? arena.plan(n) : undefined,
  };
}

/** Where the vectors of a tower are: f32[n, W]. */
export function outputOf({ x, layers }: HeadBuffers): Tensor {
  return layers.at(-1) ?? x;
}

/** Rows [begin, end) from x to the output. */
export function forwardHead(
  kernels: Kernels,
  { layers, activation }: Head,
  buffers: HeadBuffers,
  panel: number,
  begin: number,
  end: number,
): void {
  let from = buffers.x;
  for (const [i, { E, D, input, bias }] of layers.entries()) {
    const to = buffers.layers[i]!;
    kernels.gemmAB(
      ...([to.ptr, D, from.ptr, E, input.ptr, input.stride, D, E, false, panel] as const),
      ...([begin, end] as const),
    );
    kernels.addRow(to.ptr, D, bias.ptr, D, begin, end);
    if (i + 1 < layers.length) {
      const { kind, a, lambda } = activation;
      kernels.activate(kind, a, lambda, to.ptr, D, D, begin, end);
    }
    from = to;
  }
  if (!buffers.norms) return;
  const { ptr, shape } = outputOf(buffers);
  kernels.normalizeRows(ptr, buffers.norms.ptr, shape[1]!, begin, end);
}
