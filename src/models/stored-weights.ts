/** Weights by name in an arena. Files, training and copies read and write a model through this. */

import type { RowsOf } from "../files/fields.js";
import {
  copyWeights,
  type NamedTensor,
  piecesOf,
  rawTables,
  readRows,
  type TableView,
  viewsOf,
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

  /** Views of its tables. */
  get views(): readonly TableView[] {
    return viewsOf(this.arena, rawTables(this.tensors));
  }

  /** Copies the weights of another plan of this model in, a piece with each step. */
  *copy(from: readonly TableView[]): Generator<void, void> {
    this.forget();
    yield* copyWeights(from, this.views);
  }

  /** Called before weights change: drops whatever was computed from them. */
  protected forget(): void {}

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
