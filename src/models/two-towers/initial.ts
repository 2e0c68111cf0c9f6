/**
 * Initial weights as Keras draws them: embeddings uniform in ±0.05, kernels uniform by Glorot's bound
 * for the matrix as a whole (all gates together), recurrent kernels with orthonormal rows (Saxe et al.
 * 2014), biases as the cell has them (0, but for the forget gate of an LSTM). The rows of features and
 * times that stand for unknown values begin with 0: they add nothing until they are learnt.
 */

import { startBias } from "../../network/stack.js";
import type { Table } from "../../network/tables.js";
import { pace } from "../../pause.js";
import { MersenneTwister } from "../../random.js";
import type { Arena } from "../../wasm/arena.js";
import { normal } from "../gru4rec/initial.js";
import type { ResolvedTowerOptions } from "./options.js";
import type { TowerParameters } from "./parameters.js";

const EMBEDDING = 0.05;

/** Draws all weights into the arena, and lets others have their turn meanwhile. */
export async function drawInitialTowers(
  arena: Arena,
  { query, candidate, embeddingSize }: TowerParameters,
  { seed }: ResolvedTowerOptions,
): Promise<void> {
  const random = new MersenneTwister(seed);
  const uniform = (bound: number) => () => (2 * random.next() - 1) * bound;
  const gaussian = normal(random);

  const embed = async (table: Table, columns: number, begin: number, end: number) => {
    const draw = uniform(EMBEDDING);
    for (let row = begin; row < end; ++row) {
      fillRow(arena, table, row, [0], columns, draw);
      if ((row & 255) === 0) await pace();
    }
  };
  const items = async ({ embedding, features }: TowerParameters["candidate"]): Promise<void> => {
    await embed(embedding, embeddingSize, 0, embedding.rows);
    for (const { table, size, hasOthers } of features) {
      await embed(table, size, hasOthers ? 1 : 0, table.rows);
    }
  };
  const dense = (layers: TowerParameters["query"]["head"]["layers"]): void => {
    for (const { input, inputSize, size } of layers) {
      const draw = uniform(Math.sqrt(6 / (inputSize + size)));
      for (let row = 0; row < inputSize; ++row) fillRow(arena, input, row, [0], size, draw);
    }
  };

  await items(query);
  for (const layer of query.stack.layers) {
    const { size, inputSize, input, cell } = layer;
    const starts = cell.bias.map((_, block) => block * layer.D);
    const columns = starts.length * size;
    const draw = uniform(Math.sqrt(6 / (inputSize + columns)));
    for (let row = 0; row < inputSize; ++row) fillRow(arena, input, row, starts, size, draw);
    const rows = orthonormalRows(size, columns, gaussian);
    let at = 0;
    for (let row = 0; row < size; ++row) {
      fillRow(arena, layer.recurrent, row, starts, size, () => rows[at++]!);
    }
    startBias(arena, layer);
    await pace();
  }
  const { time } = query;
  if (time) await embed(time.table, time.size, 0, time.table.rows - 1);
  dense(query.head.layers);
  await items(candidate);
  dense(candidate.head.layers);
}

function fillRow(
  arena: Arena,
  table: Table,
  row: number,
  blocks: readonly number[],
  columns: number,
  draw: () => number,
): void {
  const memory = arena.floats({ ...table, shape: [] });
  for (const block of blocks) {
    const start = row * table.stride + block;
    for (let i = 0; i < columns; ++i) memory[start + i] = draw();
  }
}

/**
 * Rows of length 1 that are orthogonal to each other, uniformly distributed: normal numbers, each row
 * less its part along those before (Gram & Schmidt, twice: once loses digits where rows are many).
 */
export function orthonormalRows(rows: number, columns: number, draw: () => number): Float64Array {
  const out = Float64Array.from({ length: rows * columns }, draw);
  for (let row = 0; row < rows; ++row) {
    const current = out.subarray(row * columns, (row + 1) * columns);
    for (let pass = 0; pass < 2; ++pass) {
      for (let other = 0; other < row; ++other) {
        const before = out.subarray(other * columns, (other + 1) * columns);
        const along = dot(current, before);
        for (let i = 0; i < columns; ++i) current[i]! -= along * before[i]!;
      }
    }
    const length = Math.sqrt(dot(current, current));
    for (let i = 0; i < columns; ++i) current[i]! /= length;
  }
  return out;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; ++i) sum += a[i]! * b[i]!;
  return sum;
}
