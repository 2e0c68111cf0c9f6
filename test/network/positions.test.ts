import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openAt, rowCount, rowsAt, shareOfSlots } from "../../src/network/positions.js";
import { share } from "../../src/threads/program.js";

/** Where rows begin when slots of these lengths stand longest first. */
function startsOf(lengths: readonly number[], T: number): Int32Array {
  const starts = new Int32Array(T + 1);
  for (let t = 0; t < T; ++t) {
    starts[t + 1] = starts[t]! + lengths.filter((length) => length > t).length;
  }
  return starts;
}

describe("rows of a mini-batch", () => {
  test("are found by position and slots", () => {
    const starts = startsOf([4, 3, 2], 5);
    expect([...starts]).toEqual([0, 3, 6, 8, 9, 9]);
    expect(rowCount(starts)).toBe(9);
    expect(rowsAt(starts, 0, 0, 3)).toEqual([0, 3]);
    expect(rowsAt(starts, 2, 1, 3)).toEqual([7, 8]);
    expect(rowsAt(starts, 3, 1, 3)).toEqual([9, 9]); // closed
    expect(rowsAt(starts, 4, 0, 3)).toEqual([9, 9]);
  });

  test("are none where positions end", () => {
    const starts = startsOf([4, 3, 2], 5);
    expect([0, 1, 2, 3, 4, 5, 6].map((t) => openAt(starts, t))).toEqual([3, 3, 2, 1, 0, 0, 0]);
  });

  const lengths = fc
    .array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 70 })
    .map((list) => list.sort((a, b) => b - a));

  test("are shared out whole, in pieces of about the same work", () => {
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 6 }), (list, threads) => {
        const starts = startsOf(list, 10);
        const pieces = Array.from({ length: threads }, (_, rank) =>
          shareOfSlots(starts, rank, threads),
        );
        expect(pieces[0]![0]).toBe(0);
        expect(pieces.at(-1)![1]).toBe(list.length);
        for (const [i, [begin, end]] of pieces.entries()) {
          if (i > 0) expect(begin).toBe(pieces[i - 1]![1]);
          const rows = list.slice(begin, end).reduce((sum, n) => sum + n, 0);
          expect(Math.abs(rows - rowCount(starts) / threads)).toBeLessThanOrEqual(10);
        }
      }),
    );
  });

  test("of one position are shared as things are elsewhere", () => {
    for (let n = 1; n < 40; ++n) {
      for (const threads of [1, 2, 3, 5]) {
        for (let rank = 0; rank < threads; ++rank) {
          expect(shareOfSlots(Int32Array.of(0, n), rank, threads)).toEqual(
            share(n, 1, rank, threads),
          );
        }
      }
    }
  });
});
