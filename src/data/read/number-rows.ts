/**
 * Rows whose session, item and time are numbers, as most are in Parquet: they go column by column, in half the
 * time. No call has a float, since engines would allocate each.
 */

import { isWhole } from "./ids.js";
import type { NumberedColumns, Part, Rows, TimesOfRows } from "./rows.js";

/**
 * Adds all rows, if ids are whole numbers from 0 to 10¹⁵ and times are finite. Returns whether they are.
 *
 * @param columns groups, items and times, at least
 */
export function addNumbers(
  { groups, items, group, item, time }: NumberedColumns,
  columns: readonly Part[],
  rows: Rows,
  times: TimesOfRows,
): boolean {
  if (times.kind === "ISO 8601") return false;
  const [sessions, products, moments] = [isWhole, isWhole, Number.isFinite].map((fits, column) =>
    numbersOf(columns[column]!, rows.count, fits),
  );
  if (!sessions || !products || !moments) return false;
  times.kind = "number";
  append(groups, sessions, group);
  append(items, products, item);
  for (let row = 0; row < moments.length; ++row) {
    times.note(moments[row]!, rows, row);
    time.push(moments[row]!);
  }
  return true;
}

/** Undefined where one is no number that fits. */
function numbersOf(
  { values, at }: Part,
  count: number,
  fits: (number: number) => boolean,
): Float64Array | undefined {
  const numbers = new Float64Array(count);
  for (let row = 0; row < count; ++row) {
    const value = values[at + row];
    if (typeof value !== "number" || !fits(value)) return undefined;
    numbers[row] = value;
  }
  return numbers;
}

/** The number of each id. */
function append(
  ids: NumberedColumns["groups"],
  values: Float64Array,
  numbers: NumberedColumns["group"],
): void {
  let { begin, ids: near } = ids.near;
  let last = -1;
  let number = 0;
  for (let row = 0; row < values.length; ++row) {
    const value = values[row]! + 0; // −0 is 0
    if (value !== last) {
      const place = value - begin;
      number = place >= 0 && place < near.length ? near[place]! - 1 : -1;
      if (number < 0) {
        number = ids.numberOfFar(value);
        ({ begin, ids: near } = ids.near);
      }
      last = value;
    }
    numbers.push(number);
  }
}
