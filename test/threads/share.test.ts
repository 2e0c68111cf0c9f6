import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { share } from "../../src/threads/program.js";

const splits = fc.record({
  n: fc.integer({ min: 0, max: 3000 }),
  unit: fc.constantFrom(1, 4, 8, 512),
  threads: fc.integer({ min: 1, max: 64 }),
});

function rangesOf({ n, unit, threads }: { n: number; unit: number; threads: number }) {
  return Array.from({ length: threads }, (_, rank) => share(n, unit, rank, threads));
}

describe("share", () => {
  test("covers everything, each thing once, in the order of ranks", () => {
    fc.assert(
      fc.property(splits, (split) => {
        let next = 0;
        for (const [begin, end] of rangesOf(split)) {
          expect(begin).toBe(next);
          expect(end).toBeGreaterThanOrEqual(begin);
          next = end;
        }
        expect(next).toBe(split.n);
      }),
      { seed: 41 },
    );
  });

  test("cuts at multiples of the unit only", () => {
    fc.assert(
      fc.property(splits, (split) => {
        for (const [begin] of rangesOf(split)) {
          expect(begin % split.unit === 0 || begin === split.n).toBe(true);
        }
      }),
      { seed: 42 },
    );
  });

  test("gives nobody more than one unit more than another", () => {
    fc.assert(
      fc.property(splits, (split) => {
        const units = rangesOf(split).map(([begin, end]) => Math.ceil((end - begin) / split.unit));
        expect(Math.max(...units) - Math.min(...units)).toBeLessThanOrEqual(1);
      }),
      { seed: 43 },
    );
  });

  test("splits 10 in units of 4 between 2 threads as 0–4 and 4–10", () => {
    expect([share(10, 4, 0, 2), share(10, 4, 1, 2)]).toEqual([
      [0, 4],
      [4, 10],
    ]);
  });
});
