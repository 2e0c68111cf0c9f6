/** Visits as a job plays them: rows of items, longest first. */

import { checkList } from "../checks.js";
import { checkId, type Id } from "../data/events.js";
import type { Answering } from "../models/answering.js";

/** How far `recommendAll` is. */
export interface RecommendAllProgress {
  /** Visits whose lists are there. */
  readonly visits: number;
  /** Visits there are. */
  readonly totalVisits: number;
  /** Lists a second so far. */
  readonly visitsPerSecond: number;
}

export interface VisitRows {
  /** i32[clicks] */
  readonly clicks: Int32Array;
  /** i32[played + 1]: clicks of the visit that is played n-th are offsets[n] … offsets[n + 1] − 1. */
  readonly offsets: Int32Array;
}

export interface PlannedVisits extends VisitRows {
  /** All visits, those without a known click included. */
  readonly length: number;
  /** i32[played]: which visit is played n-th. */
  readonly order: Int32Array;
}

/**
 * The clicks of each visit that count, or the last of them and what pads them, as a model with a
 * `windowLength` reads them.
 */
export function plannedVisits(
  { items, reading }: Answering,
  visits: Iterable<Iterable<Id>>,
): PlannedVisits {
  checkList("visits", visits, "visits, each a list of item ids");
  const { windowLength, pad, unknown = -1 } = reading;
  const rows = Array.from(visits, (visit, v) => {
    checkList(`visits[${v}]`, visit, "item ids");
    const read: number[] = [];
    let click = 0;
    for (const itemId of visit) {
      const at = click++;
      const found = items.indexOf(checkId(itemId, () => `visits[${v}][${at}]`));
      const row = found < 0 ? unknown : found;
      if (row >= 0) read.push(row);
    }
    if (windowLength === 0 || read.length === 0) return read;
    const pads = pad === undefined ? 0 : Math.max(0, windowLength - read.length);
    return [...read.slice(-windowLength), ...new Array<number>(pads).fill(pad!)];
  });
  const played = rows.flatMap((row, v) => (row.length > 0 ? [v] : []));
  const order = Int32Array.from(played.sort((a, b) => rows[b]!.length - rows[a]!.length || a - b));
  const offsets = new Int32Array(order.length + 1);
  for (const [n, v] of order.entries()) offsets[n + 1] = offsets[n]! + rows[v]!.length;
  const clicks = new Int32Array(offsets.at(-1)!);
  for (const [n, v] of order.entries()) clicks.set(rows[v]!, offsets[n]);
  return { length: rows.length, order, offsets, clicks };
}
