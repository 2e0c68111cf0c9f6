/** Weights by name in an arena. Files, training and copies read and write a model through this. */

import type { RowsOf } from "../files/fields.js";
import {
  copyWeights,
  type NamedTensor,
  piecesOf,
  readRows,
  type TableView,
  tableViews,
  writeRows,
} from "../network/weights.js";
import type { Arena } from "../wasm/arena.js";

export class StoredWeights implements Disposable {
  readonly arena: Arena;
  readonly tensors: readonly NamedTensor[];

  constructor(arena: Arena, tensors: readonly NamedTensor[]) {
    this.arena = arena;
    this.tensors = tensors;
  }

  /** Number of weights. */
  get count(): number {
    return this.tensors.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  }

  /** Copies rows of a named tensor in. */
  write(tensor: NamedTensor, begin: number, values: Float32Array): void {
    this.forget();
    writeRows(this.#floats(tensor), tensor, begin, values);
  }

  /** Copies rows of a named tensor out. */
  read(tensor: NamedTensor, begin: number, rows: number): Float32Array<ArrayBuffer> {
    return readRows(this.#floats(tensor), tensor, begin, rows);
  }

  /** Writes tensors, all of them unless told, a piece with each step. */
  *fill(rows: RowsOf, tensors: readonly NamedTensor[] = this.tensors): Generator<void, void> {
    for (const tensor of tensors) {
      for (const { begin, rows: n } of piecesOf(tensor)) {
        this.write(tensor, begin, rows(tensor, begin, n));
        yield;
      }
    }
  }

  /** Called before weights change: drops whatever was computed from them. */
  forget(): void {}

  dispose(): void {
    this.arena.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #floats({ table }: NamedTensor): Float32Array {
    return this.arena.floats({ ...table, shape: [] });
  }
}

/**
 * Copies the weights of another plan of the model in, a piece with each step. A function beside the class:
 * only training needs it.
 */
export function* copyInto(
  weights: StoredWeights,
  from: readonly TableView[],
): Generator<void, void> {
  weights.forget();
  yield* copyWeights(from, tableViews(weights));
}
