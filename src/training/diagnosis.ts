/**
 * Names the number that ends a training: the first cause that is still in memory, not its consequences.
 * Slow, and run once.
 */

import type { Table } from "../network/tables.js";
import type { NamedTensor } from "../network/weights.js";
import type { Arena, Tensor } from "../wasm/arena.js";
import { Fault } from "./control.js";
import type { TouchedRows } from "./touched.js";

/** Scores from here on are too coarse in f32 (assembly/bounds.ts). */
const MOST_SCORE = 2 ** 24;

/** A number that is not finite, or a score beyond all bounds; structured-cloneable. */
export interface Finding {
  /** What it is, e.g. `"a weight of Wy"`. */
  readonly what: string;
  readonly value: number;
  /** Row of the item that it belongs to, if it belongs to one. */
  readonly item?: number;
}

/** The memory of a step that may hold the number. */
export interface Evidence {
  /** The value of `Control.fault`. */
  readonly fault: number;
  /** Weights by name. */
  readonly tensors: readonly NamedTensor[];
  /** Of the catalogue. */
  readonly items: number;
  /** Hidden states of each layer. */
  readonly states: readonly (readonly Tensor[])[];
  /** Blocks of scores. */
  readonly scores: Iterable<ScoreBlock>;
  /** f32 losses of the mini-batch. */
  readonly losses: Float32Array;
  /** Called where the optimiser met it. */
  touched(): readonly TouchedRows[];
}

/** Scores of some items, item-major: f32[items.length, ld], of which `columns` count. */
export interface ScoreBlock {
  readonly scores: Float32Array;
  readonly ld: number;
  readonly columns: number;
  readonly items: Int32Array;
}

export function diagnose(arena: Arena, evidence: Evidence): Finding {
  const { fault } = evidence;
  const found =
    fault === Fault.score
      ? (badWeight(arena, evidence) ?? badHidden(arena, evidence) ?? badScore(evidence))
      : fault === Fault.update
        ? (badMove(arena, evidence) ?? badGradient(arena, evidence) ?? badState(arena, evidence))
        : badLoss(evidence);
  return found ?? { what: "a number", value: Number.NaN };
}

function badWeight(arena: Arena, { tensors, items }: Evidence): Finding | undefined {
  for (const tensor of tensors) {
    const { table, name } = tensor;
    const values = floatsOf(arena, table);
    for (let row = 0; row < tensor.rows; ++row) {
      for (const { at, columns } of tensor.blocks) {
        const begin = row * table.stride + at;
        const value = firstBad(values, begin, begin + columns);
        if (value !== undefined) {
          return { what: `a weight of ${name}`, value, ...itemOf(tensor, row, items) };
        }
      }
    }
  }
  return undefined;
}

function badHidden(arena: Arena, { states }: Evidence): Finding | undefined {
  for (const [layer, buffers] of states.entries()) {
    for (const state of buffers) {
      const value = firstBad(arena.floats(state), 0, state.length);
      if (value !== undefined) return { what: `the hidden state of layer ${layer}`, value };
    }
  }
  return undefined;
}

function badScore({ scores: blocks }: Evidence): Finding | undefined {
  for (const { scores, ld, columns, items } of blocks) {
    for (let n = 0; n < items.length; ++n) {
      const row = scores.subarray(n * ld, n * ld + columns);
      const value = row.find((score) => !(Math.abs(score) < MOST_SCORE));
      if (value !== undefined) return { what: "a score", value, item: items[n]! };
    }
  }
  return undefined;
}

function badLoss({ losses }: Evidence): Finding | undefined {
  const value = firstBad(losses, 0, losses.length);
  return value === undefined ? undefined : { what: "loss", value };
}

/** A row that the step's optimiser moved, and its gradient. */
interface MovedRow {
  readonly table: Table;
  readonly row: number;
  readonly weights: Float32Array;
  readonly gradient: Float32Array;
}

function* movedRows(arena: Arena, { touched }: Evidence): Generator<MovedRow> {
  for (const { table, rows, gradients, columns, count } of touched()) {
    const [row, address] = [rows, gradients].map((ptr) =>
      arena.words({ ptr, length: count, shape: [count] }),
    );
    for (let n = 0; n < count; ++n) {
      const weights = floatsAt(arena, table.ptr + 4 * row![n]! * table.stride, columns);
      const gradient = floatsAt(arena, address![n]!, columns);
      yield { table, row: row![n]!, weights, gradient };
    }
  }
}

/** A weight that is not finite while its gradient is finite: the step was too large. */
function badMove(arena: Arena, evidence: Evidence): Finding | undefined {
  for (const { table, row, weights, gradient } of movedRows(arena, evidence)) {
    const at = weights.findIndex((w, i) => !Number.isFinite(w) && Number.isFinite(gradient[i]));
    if (at < 0) continue;
    const tensor = tensorAt(evidence, table, at);
    const what = `a weight of ${tensor.name}`;
    return { what, value: weights[at]!, ...itemOf(tensor, row, evidence.items) };
  }
  return undefined;
}

function badGradient(arena: Arena, evidence: Evidence): Finding | undefined {
  for (const { table, row, gradient } of movedRows(arena, evidence)) {
    const at = gradient.findIndex((g) => !Number.isFinite(g));
    if (at < 0) continue;
    const tensor = tensorAt(evidence, table, at);
    const what = `a gradient of ${tensor.name}`;
    return { what, value: gradient[at]!, ...itemOf(tensor, row, evidence.items) };
  }
  return undefined;
}

function badState(arena: Arena, { tensors }: Evidence): Finding | undefined {
  const tables = new Map(tensors.map(({ table, name }) => [table, name]));
  for (const [table, name] of tables) {
    const value = firstBad(floatsOf(arena, table), 0, table.length);
    if (value !== undefined) return { what: `the optimizer's state of ${name}`, value };
  }
  return undefined;
}

function firstBad(values: Float32Array, begin: number, end: number): number | undefined {
  for (let i = begin; i < end; ++i) if (!Number.isFinite(values[i])) return values[i];
  return undefined;
}

/** The tensor that a column of a table belongs to. */
function tensorAt({ tensors }: Evidence, table: Table, column: number): NamedTensor {
  const inTable = tensors.filter((tensor) => tensor.table.ptr === table.ptr);
  const hit = inTable.find(({ blocks }) =>
    blocks.some(({ at, columns }) => column >= at && column < at + columns),
  );
  return (hit ?? inTable[0])!; // the number is in a padding column
}

/** Tensors of one row an item: embeddings, which may have a row more, and others of the catalogue's length. */
function itemOf({ rows, name }: NamedTensor, row: number, items: number): { item?: number } {
  const perItem =
    /^((query|candidate)\.)?E$/.test(name) || (rows === items && /^(Wy|By|Wx_0)$/.test(name));
  return perItem && row < items ? { item: row } : {};
}

function floatsOf(arena: Arena, table: Table): Float32Array {
  return arena.floats({ ...table, shape: [] });
}

function floatsAt(arena: Arena, ptr: number, length: number): Float32Array {
  return arena.floats({ ptr, length, shape: [] });
}
