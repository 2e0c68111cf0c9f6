import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { atOnce } from "../../src/pause.js";
import { Stream } from "../../src/random.js";
import { type AliasTable, aliasTable } from "../../src/training/negatives.js";
import { Bench } from "../assembly/harness.js";

/** The probability with which each item is drawn: a column each, its own item or the alias. */
function probabilities({ coin, alias }: AliasTable): number[] {
  const n = coin.length;
  const sums = new Array<number>(n).fill(0);
  for (let column = 0; column < n; ++column) {
    const own = coin[column]! / 2 ** 32;
    sums[column]! += own / n;
    sums[alias[column]!]! += (1 - own) / n;
  }
  return sums;
}

function wanted(support: readonly number[], alpha: number): number[] {
  const weights = support.map((count) => (alpha === 0 ? 1 : count ** alpha));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function farthest(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
}

const supports = fc
  .array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 60 })
  .filter((support) => support.some((count) => count > 0));

describe("aliasTable", () => {
  test("holds support to the power of alpha, to the last bit of its coins", () => {
    const alphas = fc.constantFrom(0, 0.2, 0.5, 0.75, 1);
    fc.assert(
      fc.property(supports, alphas, (support, alpha) => {
        const table = atOnce(aliasTable(Int32Array.from(support), alpha));
        expect(farthest(probabilities(table), wanted(support, alpha))).toBeLessThan(1e-9);
      }),
      { seed: 21, numRuns: 300 },
    );
  });

  test("never draws an item without support when alpha is above 0", () => {
    fc.assert(
      fc.property(supports, fc.constantFrom(0.01, 0.5, 1), (support, alpha) => {
        const drawn = probabilities(atOnce(aliasTable(Int32Array.from(support), alpha)));
        for (const [item, count] of support.entries()) {
          if (count === 0) expect(drawn[item]).toBe(0);
        }
      }),
      { seed: 22, numRuns: 300 },
    );
  });

  test("draws every item alike when alpha is 0, also those without support", () => {
    const drawn = probabilities(atOnce(aliasTable(Int32Array.of(7, 0, 100, 1), 0)));
    expect(farthest(drawn, [0.25, 0.25, 0.25, 0.25])).toBeLessThan(1e-9);
  });

  test("draws every item alike when nothing has support", () => {
    const drawn = probabilities(atOnce(aliasTable(new Int32Array(3), 0.5)));
    expect(farthest(drawn, [1 / 3, 1 / 3, 1 / 3])).toBeLessThan(1e-9);
  });

  test("keeps to its distribution in a catalogue as steep as real ones", () => {
    const support = Array.from({ length: 20_000 }, (_, item) => Math.ceil(1e6 / (item + 1)));
    const drawn = probabilities(atOnce(aliasTable(Int32Array.from(support), 0.75)));
    const relative = wanted(support, 0.75).map((p, item) => Math.abs(drawn[item]! / p - 1));
    expect(Math.max(...relative)).toBeLessThan(1e-8);
  });
});

describe("drawn negatives", () => {
  const DRAWS = 10_000_000;
  const CALL = 1_000_000;

  test.each([0, 0.5, 0.75, 1])(
    "follow support^%d: χ² of 10 million draws, p > 0.001",
    async (alpha) => {
      // As steep as real catalogues, and two items that nobody clicked.
      const support = Array.from({ length: 300 }, (_, item) =>
        Math.floor(20_000 / (item + 1) ** 1.2),
      );
      support[17] = 0;
      support[299] = 0;
      const expected = wanted(support, alpha);
      const { coin, alias } = atOnce(aliasTable(Int32Array.from(support), alpha));
      const bench = await Bench.create({ numerics: "portable", shared: false });
      const tables = [bench.words(coin).ptr, bench.words(alias).ptr, support.length] as const;
      const key = bench.words([42, 0, 1, 0]);
      const out = bench.words(new Int32Array(CALL));
      const words = bench.words(new Int32Array(16)).ptr;
      const counts = new Float64Array(support.length);
      for (let step = 0; step < DRAWS / CALL; ++step) {
        key.values[3] = step;
        bench.kernels.drawNegatives(out.ptr, ...tables, key.ptr, Stream.negatives, words, 0, CALL);
        for (const item of out.values) counts[item]!++;
      }

      const drawable = expected.filter((p) => p > 0).length;
      const chiSquare = expected.reduce((sum, p, item) => {
        if (p > 0) return sum + (counts[item]! - p * DRAWS) ** 2 / (p * DRAWS);
        expect(counts[item]).toBe(0);
        return sum;
      }, 0);
      // The quantile by Wilson & Hilferty 1931: 3.0902 deviations of a normal variable are p = 0.001.
      const [df, z] = [drawable - 1, 3.0902];
      const most = (sign: number): number =>
        df * (1 - 2 / (9 * df) + sign * z * Math.sqrt(2 / (9 * df))) ** 3;
      expect(chiSquare).toBeLessThan(most(1));
      expect(chiSquare, "too even to be chance").toBeGreaterThan(most(-1));
    },
  );
});
