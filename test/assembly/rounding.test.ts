/** Rows of 16 bits by their definition, and the bound within which scores of them are not believed. */

import { beforeAll, describe, expect, test } from "vitest";
import { Bench, builds, Inputs } from "./harness.js";

/** Longest rounded row and largest rounded weight, see assembly/rounding.ts. */
const RADIUS = 46_000;
const LARGEST = 32_767;

/** Rows of four that a random row seldom is, and the unit of each. */
const oddRows: readonly (readonly [name: string, row: readonly number[], unit: number])[] = [
  ["one weight, first column", [8, 0, 0, 0], 8 / LARGEST],
  ["one weight, second column", [0, -8, 0, 0], 8 / LARGEST],
  ["one weight, third column", [0, 0, 8, 0], 8 / LARGEST],
  ["one weight, fourth column", [0, 0, 0, -8], 8 / LARGEST],
  ["all alike", [3, 3, 3, 3], 6 / RADIUS],
  ["nothing", [0, 0, 0, 0], 0],
  ["just large enough for a unit", [1.005e-18 * LARGEST, 0, 0, 0], 1.005e-18],
  ["too small for one", [0.995e-18 * LARGEST, 0, 0, 0], Number.NaN],
  ["so small that its squares vanish", [1e-30, 0, 0, 0], Number.NaN],
  ["as large as its square can be", [5.5e14 * LARGEST, 0, 0, 0], 5.5e14],
  ["too large for a square", [5.7e14 * LARGEST, 0, 0, 0], Number.NaN],
  ["not finite", [1, Number.POSITIVE_INFINITY, 0, 0], Number.NaN],
  ["not a number", [1, 0, Number.NaN, 0], Number.NaN],
];

