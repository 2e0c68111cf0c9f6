/**
 * The backward pass through the head of a tower: from the gradient of its vectors to the gradients of its
 * input and of its matrices.
 */

import type { Kernels } from "../wasm/abi.js";
import type { Arena, Tensor } from "../wasm/arena.js";
import type { DenseUpdate } from "./dense.js";
import { type Head, type HeadBuffers, outputOf } from "./head.js";
import type { Table } from "./tables.js";

export interface HeadGradients {
  /** f32[n, E] gradient of each dense layer's input; the first one's is the head's. */
  readonly dInputs: readonly Tensor[];
}

export function planHeadGradients(arena: Arena, { layers }: Head, n: number): HeadGradients {
  return { dInputs: layers.map(({ E }) => arena.plan(n, E)) };
}

/** The gradient of the head's x, after `backwardHead`. */
export function inputGradient({ dInputs }: HeadGradients, dOutput: Tensor): Tensor {
  return dInputs[0] ?? dOutput;
}

/** Rows [begin, end): from dOutput f32[n, W], which is overwritten, to the gradient of x. */
export function backwardHead(
  kernels: Kernels,
  { layers, activation }: Head,
  buffers: HeadBuffers,
  { dInputs }: HeadGradients,
  { dOutput, panel }: { readonly dOutput: Tensor; readonly panel: number },
  begin: number,
  end: number,
): void {
  if (buffers.norms) {
    const { ptr, shape } = outputOf(buffers);
    const columns = shape[1]!;
    kernels.normalizeRowsBackward(dOutput.ptr, ptr, buffers.norms.ptr, columns, begin, end);
  }
  for (let i = layers.length - 1; i >= 0; --i) {
    const { E, D, input } = layers[i]!;
    const dy = (dInputs[i + 1] ?? dOutput).ptr;
    if (i + 1 < layers.length) {
      const y = buffers.layers[i]!.ptr;
      const { kind, a, lambda } = activation;
      kernels.activateBackward(kind, a, lambda, dy, D, y, D, D, begin, end);
    }
    const { ptr, stride } = input;
    kernels.gemmABt(dInputs[i]!.ptr, E, dy, D, ptr, stride, E, D, false, panel, begin, end);
  }
}

/** The tables of a head, in the order of `headGradients`. */
export function headTables({ layers }: Head): Table[] {
  return layers.flatMap(({ input, bias }) => [input, bias]);
}

/** Writes rows [begin, end) of one dense gradient, summed over n rows of the batch. */
export type HeadGradient = (n: number, begin: number, end: number) => void;

/**
 * One function for each of `headTables`, in the same order; `dense` are their gradients.
 */
export function headGradients(
  kernels: Kernels,
  { layers }: Head,
  buffers: HeadBuffers,
  gradients: HeadGradients,
  { dOutput, panel }: { readonly dOutput: Tensor; readonly panel: number },
  dense: readonly DenseUpdate[],
): HeadGradient[] {
  return layers.flatMap(({ E, D }, i): HeadGradient[] => {
    const x = (i === 0 ? buffers.x : buffers.layers[i - 1]!).ptr;
    const dy = (gradients.dInputs[i + 1] ?? dOutput).ptr;
    const [matrix, bias] = [dense[2 * i]!.gradient.ptr, dense[2 * i + 1]!.gradient.ptr];
    return [
      (n, begin, end) => kernels.gemmAtB(matrix, D, x, E, dy, D, D, n, false, panel, begin, end),
      (n, begin, end) => {
        if (begin < end) kernels.sumRows(bias, dy, D, n, 0, D);
      },
    ];
  });
}
