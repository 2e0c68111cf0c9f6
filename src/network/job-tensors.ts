/** Copies tensors by name into and out of the arena of a job. Every program that works on weights uses it. */

import type { Task } from "../threads/program.js";
import type { Arena } from "../wasm/arena.js";
import {
  areFinite,
  type NamedTensor,
  type RowRange,
  readRows,
  type WeightPiece,
  writeRows,
} from "./weights.js";

/** The answer of a job in place of values, when one of them is not finite. */
export const NOT_FINITE = "not finite";

export class JobTensors {
  readonly #arena: Arena;
  readonly #tensors: ReadonlyMap<string, NamedTensor>;

  constructor(arena: Arena, tensors: readonly NamedTensor[]) {
    this.#arena = arena;
    this.#tensors = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  }

  /** Methods of a program for the functions of `transfer.ts`. Any thread may run them. */
  get task(): Task {
    return {
      loadWeights: (piece: WeightPiece) => this.load(piece),
      areFinite: (range: RowRange) => this.areFinite(range),
      storeWeights: (range: RowRange) => this.store(range),
    };
  }

  load({ name, begin, values }: WeightPiece): void {
    const tensor = this.#tensors.get(name)!;
    writeRows(this.#table(tensor), tensor, begin, values);
  }

  areFinite({ name, begin, rows }: RowRange): boolean {
    const tensor = this.#tensors.get(name)!;
    return areFinite(this.#table(tensor), tensor, begin, rows);
  }

  /** Copies rows of a tensor out, unless one of their numbers is not finite. */
  store(range: RowRange): Float32Array | typeof NOT_FINITE {
    if (!this.areFinite(range)) return NOT_FINITE;
    const tensor = this.#tensors.get(range.name)!;
    return readRows(this.#table(tensor), tensor, range.begin, range.rows);
  }

  #table({ table }: NamedTensor): Float32Array {
    return this.#arena.floats({ ...table, shape: [] });
  }
}
