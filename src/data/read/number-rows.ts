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
  const [session, product, moment] = columns as readonly [Part, Part, Part];
  const sessions = numbersOf(session, rows.count);
  const products = numbersOf(product, rows.count);
  const moments = numbersOf(moment, rows.count);
  if (!areWhole(sessions) || !areWhole(products) || !areFinite(moments)) return false;
  times.kind = "number";
  group.append(numbered(groups, sessions));
  item.append(numbered(items, products));
  for (let row = 0; row < moments.length; ++row) times.note(moments[row]!, rows, row);
  time.append(moments);
  return true;
}

/** Undefined where one is no number. */
function numbersOf({ values, at }: Part, count: number): Float64Array | undefined {
  if (values instanceof Float64Array) return values.subarray(at, at + count);
  const numbers = new Float64Array(count);
  for (let row = 0; row < count; ++row) {
    const value = values[at + row];
    if (typeof value !== "number") return undefined;
    numbers[row] = value;
  }
  return numbers;
}

// Loops: a call of `every` costs a call a value.
function areWhole(numbers: Float64Array | undefined): numbers is Float64Array {
  if (!numbers) return false;
  for (let i = 0; i < numbers.length; ++i) if (!isWhole(numbers[i]!)) return false;
  return true;
}

function areFinite(numbers: Float64Array | undefined): numbers is Float64Array {
  if (!numbers) return false;
  for (let i = 0; i < numbers.length; ++i) if (!Number.isFinite(numbers[i]!)) return false;
  return true;
}

/** The number of each id. */
function numbered(ids: NumberedColumns["groups"], values: Float64Array): Int32Array {
  const numbers = new Int32Array(values.length);
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
    numbers[row] = number;
  }
  return numbers;
}
