import { beforeAll, describe, expect, test } from "vitest";
import type { Gradient } from "../reference/model.js";
import { capScale, type Optimizer, ReferenceOptimizer } from "../reference/optimizers.js";
import { Bench, builds, Inputs, relativeError } from "./harness.js";

const optimizers: Optimizer[] = ["adagrad", "sgd", "rmsprop", "adadelta", "adam"];
const settings = [
  { momentum: 0, l2: 0, gradientCap: 0 },
  { momentum: 0.4, l2: 0, gradientCap: 0 },
  { momentum: 0, l2: 0.05, gradientCap: 0 },
  { momentum: 0.3, l2: 0.02, gradientCap: 0.5 },
];

const ROWS = 9;

describe.each(builds)("optimisers, $numerics, shared $shared", (build) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.create(build);
  });

  /** A table of rows w | first | second | velocity | powers, and one step of some of its rows. */
  function table(optimizer: Optimizer, momentum: number, width: number, columns: number) {
    const stride = 4 * width + 4;
    const w = new Inputs(width).uniform(ROWS * width);
    const start = new Float32Array(ROWS * stride);
    for (let i = 0; i < ROWS; ++i) start.set(w.subarray(i * width, (i + 1) * width), i * stride);
    const whole = bench.floats(start);
    const k = bench.kernels;
    const velocity = momentum > 0 ? 3 * width : 0;

    const step = (
      rows: readonly number[],
      g: Float32Array,
      options: { rate: number; momentum: number; l2: number; scale: number },
      [begin, end]: readonly [number, number] = [0, rows.length],
    ): boolean => {
      const gradients = bench.floats(g); // [rows.length, columns]
      const list = bench.words(rows).ptr;
      const heads = bench.words(rows.map((_, i) => gradients.ptr + 4 * i * columns)).ptr;
      const { rate, l2, scale } = options;
      const mu = options.momentum;
      const t = whole.ptr;
      const given = [list, heads, columns, velocity, rate, mu, l2, scale] as const;
      const own = [t, stride, width, ...given] as const;
      const sound = {
        sgd: () => k.sgdRows(t, stride, ...given, begin, end),
        adagrad: () => k.adagradRows(...own, begin, end),
        adam: () => k.adamRows(...own, 0.9, 0.999, 4 * width, begin, end),
        rmsprop: () => k.rmspropRows(...own, 0.9, begin, end),
        adadelta: () => k.adadeltaRows(...own, 0.95, begin, end),
      }[optimizer]();
      return sound !== 0;
    };
    const weights = (): Float32Array => {
      const out = new Float32Array(ROWS * width);
      for (let i = 0; i < ROWS; ++i) {
        out.set(whole.values.subarray(i * stride, i * stride + width), i * width);
      }
      return out;
    };
    return { step, weights, start: w, all: whole.values };
  }

  const cases = optimizers.flatMap((optimizer) => settings.map((s) => ({ optimizer, ...s })));
  // Thirty steps of random rows: relative error 3e-6 (floor 0.1), the rounding of the steps' sum.
  test.each(cases)(
    "$optimizer agrees with its definition, momentum $momentum, l2 $l2, cap $gradientCap",
    ({ optimizer, momentum, l2, gradientCap }) => {
      for (const width of [4, 12, 100]) {
        const rate = optimizer === "adadelta" ? 1 : 0.05;
        const { step, weights, start } = table(optimizer, momentum, width, width);
        const options = { optimizer, learningRate: rate, momentum, l2, gradientCap };
        const reference = new ReferenceOptimizer(options);
        const parameters = { w: Float64Array.from(start) };
        const inputs = new Inputs(17);
        for (let n = 0; n < 30; ++n) {
          const rows = [...new Set(inputs.below(ROWS, 4))].sort((a, b) => a - b);
          const g = inputs.uniform(rows.length * width, n % 3 === 0 ? 0.01 : 1);
          const values = new Float64Array(ROWS * width);
          rows.forEach((row, i) => {
            values.set(g.subarray(i * width, (i + 1) * width), row * width);
          });
          const gradients: Record<string, Gradient> = { w: { values, columns: width, rows } };
          step(rows, g, { rate, momentum, l2, scale: capScale(gradients, gradientCap) });
          reference.update(parameters, gradients);
        }
        expect(relativeError(weights(), parameters.w, 0.1)).toBeLessThan(3e-6);
        expect(bench.intact()).toBe(true);
      }
    },
  );

  test.each(optimizers)(
    "%s touches only the rows of [begin, end) and their columns",
    (optimizer) => {
      const [width, columns] = [12, 8];
      const { step, weights, start, all } = table(optimizer, 0.5, width, columns);
      const before = all.slice();
      const options = { rate: 0.1, momentum: 0.5, l2: 0.1, scale: 1 };
      step([7, 2, 5, 0], new Inputs(1).uniform(4 * columns), options, [1, 3]);
      const after = weights();
      for (let i = 0; i < after.length; ++i) {
        const moved = [2, 5].includes(Math.floor(i / width)) && i % width < columns;
        if (moved) expect(after[i]).not.toBe(start[i]);
        else expect(after[i]).toBe(start[i]);
      }
      const stride = all.length / ROWS;
      for (let i = 0; i < all.length; ++i) {
        if (![2, 5].includes(Math.floor(i / stride))) expect(all[i]).toBe(before[i]);
      }
      expect(bench.intact()).toBe(true);
    },
  );

  describe.each(optimizers)("%s tells whether what it wrote is finite", (optimizer) => {
    const options = { rate: 0.1, momentum: 0.5, l2: 0.1, scale: 1 };
    const small = new Inputs(3).uniform(3 * 8);

    test("it is, of finite numbers, and of rows beside those of [begin, end)", () => {
      const { step } = table(optimizer, 0.5, 8, 8);
      expect(step([1, 4, 6], small, options)).toBe(true);
      const beside = small.map((g, i) => (i < 8 || i >= 16 ? Number.NaN : g));
      expect(step([1, 4, 6], beside, options, [1, 2])).toBe(true);
      expect(bench.intact()).toBe(true);
    });

    test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
      "it is not where a gradient or a weight was %d",
      (odd) => {
        for (let column = 0; column < 8; ++column) {
          const spoilt = table(optimizer, 0.5, 8, 8);
          const g = small.map((value, i) => (i === 8 + column ? odd : value));
          expect(spoilt.step([1, 4, 6], g, options)).toBe(false);
          const { step, all } = table(optimizer, 0.5, 8, 8);
          all[4 * 36 + column] = odd; // row 4 has 4 · 8 + 4 floats before the next
          expect(step([1, 4, 6], small, options)).toBe(false);
          expect(bench.intact()).toBe(true);
        }
      },
    );

    // Adagrad's step is then 0, for one: the weight stays, the state says it.
    test.skipIf(optimizer === "sgd")("it is not where the square of a gradient is infinite", () => {
      for (let column = 0; column < 8; ++column) {
        const { step } = table(optimizer, 0, 8, 8);
        const g = small.map((value, i) => (i === 8 + column ? 1e30 : value));
        expect(step([1, 4, 6], g, { ...options, momentum: 0 })).toBe(false);
        expect(bench.intact()).toBe(true);
      }
    });
  });

  test.each(optimizers)("%s gives the same bits however its rows are cut", (optimizer) => {
    const run = (cuts: readonly number[]): Float32Array => {
      const { step, all } = table(optimizer, 0.5, 8, 8);
      const g = new Inputs(2).uniform(5 * 8);
      const options = { rate: 0.1, momentum: 0.5, l2: 0.1, scale: 0.5 };
      for (let i = 0; i + 1 < cuts.length; ++i) {
        step([8, 1, 3, 0, 4], g, options, [cuts[i]!, cuts[i + 1]!]);
      }
      const result = all.slice();
      bench.intact();
      return result;
    };
    expect(run([0, 1, 3, 3, 5])).toEqual(run([0, 5]));
  });

  test("Adam's corrections stay true over a thousand steps of a row", () => {
    const { step, weights, start } = table("adam", 0, 4, 4);
    const reference = new ReferenceOptimizer({
      optimizer: "adam",
      learningRate: 0.001,
      momentum: 0,
      l2: 0,
      gradientCap: 0,
    });
    const parameters = { w: Float64Array.from(start) };
    const inputs = new Inputs(3);
    const g = inputs.uniform(4);
    const values = new Float64Array(ROWS * 4);
    values.set(g, 8);
    for (let n = 0; n < 1000; ++n) {
      step([2], g, { rate: 0.001, momentum: 0, l2: 0, scale: 1 });
      reference.update(parameters, { w: { values, columns: 4, rows: [2] } });
    }
    // A row has moved by 1; the f32 sum of 1000 steps alone may be off by 3e-5.
    expect(relativeError(weights(), parameters.w, 0.1)).toBeLessThan(5e-4);
  });

  test("a gradient of 0 moves nothing but by momentum and L2", () => {
    for (const optimizer of optimizers) {
      const { step, weights, start } = table(optimizer, 0, 4, 4);
      step([1], new Float32Array(4), { rate: 0.1, momentum: 0, l2: 0, scale: 1 });
      expect(weights()).toEqual(start);
    }
  });

  test("squareRows sums in f64", () => {
    const inputs = new Inputs(4);
    const g = inputs.uniform(3 * 100, 1e4);
    const at = bench.floats(g).ptr;
    const heads = bench.words([0, 1, 2].map((i) => at + 400 * i)).ptr;
    const norms = bench.doubles(3);
    bench.kernels.squareRows(norms.ptr, heads, 100, 1, 3);
    for (let i = 0; i < 3; ++i) {
      const sum = g.subarray(100 * i, 100 * i + 100).reduce((s, x) => s + x * x, 0);
      expect(norms.values[i]).toBeCloseTo(i < 1 ? 0 : sum, 4);
    }
    expect(bench.intact()).toBe(true);
  });
});
