/** The sessions that session-based nearest neighbours look through, in the order of their last click. */

import type { Items } from "../data/items.js";
import type { Sessions } from "../data/sessions.js";
import { ascendingOrder } from "../data/time-order.js";
import { type Columns, PIECE } from "./kind.js";

const DAY = 86_400;

/**
 * Columns. Sessions stand by the time of their last click, equal times by id. Each has its distinct items once, by
 * the place of their last click in it.
 *
 *     begins i32[sessions + 1]   rows i32[distinct]   places i32[distinct]   ages f32[sessions]
 *
 * `places` count the clicks of the session from 0, `ages` the days from its last click to the last click of all; 0
 * where the log has no times.
 */
export function* pastSessions(sessions: Sessions): Generator<number, Columns> {
  const { itemIndices, offsets, times, length, items, report } = sessions;
  const ends = new Float64Array(length);
  for (let session = 0; session < length; ++session) {
    ends[session] = times[offsets[session + 1]! - 1]!;
    if (session % PIECE === 0) yield 0;
  }
  const lasts = ends.slice();
  let order = new Int32Array(0);
  for (const steps = ascendingOrder(ends); ; yield 0) {
    const { done, value } = steps.next();
    if (done) order = value as Int32Array<ArrayBuffer>;
    if (done) break;
  }
  const newest = lasts[order[length - 1]!]!;
  const isTimed = report?.timeUnit !== "none";
  const begins = new Int32Array(length + 1);
  const ages = new Float32Array(length);
  const rows = new Int32Array(itemIndices.length);
  const places = new Int32Array(itemIndices.length);
  /** For each item: 1 + the last session that it was seen in. */
  const seen = new Int32Array(items.size);
  let end = 0;
  for (let n = 0; n < length; ++n) {
    const session = order[n]!;
    const [first, last] = [offsets[session]!, offsets[session + 1]!];
    // From the last click to the first, so that the last of an item is the one that counts.
    for (let event = last - 1; event >= first; --event) {
      const row = itemIndices[event]!;
      if (seen[row] === session + 1) continue;
      seen[row] = session + 1;
      rows[end] = row;
      places[end++] = event - first;
    }
    rows.subarray(begins[n], end).reverse();
    places.subarray(begins[n], end).reverse();
    begins[n + 1] = end;
    ages[n] = isTimed ? (newest - lasts[session]!) / DAY : 0;
    if (n % PIECE === 0) yield n / length;
  }
  return { begins, rows: rows.slice(0, end), places: places.slice(0, end), ages };
}

/** The same columns, and where each item is. */
export interface Past {
  readonly begins: Int32Array;
  readonly rows: Int32Array;
  readonly places: Int32Array;
  readonly ages: Float32Array;
  /** Sessions of item i are starts[i] … starts[i + 1] − 1 of `holders`, the newest last. */
  readonly starts: Int32Array;
  readonly holders: Int32Array;
  /** How many sessions have an item. */
  holding(item: number): number;
}

export function* indexed({ size }: Items, columns: Columns): Generator<number, Past> {
  const { begins, rows, places, ages } = columns as unknown as Past;
  const starts = new Int32Array(size + 1);
  for (let i = 0; i < rows.length; ++i) {
    starts[rows[i]! + 1]!++;
    if (i % PIECE === 0) yield 0;
  }
  for (let item = 0; item < size; ++item) starts[item + 1]! += starts[item]!;
  const next = starts.slice();
  const holders = new Int32Array(rows.length);
  for (let session = 0; session + 1 < begins.length; ++session) {
    for (let i = begins[session]!; i < begins[session + 1]!; ++i) {
      holders[next[rows[i]!]!++] = session;
    }
    if (session % PIECE === 0) yield 0.5;
  }
  const holding = (item: number): number => starts[item + 1]! - starts[item]!;
  return { begins, rows, places, ages, starts, holders, holding };
}
