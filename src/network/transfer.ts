/**
 * Copies data into and out of a job, in pieces of a few milliseconds. The job's side of tensors is
 * `JobTensors`.
 */

import { pace } from "../pause.js";
import type { Job } from "../threads/job.js";
import type { Arena } from "../wasm/arena.js";
import { NOT_FINITE } from "./job-tensors.js";
import { copyWeights, type NamedTensor, piecesOf, tableViews, viewsOf } from "./weights.js";

/** Elements of a column that travel at a time. */
const COLUMN_PIECE = 2 ** 20;

/** Called before each piece. When it throws, the transfer ends with that error. */
export type Check = () => void;

const unchecked: Check = () => {};

/** Weights that can be read. */
export interface ReadableWeights {
  readonly arena: Arena;
  readonly tensors: readonly NamedTensor[];
  /** Copies rows of a tensor out: f32[rows, columns]. */
  read(tensor: NamedTensor, begin: number, rows: number): Float32Array<ArrayBuffer>;
}

/** A column of numbers that a job reads: clicks, targets, weights of examples, tables of negatives. */
export type Column = Int32Array | Uint32Array | Float32Array;

/** A piece of a column: elements from `at` on. */
export interface ColumnPiece {
  readonly name: string;
  readonly at: number;
  readonly values: Column;
}

/** Fills columns of the job by its method `loadColumn`, which takes a `ColumnPiece`. */
export async function loadColumns(
  job: Job,
  columns: Readonly<Record<string, Column>>,
  check: Check = unchecked,
): Promise<void> {
  for (const [name, all] of Object.entries(columns)) {
    for (let at = 0; at < all.length; at += COLUMN_PIECE) {
      check();
      const values = all.slice(at, at + COLUMN_PIECE);
      await job.call("loadColumn", { name, at, values }, [values.buffer]);
    }
  }
}

/**
 * Fills the job's tables with a model's weights: directly, if this thread can see its memory.
 *
 * @param tables of the job, as its plan on this thread has them, in the order of the weights' tables
 */
export async function loadWeights(
  job: Job,
  tables: readonly NamedTensor[],
  weights: ReadableWeights,
  check: Check = unchecked,
): Promise<void> {
  const { arena } = job;
  if (!arena) {
    return loadTensors(job, weights.tensors, (...rows) => weights.read(...rows), check);
  }
  for (const _ of copyWeights(tableViews(weights), viewsOf(arena, tables))) {
    check();
    await pace();
  }
}

/** Fills tensors of the job. `read` gives rows as f32[rows, columns]; their buffer is transferred. */
export async function loadTensors(
  job: Job,
  tensors: readonly NamedTensor[],
  read: ReadableWeights["read"],
  check: Check = unchecked,
): Promise<void> {
  for (const tensor of tensors) {
    for (const { name, begin, rows } of piecesOf(tensor)) {
      check();
      const values = read(tensor, begin, rows);
      await job.call("loadWeights", { name, begin, values }, [values.buffer]);
    }
  }
}

/**
 * Looks at tensors in the job, piece by piece.
 *
 * @returns the first one that holds a number that is not finite
 */
export async function findBroken(
  job: Job,
  tensors: readonly NamedTensor[],
  check: Check = unchecked,
): Promise<NamedTensor | undefined> {
  const isAnswer = (value: unknown): value is boolean => typeof value === "boolean";
  for (const tensor of tensors) {
    for (const range of piecesOf(tensor)) {
      check();
      if (!(await job.call("areFinite", range, [], isAnswer))) return tensor;
    }
  }
  return undefined;
}

/**
 * Takes tensors out of the job, piece by piece.
 *
 * @returns the first tensor that holds a number that is not finite, where the transfer ended
 */
export async function storeTensors(
  job: Job,
  tensors: readonly NamedTensor[],
  write: (tensor: NamedTensor, begin: number, values: Float32Array) => void,
  check: Check = unchecked,
): Promise<NamedTensor | undefined> {
  for (const tensor of tensors) {
    for (const range of piecesOf(tensor)) {
      check();
      const length = range.rows * tensor.columns;
      const isPiece = (value: unknown): value is Float32Array | typeof NOT_FINITE =>
        value === NOT_FINITE || (value instanceof Float32Array && value.length === length);
      const values = await job.call("storeWeights", range, [], isPiece);
      if (values === NOT_FINITE) return tensor;
      write(tensor, range.begin, values);
      await pace();
    }
  }
  return undefined;
}
