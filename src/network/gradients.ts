/**
 * Gradients of recurrent layers: where they are kept, and those of the matrices, each one product or
 * sum over the rows of all positions. Rows lie in one piece, so sums over time are sums over rows, in
 * their order.
 */

import type { Kernels } from "../wasm/abi.js";
import type { Arena, Tensor } from "../wasm/arena.js";
import type { StackMemory } from "./backward.js";
import type { Stack, Table } from "./parameters.js";

export interface LayerGradients {
  /** f32[R, 3·D] or f32[R, D], gradient of the gates' pre-activations. */
  readonly da: Tensor;
  /** f32[R, E], gradient of the layer's input; undefined when one-hot. */
  readonly dInput: Tensor | undefined;
  /** f32[B, D], scratch of the reset gate; undefined where none is needed. */
  readonly dq: Tensor | undefined;
  /** f32[B, D], gradient of the state before the position just done; undefined with one position. */
  readonly carried: Tensor | undefined;
  /** f32[R, D] mask of dropoutHidden. */
  readonly mask: Tensor | undefined;
  /** f32[R, E] mask of dropoutEmbedding, of the first layer. */
  readonly inputMask: Tensor | undefined;
}

/** What a mini-batch has at most, and what is dropped of it. */
export interface GradientSizes {
  readonly slots: number;
  readonly positions: number;
  readonly oneHot: boolean;
  readonly dropsInput: boolean;
  readonly dropsHidden: boolean;
}

export function planLayerGradients(
  arena: Arena,
  { layers }: Stack,
  { slots, positions, oneHot, dropsInput, dropsHidden }: GradientSizes,
): LayerGradients[] {
  const rows = slots * positions;
  return layers.map((layer, i) => ({
    da: arena.plan(rows, layer.gates * layer.D),
    dInput: oneHot && i === 0 ? undefined : arena.plan(rows, layer.E),
    dq: layer.gates > 1 && !layer.recurrentBias ? arena.plan(slots, layer.D) : undefined,
    carried: positions > 1 ? arena.plan(slots, layer.D) : undefined,
    mask: dropsHidden ? arena.plan(rows, layer.D) : undefined,
    inputMask: dropsInput && !oneHot && i === 0 ? arena.plan(rows, layer.E) : undefined,
  }));
}

/** A parameter whose every row gets a gradient in every step. */
export interface DenseUpdate {
  readonly table: Table;
  /** f32[rows, width] */
  readonly gradient: Tensor;
  /** u32[rows]: 0, 1, 2, …, and the address of each row of `gradient`. */
  readonly rows: Tensor;
  readonly addresses: Tensor;
}

export function planDense(arena: Arena, table: Table): DenseUpdate {
  return {
    ...{ table, gradient: arena.plan(table.rows, table.width) },
    ...{ rows: arena.plan(table.rows), addresses: arena.plan(table.rows) },
  };
}

/** Fills what never changes: the lists that name every row of the dense tables. */
export function prepareDense(arena: Arena, dense: readonly DenseUpdate[]): void {
  for (const { table, gradient, rows, addresses } of dense) {
    arena.words(rows).forEach((_, row, view) => {
      view[row] = row;
    });
    arena.words(addresses).forEach((_, row, view) => {
      view[row] = gradient.ptr + 4 * row * table.width;
    });
  }
}

/** The tables of recurrent layers that get dense gradients, in the order of `denseGradients`. */
export function denseTables({ layers }: Stack, oneHot: boolean): Table[] {
  return layers.flatMap(({ input, recurrent, bias, recurrentBias }, i) => [
    ...(oneHot && i === 0 ? [] : [input]),
    ...[recurrent, bias],
    ...(recurrentBias ? [recurrentBias] : []),
  ]);
}

/** Writes rows [begin, end) of one dense gradient, summed over the R rows of a step. */
export type DenseGradient = (R: number, parity: 0 | 1, begin: number, end: number) => void;

/** One function for each of `denseTables`, in the same order; `dense` are their gradients. */
export function denseGradients(
  kernels: Kernels,
  { parameters, forward, layers: gradients }: StackMemory,
  dense: readonly DenseUpdate[],
  panel: number,
): DenseGradient[] {
  const list: DenseGradient[] = [];
  for (const [i, { D, E, gates: blocks, recurrentBias }] of parameters.layers.entries()) {
    const { hidden, recurrent } = forward.layers[i]!;
    const width = blocks * D;
    const da = gradients[i]!.da.ptr;
    const into = (): number => dense[list.length]!.gradient.ptr;

    if (i > 0 || forward.x) {
      const out = into();
      list.push((R, parity, begin, end) => {
        const x = i === 0 ? forward.x!.ptr : forward.layers[i - 1]!.hidden[1 - parity]!.ptr;
        kernels.gemmAtB(out, width, x, E, da, width, width, R, false, panel, begin, end);
      });
    }
    const dU = into();
    if (blocks === 1 || recurrentBias) {
      const du = recurrentBias ? recurrent!.ptr : da;
      list.push((R, parity, begin, end) => {
        const h = hidden[parity].ptr;
        kernels.gemmAtB(dU, width, h, D, du, width, width, R, false, panel, begin, end);
      });
    } else {
      const c = 8 * D;
      const q = recurrent!.ptr;
      list.push((R, parity, begin, end) => {
        const h = hidden[parity].ptr;
        kernels.gemmAtB(dU, width, h, D, da, width, 2 * D, R, false, panel, begin, end);
        kernels.gemmAtB(dU + c, width, q, D, da + c, width, D, R, false, panel, begin, end);
      });
    }
    for (const gradient of recurrentBias ? [da, recurrent!.ptr] : [da]) {
      const out = into();
      list.push((R, _, begin, end) => {
        if (begin < end) kernels.sumRows(out, gradient, width, R, 0, width);
      });
    }
  }
  return list;
}
