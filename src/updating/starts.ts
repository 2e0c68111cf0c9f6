/** What the rows of new items start from. */

import type { Examples } from "../data/examples.js";
import { NO_ITEM } from "../data/items.js";
import { Sessions } from "../data/sessions.js";
import type { StoredWeights } from "../models/stored-weights.js";
import { type NamedTensor, piecesOf } from "../network/weights.js";
import { clicksOf, type Growth } from "./growth.js";

/** Clicks that are looked at in about a millisecond. */
const CLICKS_PIECE = 2 ** 15;
/** Rows of weights that are added in about a millisecond. */
const ROWS_PIECE = 2 ** 11;

/** The ways to start new items. */
export const STARTS = ["neighbours", "popular", "mean", "random"] as const;
/** What rows of new items start from. */
export type Start = (typeof STARTS)[number];

/** Rows of the model that new items are the mean of, as often as they are listed; none: of all rows. */
export interface Starts {
  /** How much each row of the model counts in the mean of all, f64[rows]. */
  readonly weights: Float64Array;
  /** For each row of the new model the known items seen beside it; undefined where that does not count. */
  readonly beside: ReadonlyMap<number, readonly number[]> | undefined;
}

/** @returns undefined for "random": rows stay as a new model draws them */
export function* startsOf(
  start: Start,
  known: number,
  data: Sessions | Examples,
  growth: Growth,
): Generator<void, Starts | undefined> {
  if (start === "random") return undefined;
  const weights = new Float64Array(known).fill(1);
  if (start === "popular") {
    const { rows, clicked } = growth;
    const counts = new Float64Array(known);
    for (const [i, item] of clicksOf(data).entries()) {
      if (i % CLICKS_PIECE === 0) yield;
      const row = rows[clicked[item]!] ?? NO_ITEM;
      if (row >= 0) counts[row]!++;
    }
    if (counts.some((count) => count > 0)) weights.set(counts);
  }
  return { weights, beside: start === "neighbours" ? yield* neighbours(data, growth) : undefined };
}

function* neighbours(
  data: Sessions | Examples,
  { rows, clicked }: Growth,
): Generator<void, Map<number, number[]>> {
  const beside = new Map<number, number[]>();
  const note = (item: number, other: number): void => {
    const place = clicked[item]!;
    const row = rows[clicked[other]!] ?? NO_ITEM;
    if (rows[place] !== NO_ITEM || row < 0) return;
    const list = beside.get(place);
    if (list) list.push(row);
    else beside.set(place, [row]);
  };
  let n = 0;
  for (const [one, next] of pairsOf(data)) {
    if (n++ % CLICKS_PIECE === 0) yield;
    note(one, next);
    note(next, one);
  }
  return beside;
}

/** Each click and the one after it. */
function* pairsOf(data: Sessions | Examples): Generator<readonly [number, number]> {
  if (data instanceof Sessions) {
    const { itemIndices, offsets } = data;
    for (let s = 0; s < data.length; ++s) {
      for (let i = offsets[s]! + 1; i < offsets[s + 1]!; ++i) {
        yield [itemIndices[i - 1]!, itemIndices[i]!];
      }
    }
    return;
  }
  const { contexts, targets, windowLength: T } = data;
  for (const [n, target] of targets.entries()) {
    let last = n * T;
    while (last + 1 < (n + 1) * T && contexts[last + 1] !== NO_ITEM) last++;
    yield [contexts[last]!, target];
  }
}

/** The mean of all rows of a tensor of items, f64[columns]. */
export function* meanOf(
  weights: StoredWeights,
  tensor: NamedTensor,
  { weights: counts }: Starts,
): Generator<void, Float64Array> {
  const { columns } = tensor;
  const mean = new Float64Array(columns);
  let total = 0;
  for (const { begin, rows } of piecesOf(tensor)) {
    const values = weights.read(tensor, begin, rows);
    for (let row = 0; row < rows; ++row) {
      const count = counts[begin + row] ?? 0; // a pad is no item
      if (count === 0) continue;
      total += count;
      for (let i = 0; i < columns; ++i) mean[i]! += count * values[row * columns + i]!;
    }
    yield;
  }
  return mean.map((sum) => sum / total);
}

/** The mean of some rows of a tensor, f64[columns]. A popular new item has very many. */
export function* meanOfRows(
  weights: StoredWeights,
  tensor: NamedTensor,
  rows: readonly number[],
): Generator<void, Float64Array> {
  const mean = new Float64Array(tensor.columns);
  for (const [n, row] of rows.entries()) {
    if (n % ROWS_PIECE === ROWS_PIECE - 1) yield;
    for (const [i, value] of weights.read(tensor, row, 1).entries()) mean[i]! += value;
  }
  return mean.map((sum) => sum / rows.length);
}
