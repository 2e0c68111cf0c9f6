/** The map of the page of examples/web: where items without a place of their own lie. */

import { expect, test } from "vitest";
import { Groups, makeUnit } from "../../examples/web/src/map/groups.js";
import { amongLikes } from "../../examples/web/src/map/others.js";
import { mostOf } from "../../examples/web/src/state/most.js";

const COLUMNS = 16;
const KINDS = 40;

/** Numbers from −0.5 to 0.5, the same each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

/** Vectors of so many kinds; item i is of kind i mod KINDS. */
function vectors(items: number): Float32Array {
  const next = numbers(3);
  const middles = Float32Array.from({ length: KINDS * COLUMNS }, next);
  return Float32Array.from(
    { length: items * COLUMNS },
    (_, at) =>
      middles[(Math.floor(at / COLUMNS) % KINDS) * COLUMNS + (at % COLUMNS)]! + 0.2 * next(),
  );
}

test("an item lies among the placed ones of its kind", () => {
  const values = vectors(4000);
  const placed = Int32Array.from({ length: 800 }, (_, i) => i);
  const places = Float32Array.from({ length: 1600 }, (_, at) =>
    at % 2 ? 0 : 10 * ((at / 2) % KINDS),
  );
  const all = amongLikes(values, COLUMNS, placed, places);
  const far = Array.from({ length: 4000 }, (_, item) => item).filter(
    (item) => Math.abs(all[2 * item]! - 10 * (item % KINDS)) > 5,
  );
  expect(far).toEqual([]);
});

test("few of the nearest are missed by looking through a few groups only", () => {
  const values = vectors(2400);
  for (let row = 0; row < 2400; ++row) {
    makeUnit(values.subarray(row * COLUMNS, (row + 1) * COLUMNS));
  }
  const known = values.subarray(0, 2000 * COLUMNS);
  const groups = new Groups(known, COLUMNS);
  let same = 0;
  for (let row = 2000; row < 2400; ++row) {
    const vector = values.subarray(row * COLUMNS, (row + 1) * COLUMNS);
    const closeness = Float32Array.from({ length: 2000 }, (_, other) =>
      vector.reduce((sum, value, c) => sum + value * known[other * COLUMNS + c]!, 0),
    );
    const expected = new Set(mostOf(closeness, 5));
    same += groups.nearest(vector, 5).rows.filter((one) => expected.has(one)).length;
  }
  expect(same / (5 * 400)).toBeGreaterThan(0.95);
});

test("the largest values come first; of equal ones the first rows", () => {
  expect(mostOf(Float32Array.of(1, 3, 2, 3, 0), 3)).toEqual([1, 3, 2]);
  expect(mostOf(Int32Array.of(5, 5, 5, 5), 2)).toEqual([0, 1]);
  expect(mostOf(Int32Array.of(4), 24)).toEqual([0]);
});
