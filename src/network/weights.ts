/**
 * Weights by name and shape, without padding. Files, initial values and messages between a model and a
 * training job are in this form.
 */

import type { Arena } from "../wasm/arena.js";
import type { Table } from "./tables.js";

/**
 * The size of a piece, by its floats, or by its rows where they are short. Copying it takes a quarter of a
 * millisecond; a few milliseconds if its pages of memory are new to the process.
 */
const MOST_FLOATS = 2 ** 17;
const MOST_ROWS = 2 ** 13;

/** A run of columns of a table; `at` counts from the row's start. */
export interface Block {
  readonly at: number;
  readonly columns: number;
}

/** A named tensor: some rows of some column blocks of a table. */
export interface NamedTensor {
  readonly name: string;
  /** As in a file; row-major. */
  readonly shape: readonly number[];
  readonly table: Table;
  readonly rows: number;
  readonly blocks: readonly Block[];
  /** Floats of one row: the columns of all blocks. */
  readonly columns: number;
  /** The blocks in the order in which their initial values are drawn, if that differs. */
  readonly drawn?: readonly Block[];
}

/**
 * Every table of these tensors as one tensor, as it is in memory: a row's weights, then its optimiser state,
 * both with their padding. A checkpoint keeps these, so that training resumes with the same bits. A table has
 * the name of its first tensor.
 */
export function rawTables(tensors: readonly NamedTensor[]): NamedTensor[] {
  const tables = new Map<number, NamedTensor>();
  for (const { name, table } of tensors) {
    if (tables.has(table.ptr)) continue;
    const { rows, stride } = table;
    const blocks = [{ at: 0, columns: stride }];
    const shape = [rows, stride];
    tables.set(table.ptr, { name: `table/${name}`, shape, table, rows, blocks, columns: stride });
  }
  return [...tables.values()];
}

export function named(
  name: string,
  table: Table,
  rows: number,
  sizes: readonly number[],
  starts: readonly number[],
  shape?: readonly number[],
): NamedTensor {
  const columns = sizes.reduce((sum, n) => sum + n, 0);
  const blocks = sizes.map((size, i) => ({ at: starts[i]!, columns: size }));
  return { name, shape: shape ?? [rows, columns], table, rows, blocks, columns };
}

/** Copies rows [begin, begin + n) of a tensor out of its table: f32[n, columns]. */
export function readRows(
  memory: Float32Array,
  { table, blocks, columns }: NamedTensor,
  begin: number,
  n: number,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(n * columns);
  for (let row = 0, to = 0; row < n; ++row) {
    const from = (begin + row) * table.stride;
    for (const { at, columns: width } of blocks) {
      out.set(memory.subarray(from + at, from + at + width), to);
      to += width;
    }
  }
  return out;
}

/** A piece of a named tensor: rows from `begin` on, f32[n, columns], on its way to another memory. */
export interface WeightPiece {
  readonly name: string;
  readonly begin: number;
  readonly values: Float32Array;
}

/** Copies f32[n, columns] into rows from `begin` on. `memory` is the view of the whole table. */
export function writeRows(
  memory: Float32Array,
  { table, blocks, columns }: NamedTensor,
  begin: number,
  values: Float32Array,
): void {
  for (let from = 0, row = begin; from < values.length; ++row) {
    for (const { at, columns: width } of blocks) {
      memory.set(values.subarray(from, from + width), row * table.stride + at);
      from += width;
    }
  }
  if (values.length % columns !== 0) throw new Error("weights: not whole rows");
}

/** Whether rows [begin, begin + n) of a tensor hold numbers that are finite. */
export function areFinite(
  memory: Float32Array,
  { table, blocks }: NamedTensor,
  begin: number,
  n: number,
): boolean {
  for (let row = begin; row < begin + n; ++row) {
    for (const { at, columns } of blocks) {
      const from = row * table.stride + at;
      for (let i = from; i < from + columns; ++i) if (!Number.isFinite(memory[i])) return false;
    }
  }
  return true;
}

/** A table as `rawTables` has it, and the memory it stands in. */
export interface TableView {
  readonly tensor: NamedTensor;
  readonly values: Float32Array;
}

/** Views of tables. They stay valid after the arena is disposed. */
export function viewsOf(arena: Arena, tables: readonly NamedTensor[]): TableView[] {
  return tables.map((tensor) => {
    return { tensor, values: arena.floats({ ...tensor.table, shape: [] }) };
  });
}

/** Views of all tables of these tensors. */
export function tableViews({
  arena,
  tensors,
}: {
  readonly arena: Arena;
  readonly tensors: readonly NamedTensor[];
}): TableView[] {
  return viewsOf(arena, rawTables(tensors));
}

/**
 * Copies weights from one plan's tables to another's of the same model, a piece with each step. The
 * optimiser state of neither is touched.
 */
export function* copyWeights(
  from: readonly TableView[],
  to: readonly TableView[],
): Generator<void, void> {
  for (const [i, { tensor, values }] of to.entries()) {
    const { width, stride } = tensor.table;
    const source = from[i]!;
    const apart = source.tensor.table.stride;
    for (const { begin, rows } of piecesOf(tensor)) {
      for (let row = begin; row < begin + rows; ++row) {
        values.set(source.values.subarray(row * apart, row * apart + width), row * stride);
      }
      yield;
    }
  }
}

/** Rows of a named tensor. */
export interface RowRange {
  readonly name: string;
  readonly begin: number;
  readonly rows: number;
}

/** All rows of a tensor, in pieces that take at most a few milliseconds to copy. */
export function* piecesOf({ name, rows, columns }: NamedTensor): Generator<RowRange> {
  const piece = Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_FLOATS / columns)));
  for (let begin = 0; begin < rows; begin += piece) {
    yield { name, begin, rows: Math.min(piece, rows - begin) };
  }
}
