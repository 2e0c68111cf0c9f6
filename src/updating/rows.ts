/** Copies the weights of a model, and what its optimiser keeps with them, into one over a grown catalogue. */

import { NO_ITEM } from "../data/items.js";
import type { FileTensor } from "../files/layout.js";
import type { StoredWeights } from "../models/stored-weights.js";
import { type NamedTensor, piecesOf, rawTables } from "../network/weights.js";
import { besideOf, stateIn } from "../training/kept-optimizer.js";
import { meanOf, meanOfRows, type Starts } from "./starts.js";

/** Whether a tensor has a row for each item, and perhaps one more for a pad. */
export type IsOfItems = (tensor: Pick<NamedTensor, "name">) => boolean;

/** The row of the model before for each row of a tensor after; `NO_ITEM` for new items. */
function rowsBefore(rows: Int32Array, before: number, after: number): Int32Array {
  const pads = after - rows.length;
  return Int32Array.from({ length: after }, (_, row) =>
    row < rows.length ? rows[row]! : before - pads + row - rows.length,
  );
}

/** @param rows i32[items]: where each item stood before, see growth.ts */
export function* copyGrown(
  before: StoredWeights,
  after: StoredWeights,
  {
    rows,
    starts,
    isOfItems,
  }: {
    readonly rows: Int32Array;
    readonly starts: Starts | undefined;
    readonly isOfItems: IsOfItems;
  },
): Generator<void, void> {
  for (const [t, tensor] of after.tensors.entries()) {
    const source = before.tensors[t]!;
    if (!isOfItems(tensor)) {
      for (const { begin, rows: n } of piecesOf(tensor)) {
        after.write(tensor, begin, before.read(source, begin, n));
        yield;
      }
      continue;
    }
    const mean = starts && (yield* meanOf(before, source, starts));
    const places = rowsBefore(rows, source.rows, tensor.rows);
    for (const { begin, rows: n } of piecesOf(tensor)) {
      const values = after.read(tensor, begin, n);
      for (let row = 0; row < n; ++row) {
        const place = places[begin + row]!;
        const near = starts?.beside?.get(begin + row);
        let start: ArrayLike<number> | undefined = mean;
        if (place !== NO_ITEM) start = before.read(source, place, 1);
        else if (near) start = yield* meanOfRows(before, source, near);
        if (start) values.set(start, row * tensor.columns);
      }
      after.write(tensor, begin, values);
      yield;
    }
  }
}

/** The optimiser state of a grown catalogue; that of new items is what a new optimiser begins with. */
export function grownState(
  beside: readonly FileTensor[],
  before: StoredWeights,
  after: StoredWeights,
  rows: Int32Array,
  isOfItems: IsOfItems,
): readonly FileTensor[] {
  const state = stateIn(beside);
  if (!state) return [];
  const { about, tables } = state;
  const grown = new Map(tables);
  const sources = rawTables(before.tensors);
  for (const [t, tensor] of rawTables(after.tensors).entries()) {
    const name = tensor.name.slice("table/".length);
    const values = tables.get(name);
    if (!values || !isOfItems({ name })) continue;
    const source = sources[t]!;
    const floats = values.length / source.rows;
    const made = new Float32Array(tensor.rows * floats);
    for (const [row, place] of rowsBefore(rows, source.rows, tensor.rows).entries()) {
      const at = row * floats;
      if (place !== NO_ITEM) made.set(values.subarray(place * floats, (place + 1) * floats), at);
      else made.fill(about.initial, at, at + Math.min(floats, tensor.table.width));
    }
    grown.set(name, made);
  }
  return besideOf({ about, tables: grown });
}
