/**
 * Names the number that ends training, once a step has met one: the cause, where it still stands in
 * memory, rather than what it led to. Slow, and run once.
 */

import { namedTensors } from "../models/gru4rec/parameters.js";
import type { Table } from "../network/tables.js";
import type { NamedTensor } from "../network/weights.js";
import type { Arena } from "../wasm/arena.js";
import { Control, Fault } from "./control.js";
import type { SparseUpdate, TrainingMemory } from "./sampled/memory.js";

/** Where scores end that f32 can tell apart (assembly/bounds.ts). */
const MOST_SCORE = 2 ** 24;

/** A number that is not finite, or a score beyond all bounds; structured-cloneable. */
export interface Finding {
  /** What it is, e.g. `"a weight of Wy"`. */
  readonly what: string;
  readonly value: number;
  /** Row of the item that it belongs to, if it belongs to one. */
  readonly item?: number;
}

/** @param parity which hidden buffer held the state before the step */
export function diagnose(arena: Arena, memory: TrainingMemory, parity: 0 | 1): Finding {
  const fault = arena.integers(memory.control)[Control.fault];
  const found =
    fault === Fault.score
      ? (badWeight(arena, memory) ?? badHidden(arena, memory, parity) ?? badScore(arena, memory))
      : fault === Fault.update
        ? (badMove(arena, memory) ?? badGradient(arena, memory) ?? badState(arena, memory))
        : badLoss(arena, memory);
  return found ?? { what: "a number", value: Number.NaN };
}

function badWeight(arena: Arena, { parameters }: TrainingMemory): Finding | undefined {
  for (const tensor of namedTensors(parameters)) {
    const { table, name } = tensor;
    const values = floatsOf(arena, table);
    for (let row = 0; row < tensor.rows; ++row) {
      for (const { at, columns } of tensor.blocks) {
        const begin = row * table.stride + at;
        const value = firstBad(values, begin, begin + columns);
        if (value !== undefined) {
          return { what: `a weight of ${name}`, value, ...itemOf(tensor, row, parameters.items) };
        }
      }
    }
  }
  return undefined;
}

function badHidden(arena: Arena, { forward }: TrainingMemory, parity: 0 | 1): Finding | undefined {
  for (const [layer, { states }] of forward.layers.entries()) {
    for (const state of states.flatMap((pair) => [pair[parity], pair[1 - parity]!])) {
      const value = firstBad(arena.floats(state), 0, state.length);
      if (value !== undefined) return { what: `the hidden state of layer ${layer}`, value };
    }
  }
  return undefined;
}

function badScore(arena: Arena, memory: TrainingMemory): Finding | undefined {
  const scores = arena.floats(memory.scores);
  const items = arena.integers(memory.items);
  const outputs = arena.integers(memory.control)[Control.outputs]!;
  for (let n = 0; n < outputs + memory.negatives; ++n) {
    const row = scores.subarray(n * memory.ld, n * memory.ld + outputs);
    const value = row.find((score) => !(Math.abs(score) < MOST_SCORE));
    if (value !== undefined) return { what: "a score", value, item: items[n]! };
  }
  return undefined;
}

function badLoss(arena: Arena, { losses, control }: TrainingMemory): Finding | undefined {
  const outputs = arena.integers(control)[Control.outputs]!;
  const value = firstBad(arena.floats(losses), 0, outputs);
  return value === undefined ? undefined : { what: "loss", value };
}

/** A row that the step's optimiser moved, and where its gradient stands. */
interface TouchedRow {
  readonly table: Table;
  readonly row: number;
  readonly gradient: number;
  readonly columns: number;
  readonly item: boolean;
}

function* touchedRows(arena: Arena, memory: TrainingMemory): Generator<TouchedRow> {
  const { dense, outputRows, inputRows, control, parameters } = memory;
  for (const { table, gradient } of dense) {
    const { rows, width: columns } = table;
    for (let row = 0; row < rows; ++row) {
      yield { table, row, gradient: gradient.ptr + 4 * row * columns, columns, item: false };
    }
  }
  const count = arena.integers(control);
  const { [Control.scored]: scored, [Control.output]: output, [Control.input]: input } = count;
  yield* itemRows(arena, outputRows, 0, scored!, parameters.W);
  yield* itemRows(arena, outputRows, scored!, output!, parameters.W - 4);
  if (inputRows) yield* itemRows(arena, inputRows, 0, input!, inputRows.table.width);
}

function* itemRows(
  arena: Arena,
  { table, distinct, heads }: SparseUpdate,
  begin: number,
  end: number,
  columns: number,
): Generator<TouchedRow> {
  const [rows, addresses] = [arena.integers(distinct), arena.words(heads)];
  for (let n = begin; n < end; ++n) {
    yield { table, row: rows[n]!, gradient: addresses[n]!, columns, item: true };
  }
}

/** A weight that is not finite though its own gradient is: it, or the step's size, is the cause. */
function badMove(arena: Arena, memory: TrainingMemory): Finding | undefined {
  for (const { table, row, gradient, columns, item } of touchedRows(arena, memory)) {
    const moved = floatsAt(arena, table.ptr + 4 * row * table.stride, columns);
    const by = floatsAt(arena, gradient, columns);
    const at = moved.findIndex((w, i) => !Number.isFinite(w) && Number.isFinite(by[i]));
    if (at < 0) continue;
    const what = `a weight of ${nameAt(memory, table, at)}`;
    return { what, value: moved[at]!, ...(item && row < memory.parameters.items && { item: row }) };
  }
  return undefined;
}

function badGradient(arena: Arena, memory: TrainingMemory): Finding | undefined {
  for (const { table, row, gradient, columns, item } of touchedRows(arena, memory)) {
    const values = floatsAt(arena, gradient, columns);
    const at = values.findIndex((g) => !Number.isFinite(g));
    if (at < 0) continue;
    const what = `a gradient of ${nameAt(memory, table, at)}`;
    return {
      what,
      value: values[at]!,
      ...(item && row < memory.parameters.items && { item: row }),
    };
  }
  return undefined;
}

function badState(arena: Arena, memory: TrainingMemory): Finding | undefined {
  const tables = new Map(namedTensors(memory.parameters).map(({ table, name }) => [table, name]));
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

/** Name of the tensor that a column of a table belongs to. */
function nameAt({ parameters }: TrainingMemory, table: Table, column: number): string {
  const own = namedTensors(parameters).filter((tensor) => tensor.table.ptr === table.ptr);
  const hit = own.find(({ blocks }) =>
    blocks.some(({ at, columns }) => column >= at && column < at + columns),
  );
  return (hit ?? own[0]!).name; // a padding column is as good as its neighbours
}

/** Tensors of one row an item: those of the catalogue's length; E may have a pad behind it. */
function itemOf({ rows, name }: NamedTensor, row: number, items: number): { item?: number } {
  const perItem = name === "E" || (rows === items && /^(Wy|By|Wx_0)$/.test(name));
  return perItem && row < items ? { item: row } : {};
}

function floatsOf(arena: Arena, table: Table): Float32Array {
  return arena.floats({ ...table, shape: [] });
}

function floatsAt(arena: Arena, ptr: number, length: number): Float32Array {
  return arena.floats({ ptr, length, shape: [] });
}
