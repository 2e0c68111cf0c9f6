/**
 * The end of a step: the optimiser on the rows of every table that the step touched, as one list. Which
 * rows these are, and where their gradients stand, is the recipe's.
 *
 * An item that a step touches several times, as a target, a negative, a candidate or an input, is in the
 * list once, with the sum of its gradients (the official Theano code steps each occurrence; its authors
 * call the sum the correct way; Keras does so, too).
 */

import type { DenseUpdate } from "../network/dense.js";
import type { Table } from "../network/tables.js";
import { share, type Thread } from "../threads/program.js";
import type { Kernels } from "../wasm/abi.js";
import type { Arena, Tensor } from "../wasm/arena.js";

/** A table of which a step touches a few rows, some of them several times (embedding.ts). */
export interface SparseUpdate {
  readonly table: Table;
  /** i32[n] distinct items of the n rows of a step; u32[n] first and last occurrence of each. */
  readonly distinct: Tensor;
  readonly first: Tensor;
  readonly last: Tensor;
  /** i32[n] the following occurrence of the same item, −1 at the end. */
  readonly next: Tensor;
  /** u32[n] address of each distinct item's summed gradient. */
  readonly addresses: Tensor;
  /** u32[table.rows] sparse set of groupRows. */
  readonly places: Tensor;
}

/** @param n rows of a step at most, and `distinct` of them where that is fewer */
export function planSparse(
  arena: Arena,
  table: Table,
  n: number,
  distinct: number = n,
): SparseUpdate {
  return {
    table,
    distinct: arena.plan(distinct),
    first: arena.plan(distinct),
    last: arena.plan(distinct),
    next: arena.plan(n),
    addresses: arena.plan(distinct),
    places: arena.plan(table.rows),
  };
}

/** Finds the distinct ones of i32[n] rows at an address; returns how many there are. */
export function groupRows(
  kernels: Kernels,
  rows: number,
  { places, distinct, first, last, next }: Omit<SparseUpdate, "table" | "addresses">,
  n: number,
): number {
  // biome-ignore format: one call a line, against its signature
  return kernels.groupRows(rows, places.ptr, distinct.ptr, first.ptr, last.ptr, next.ptr, 0, 0, n);
}

/** Rows of a table that a step touches. */
export interface TouchedRows {
  readonly table: Table;
  /** Addresses of u32[count] rows and of u32[count] addresses of their gradients, f32[columns] each. */
  readonly rows: number;
  readonly gradients: number;
  readonly columns: number;
  readonly count: number;
  /** What this thread steps of the list: [begin, end). */
  readonly begin: number;
  readonly end: number;
}

/** Every row of a matrix. */
export function touchedDense({ table, rows, addresses }: DenseUpdate, thread: Thread): TouchedRows {
  return listed(table, rows.ptr, addresses.ptr, table.rows, thread);
}

/** The first `count` distinct rows. */
export function touchedSparse(
  { table, distinct, addresses }: SparseUpdate,
  count: number,
  thread: Thread,
): TouchedRows {
  return listed(table, distinct.ptr, addresses.ptr, count, thread);
}

function listed(
  table: Table,
  rows: number,
  gradients: number,
  count: number,
  { rank, threads }: Thread,
): TouchedRows {
  const [begin, end] = share(count, 1, rank, threads);
  return { table, rows, gradients, columns: table.width, count, begin, end };
}
