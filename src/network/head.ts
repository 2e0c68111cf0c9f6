/**
 * The head of a tower: dense layers; then, with `normalize`, vectors are scaled to length 1.
 *
 *     x ─ W, c ─→ activation ─→ W, c ─→ … ─→ (÷ length) ─→ y
 *
 * Rows are independent, so threads take ranges of rows and need no barrier.
 */

import type { Arena, Tensor } from "../wasm/arena.js";
import type { ServingKernels } from "../wasm/serving.js";
import type { Activation } from "./activations.js";
import { padded, type Table, type TablePlanner } from "./tables.js";
import { type NamedTensor, named } from "./weights.js";

/** y = x·W + c */
export interface DenseLayer {
  readonly inputSize: number;
  readonly E: number;
  readonly size: number;
  readonly D: number;
  readonly input: Table;
  readonly bias: Table;
}

/** The head on top of a tower's embedding or recurrent layers. */
export interface Head {
  readonly layers: readonly DenseLayer[];
  /** Between the layers. */
  readonly activation: Activation;
  readonly normalizes: boolean;
}

/** Reserves the tables of dense layers of these widths over an input. */
export function planDenseLayers(
  table: TablePlanner,
  widths: readonly number[],
  inputSize: number,
): DenseLayer[] {
  return widths.map((size, i) => {
    const below = i === 0 ? inputSize : widths[i - 1]!;
    const [E, D] = [padded(below), padded(size)];
    return { inputSize: below, E, size, D, input: table(E, D), bias: table(1, D) };
  });
}

/** D_i [in, out] and c_i [out] of each dense layer. */
export function headTensors({ layers }: Head): NamedTensor[] {
  return layers.flatMap(({ inputSize, size, input, bias }, i) => [
    named(`D_${i}`, input, inputSize, [size], [0]),
    named(`c_${i}`, bias, 1, [size], [0], [size]),
  ]);
}

/** Multiply-adds of one row through dense layers of these widths. */
export function headProducts(widths: readonly number[], inputSize: number): number {
  return widths.reduce((sum, size, i) => sum + size * (i === 0 ? inputSize : widths[i - 1]!), 0);
}

export interface HeadBuffers {
  /** f32[n, E] input of the head; without dense layers it is its output, too. */
  readonly x: Tensor;
  /** f32[n, D] of each dense layer, after its activation. */
  readonly layers: readonly Tensor[];
  /** f32[n] lengths of the vectors before they were scaled to 1. */
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

/** The vectors of a tower, f32[n, W]. */
export function outputOf({ x, layers }: HeadBuffers): Tensor {
  return layers.at(-1) ?? x;
}

/** Rows [begin, end) from x to the output. */
export function forwardHead(
  kernels: ServingKernels,
  { layers, activation }: Head,
  buffers: HeadBuffers,
  panel: number,
  begin: number,
  end: number,
): void {
  let from = buffers.x;
  for (const [i, { E, D, input, bias }] of layers.entries()) {
    const to = buffers.layers[i]!;
    const { ptr, stride } = input;
    kernels.gemmAB(to.ptr, D, from.ptr, E, ptr, stride, D, E, false, panel, begin, end);
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
