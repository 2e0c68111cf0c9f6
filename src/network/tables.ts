/**
 * Weights as tables in an arena.
 *
 * Every parameter is a table of rows: a step of the optimiser is a step of some rows of a table,
 * whether one row is an item or a line of a matrix. While training, a row is followed by its
 * optimiser state, so that both are found together (assembly/optimizer.ts).
 *
 * Widths are rounded up to 4, the padding is 0 and stays 0: its gradients are 0 everywhere.
 */

import type { Arena } from "../wasm/arena.js";

/** f32[rows, stride]; the first `width` columns of a row are weights. */
export interface Table {
  readonly ptr: number;
  readonly rows: number;
  readonly width: number;
  readonly stride: number;
  readonly length: number;
}

/** What an optimiser keeps with each row: how many times its width, and a few floats at the end. */
export interface RowState {
  readonly widths: number;
  readonly tail: number;
}

const NO_STATE: RowState = { widths: 0, tail: 0 };

/** Rounded up to whole vectors. */
export function padded(n: number): number {
  return Math.ceil(n / 4) * 4;
}

/** Reserves tables of an arena, each row followed by its optimiser state. */
export type TablePlanner = (rows: number, width: number) => Table;

export function tablesOf(arena: Arena, state: RowState = NO_STATE): TablePlanner {
  return (rows, width) => {
    const stride = width * (1 + state.widths) + state.tail;
    const { ptr, length } = arena.plan(rows, stride);
    return { ptr, rows, width, stride, length };
  };
}
