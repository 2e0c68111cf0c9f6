/**
 * Dense parameters, which get a gradient for every row in every step, and the gradients of the matrices of
 * recurrent layers. Each gradient is one product or sum over the rows of all positions. The rows are
 * contiguous, so a sum over time is a sum over rows, in their order.
 */

import type { Kernels } from "../wasm/abi.js";
import type { Arena, Tensor } from "../wasm/arena.js";
import { CELLS_BACKWARD } from "./cells/backward.js";
import { outputAfter, type Stack } from "./stack.js";
import type { StackMemory } from "./stack-backward.js";
import type { Table } from "./tables.js";

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
    table,
    gradient: arena.plan(table.rows, table.width),
    rows: arena.plan(table.rows),
    addresses: arena.plan(table.rows),
  };
}

/** Fills the constant lists that name every row of the dense tables. */
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
    recurrent,
    bias,
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
  for (const [i, layer] of parameters.layers.entries()) {
    const { D, E, width, recurrentBias } = layer;
    const buffers = forward.layers[i]!;
    const da = gradients[i]!.da;
    const into = (): number => dense[list.length]!.gradient.ptr;

    if (i > 0 || forward.x) {
      const out = into();
      list.push((R, parity, begin, end) => {
        const { ptr: x } = i === 0 ? forward.x! : outputAfter(forward.layers[i - 1]!, parity);
        kernels.gemmAtB(out, width, x, E, da.ptr, width, width, R, false, panel, begin, end);
      });
    }
    const dU = into();
    const factors = CELLS_BACKWARD[parameters.cell].factors(layer, buffers, da);
    list.push((R, parity, begin, end) => {
      for (const { x = buffers.states[0]![parity], d, first, blocks } of factors) {
        const at = 4 * first * D;
        const [out, from, columns] = [dU + at, d.ptr + at, blocks * D];
        kernels.gemmAtB(out, width, x.ptr, D, from, width, columns, R, false, panel, begin, end);
      }
    });
    for (const { ptr } of recurrentBias ? [da, factors[0]!.d] : [da]) {
      const out = into();
      list.push((R, _, begin, end) => {
        if (begin < end) kernels.sumRows(out, ptr, width, R, 0, width);
      });
    }
  }
  return list;
}
