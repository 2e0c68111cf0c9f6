import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exp, ln, pow } from "../src/portable-math.js";

const BOUND = 1e-14;

function relativeError(value: number, expected: number): number {
  return expected === 0 ? Math.abs(value) : Math.abs(value / expected - 1);
}

describe("exp", () => {
  test("is e^x to 1e-14 wherever that is a normal number", () => {
    const numbers = fc.double({ min: -708, max: 709.78, noNaN: true });
    fc.assert(
      fc.property(numbers, (x) => {
        expect(relativeError(exp(x), Math.exp(x))).toBeLessThan(BOUND);
      }),
      { seed: 31, numRuns: 2000 },
    );
  });

  test("is 1 at 0, and saturates at 0 and infinity", () => {
    expect([exp(0), exp(-1e4), exp(1e4)]).toEqual([1, 0, Number.POSITIVE_INFINITY]);
  });
});

describe("ln", () => {
  test("is the natural logarithm to 1e-14", () => {
    const numbers = fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true });
    fc.assert(
      fc.property(numbers, (x) => {
        expect(relativeError(ln(x), Math.log(x))).toBeLessThan(BOUND);
      }),
      { seed: 32, numRuns: 2000 },
    );
  });

  test("is as exact near 1, where it is near 0", () => {
    const nearOne = fc.double({ min: 0.99, max: 1.01, noNaN: true });
    fc.assert(
      fc.property(nearOne, (x) => {
        expect(relativeError(ln(x), Math.log1p(x - 1))).toBeLessThan(BOUND);
      }),
      { seed: 33, numRuns: 1000 },
    );
  });

  test("ends beyond the numbers that it is for, as Math.log does", () => {
    for (const x of [0, -0, -1, Number.NaN, 1 / 0, -1 / 0]) expect(ln(x)).toBe(Math.log(x));
  });

  test("takes counts apart: ln 1 = 0, ln 2 and ln 2³¹ to the last bit", () => {
    expect([ln(1), ln(2), ln(2 ** 31)]).toEqual([0, Math.LN2, 31 * Math.LN2]);
  });
});

describe("pow", () => {
  test("is count^alpha to 1e-14", () => {
    const [counts, alphas] = [
      fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      fc.double({ min: 0, max: 1 }),
    ];
    fc.assert(
      fc.property(counts, alphas, (count, alpha) => {
        fc.pre(!Number.isNaN(alpha));
        expect(relativeError(pow(count, alpha), count ** alpha)).toBeLessThan(BOUND);
      }),
      { seed: 34, numRuns: 1000 },
    );
  });

  test("knows what nothing is to the power of nothing", () => {
    expect([pow(0, 0), pow(0, 0.5), pow(7, 0), pow(1, 0.3)]).toEqual([1, 0, 1, 1]);
  });
});