describe.each(builds.filter(({ shared }) => !shared))("rounded rows, $numerics", (build) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.create(build);
  });

  function rounded(table: readonly (readonly number[])[], width: number) {
    const [rows, K] = [table.length, table[0]!.length];
    // Column K is the bias: far larger than the weights, so that it may not count as one.
    const from = bench.floats(table.flatMap((row, n) => [...row, 1e6 * (n + 1), 0, 0, 0]));
    const panels = Math.ceil(rows / width);
    const out = bench.scratch((panels * width * K) / 2);
    const [units, biases] = [bench.scratch(rows), bench.scratch(rows)];
    const { ptr } = from;
    const k = bench.kernels;
    const delta = k.roundRows(out.ptr, width, units.ptr, biases.ptr, ptr, K + 4, K, 0, rows);
    const words = new Int16Array(out.values.buffer, out.ptr, 2 * out.values.length);
    const q = (n: number, column: number): number =>
      words[
        (((n - (n % width)) * K) / 2 + (column >> 1) * width + (n % width)) * 2 + (column & 1)
      ]!;
    return { q, units: units.values, biases: biases.values, delta };
  }

  test.each([
    [1, 4, 4],
    [9, 8, 4],
    [11, 52, 8],
    [6, 260, 8],
  ])("%i rows of %i weights, %i side by side, are the nearest whole units", (rows, K, width) => {
    const inputs = new Inputs(rows + K);
    const table = Array.from({ length: rows }, (_, n) => [...inputs.uniform(K, 10 ** (n - 4))]);
    const { q, units, biases, delta } = rounded(table, width);
    let worst = 0;
    for (const [n, row] of table.entries()) {
      const largest = Math.max(...row.map(Math.abs));
      const unit = Math.max(Math.hypot(...row) / RADIUS, largest / LARGEST);
      expect(units[n]! / unit).toBeCloseTo(1, 6);
      expect(biases[n]).toBe(1e6 * (n + 1));
      const lost = row.map((w, column) => w / units[n]! - q(n, column));
      for (const part of lost) expect(Math.abs(part)).toBeLessThan(0.505);
      worst = Math.max(worst, Math.hypot(...lost));
    }
    // Quotients are rounded to 24 bits: `reachOf` counts on 0.005 each.
    expect(Math.abs(delta - worst)).toBeLessThan(0.005 * Math.sqrt(K));
    expect(bench.intact()).toBe(true);
  });

  test.each(oddRows)("the unit of a row: %s", (_, row, unit) => {
    const { q, units, delta } = rounded([row], 4);
    if (Number.isNaN(unit)) {
      expect(units[0]).toBeNaN();
    } else {
      expect(Math.abs(units[0]! - unit)).toBeLessThanOrEqual(1e-6 * unit);
      for (const [column, w] of row.entries()) {
        const wanted = unit === 0 ? 0 : Math.round(w / units[0]!);
        expect(q(0, column)).toBe(wanted);
      }
      // All but the row of equal weights are whole units.
      expect(delta).toBeLessThan(row[1] === 3 ? 1 : 0.005);
    }
    expect(bench.intact()).toBe(true);
  });

  test("a row without a unit does not count in what rounding lost", () => {
    const { delta } = rounded(
      [
        [1e-30, 0, 0, 0],
        [0, 0, 0, 0],
      ],
      4,
    );
    expect(delta).toBe(0);
    expect(bench.intact()).toBe(true);
  });

  test("biases are left alone where none are asked for", () => {
    const [first, from] = [bench.floats([7, 7]), bench.floats([1, 2, 3, 4, 5, 0, 0, 0])];
    const [out, units] = [bench.scratch(8), bench.scratch(1)];
    const page = new Uint8Array(first.values.buffer, 0, 64).slice();
    bench.kernels.roundRows(out.ptr, 4, units.ptr, 0, from.ptr, 8, 4, 0, 1);
    expect(new Uint8Array(first.values.buffer, 0, 64)).toEqual(page);
    expect(bench.intact()).toBe(true);
  });

  /** The least distance between score and goal that `countSureRanks` believes, of one tile of scores 0. */
  function reach(K: number, delta: number, epsilon: number, unit = 1, bias = 0): number {
    const k = bench.kernels;
    const zeros = (length: number) => bench.floats(new Float32Array(length)).ptr;
    const [items, panels, greater] = [zeros(2 * K), zeros(4 * K), zeros(8)];
    const all = (value: number, n: number) => bench.floats(new Float32Array(n).fill(value));
    const [units, biases, slotUnits] = [all(1, 4).ptr, all(bias, 4).ptr, all(unit, 8).ptr];
    const [goals, doors, unsure] = [all(0, 8), all(Number.POSITIVE_INFINITY, 8).ptr, zeros(2)];
    const isSure = (distance: number): boolean => {
      goals.values.fill(bias - distance);
      const rows = [greater, unsure, items, units, biases, K, panels, slotUnits] as const;
      return k.countSureRanks(...rows, goals.ptr, doors, 8, delta, epsilon, 0, 4) === 0;
    };
    let [low, high] = [0, 1e7];
    while (high - low > 1e-8 * high) {
      const middle = (low + high) / 2;
      if (isSure(middle)) high = middle;
      else low = middle;
    }
    expect(bench.intact()).toBe(true);
    return high;
  }

  // Each case has another part of the sum large.
  test.each([
    [4, 0, 0],
    [16, 0.9, 0],
    [16, 0, 0.9],
    [64, 2.1, 2],
    [512, 6, 6.5],
    [1024, 40, 80], // more than can be lost: the product of both counts
    [8192, 0, 0],
  ])(
    "%i columns, rounding lost %f and %f: believed from the stated bound on",
    (K, delta, epsilon) => {
      const lost = (norm: number): number => 1.001 * norm + 0.01 * Math.sqrt(K);
      const [d, e] = [lost(delta), lost(epsilon)];
      const rounding = 1.01 * (RADIUS * (d + e) + d * e);
      const product = (K + 8) * 5.97e-8 * RADIUS ** 2;
      const stated = rounding + product + 2048;
      expect(Math.abs(reach(K, delta, epsilon) / stated - 1)).toBeLessThan(1e-6);
      expect(Math.abs(reach(K, delta, epsilon, 0.25) / (0.25 * stated) - 1)).toBeLessThan(1e-6);
    },
  );

  test("a bias widens the bound by its own size", () => {
    const [K, unit, bias] = [1024, 2 ** -40, 2 ** 20];
    const stated = (K + 64) * 5.97e-8 * bias;
    // f32 knows the goal to 1/16.
    expect(Math.abs(reach(K, 0, 0, unit, bias) - stated)).toBeLessThan(0.2);
    expect(Math.abs(reach(K, 0, 0, unit, -bias) - stated)).toBeLessThan(0.2);
  });
});
