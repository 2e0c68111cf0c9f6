import { describe, expect, test } from "vitest";
import { exp, ln, pow } from "../src/portable-math.js";

/** Points from low to high, evenly spaced, with an irrational step so that none is special. */
function points(low: number, high: number, count = 20_011): number[] {
  return Array.from({ length: count }, (_, i) => low + ((high - low) * (i + 1 / Math.PI)) / count);
}

/** The largest relative difference between two functions over some points. */
function worst(of: (x: number) => number, truth: (x: number) => number, at: number[]): number {
  return Math.max(...at.map((x) => Math.abs(of(x) - truth(x)) / Math.abs(truth(x))));
}

describe("portable mathematics", () => {
  test("e^x is right to 1e-14 wherever the result is a normal number", () => {
    expect(worst(exp, Math.exp, points(-708, 709))).toBeLessThan(1e-14);
    expect(worst(exp, Math.exp, points(-1, 1))).toBeLessThan(1e-14);
  });

  test("ln x is right to 1e-14 for tiny, ordinary and huge numbers", () => {
    expect(worst(ln, Math.log, points(0.5, 2))).toBeLessThan(1e-14);
    expect(worst(ln, Math.log, points(1e-9, 100))).toBeLessThan(1e-14);
    expect(worst(ln, Math.log, points(-700, 700).map(Math.exp))).toBeLessThan(1e-14);
  });

  test("x^a is right to 1e-14 for the supports and exponents of sampling", () => {
    for (const a of [0.25, 0.5, 0.75, 1, 2]) {
      expect(
        worst(
          (x) => pow(x, a),
          (x) => x ** a,
          points(1, 1e6, 4001),
        ),
      ).toBeLessThan(1e-14);
    }
  });

  test("the ends are exact", () => {
    expect([exp(0), exp(-800), exp(800)]).toEqual([1, 0, Number.POSITIVE_INFINITY]);
    expect([ln(1), pow(0, 0), pow(0, 0.5), pow(7, 0)]).toEqual([0, 1, 0, 1]);
  });
});
