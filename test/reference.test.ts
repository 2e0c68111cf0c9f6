/** The reference itself: hand-checkable facts, before anything is measured against it. */

import { describe, expect, test } from "vitest";
import { type Activation, activate, derivative } from "./reference/activations.js";
import { lossAndGradient, rowLoss } from "./reference/losses.js";
import { product, productAt, productBt } from "./reference/matrix.js";
import type { Gradient } from "./reference/model.js";
import { capScale, type Optimizer, ReferenceOptimizer } from "./reference/optimizers.js";
import { countRank, topItems } from "./reference/ranking.js";
import { drawItem, samplingCdf } from "./reference/sampling.js";

const activations: Activation[] = [
  { kind: "linear" },
  { kind: "relu" },
  { kind: "tanh" },
  { kind: "leaky", slope: 0.1 },
  { kind: "elu", a: 0.5 },
  { kind: "elu", a: 1 },
  { kind: "selu", lambda: 1.0507, a: 1.6733 },
];

describe("activations", () => {
  test.each(activations)("$kind has the derivative that it says", (f) => {
    for (const x of [-3, -0.7, -1e-3, 1e-3, 0.4, 2]) {
      const slope = (activate(f, x + 1e-6) - activate(f, x - 1e-6)) / 2e-6;
      expect(derivative(f, activate(f, x))).toBeCloseTo(slope, 8);
    }
  });

  test("elu and selu meet their definitions at −1", () => {
    expect(activate({ kind: "elu", a: 0.5 }, -1)).toBeCloseTo(0.5 * (Math.exp(-1) - 1), 14);
    const selu = activate({ kind: "selu", lambda: 2, a: 3 }, -1);
    expect(selu).toBeCloseTo(2 * 3 * (Math.exp(-1) - 1), 14);
  });
});

describe("products", () => {
  const A = Float64Array.of(1, 2, 3, 4, 5, 6); // [2, 3] or [3, 2]
  test("A·B, A·Bᵀ and Aᵀ·B agree with a product by hand", () => {
    expect([...product(A, A, 2, 3, 2)]).toEqual([22, 28, 49, 64]);
    expect([...productBt(A, A, 2, 3, 2)]).toEqual([14, 32, 32, 77]);
    expect([...productAt(A, A, 3, 2, 3)]).toEqual([17, 22, 27, 22, 29, 36, 27, 36, 45]);
  });
});

describe("losses", () => {
  const options = { bprReg: 1, smoothing: 0 };

  test("the shrinking batch keeps the nominal divisor", () => {
    const Y = Float64Array.of(0.5, -1, 2, 0.1, 0.3, -0.7);
    const nominal = lossAndGradient("bpr", Y, 2, 3, 4, options);
    const shrunk = lossAndGradient("bpr", Y, 2, 3, 2, options);
    expect(nominal.loss).toBeCloseTo(shrunk.loss / 2, 14);
    expect(nominal.dY[1]).toBeCloseTo(shrunk.dY[1]! / 2, 14);
  });

  test.each(["cross-entropy", "bpr", "top1", "bpr-max", "top1-max"] as const)(
    "%s stays finite at scores of ±80",
    (loss) => {
      for (const y of [Float64Array.of(80, -80, -80), Float64Array.of(-80, 80, 79)]) {
        const dy = new Float64Array(3);
        expect(Number.isFinite(rowLoss(loss, y, 0, dy, options))).toBe(true);
        expect(dy.every(Number.isFinite)).toBe(true);
      }
    },
  );

  test("the gradient of cross-entropy and of BPR sums to 0 over the columns", () => {
    for (const loss of ["cross-entropy", "bpr"] as const) {
      const dy = new Float64Array(4);
      rowLoss(loss, Float64Array.of(0.3, -2, 1, 0.1), 2, dy, { bprReg: 0, smoothing: 0.1 });
      expect(dy.reduce((sum, g) => sum + g, 0)).toBeCloseTo(0, 14);
    }
  });
});

describe("optimisers", () => {
  const dense = (values: number[]): Record<string, Gradient> => ({
    w: { values: Float64Array.from(values), columns: values.length },
  });
  const options = { learningRate: 0.1, momentum: 0, l2: 0, gradientCap: 0 };

  // First step from zero state at g = 0.5, from the formulas by hand.
  const first: [Optimizer, number][] = [
    ["sgd", -0.1 * 0.5],
    ["adagrad", (-0.1 * 0.5) / Math.sqrt(0.25 + 1e-6)],
    ["rmsprop", (-0.1 * 0.5) / Math.sqrt(0.1 * 0.25 + 1e-6)],
    ["adadelta", -0.5 * Math.sqrt(1e-6 / (0.05 * 0.25 + 1e-6))],
    ["adam", (-0.1 * 0.5) / (0.5 + 1e-6)],
  ];
  test.each(first)("%s takes the first step of its formula", (optimizer, expected) => {
    const w = { w: Float64Array.of(0) };
    new ReferenceOptimizer({ ...options, optimizer }).update(w, dense([0.5]));
    expect(w.w[0]).toBeCloseTo(expected, 14);
  });

  test("momentum adds the old velocity, L2 pulls to zero", () => {
    const w = { w: Float64Array.of(2) };
    const sgd = new ReferenceOptimizer({ ...options, optimizer: "sgd", momentum: 0.5, l2: 0.01 });
    sgd.update(w, dense([1]));
    const v1 = -0.1 * (1 + 0.01 * 2);
    expect(w.w[0]).toBeCloseTo(2 + v1, 14);
    sgd.update(w, dense([1]));
    expect(w.w[0]).toBeCloseTo(2 + v1 + 0.5 * v1 - 0.1 * (1 + 0.01 * (2 + v1)), 14);
  });

  test.each(["adagrad", "sgd", "rmsprop", "adadelta", "adam"] as const)(
    "%s leaves untouched rows and their state alone",
    (optimizer) => {
      const setting = { ...options, optimizer, momentum: 0.5, l2: 0.1 };
      const sparse = (row: number): Record<string, Gradient> => ({
        w: { values: Float64Array.of(1, 2, 1, 2), columns: 2, rows: [row] },
      });
      // Row 1 gets its updates with and without updates of row 0 in between.
      const mixed = { w: Float64Array.of(1, 1, 1, 1) };
      const alone = { w: Float64Array.of(1, 1, 1, 1) };
      const a = new ReferenceOptimizer(setting);
      const b = new ReferenceOptimizer(setting);
      for (const row of [1, 0, 0, 1, 0, 1]) a.update(mixed, sparse(row));
      for (const row of [1, 1, 1]) b.update(alone, sparse(row));
      expect([...mixed.w.subarray(2)]).toEqual([...alone.w.subarray(2)]);
      expect([...alone.w.subarray(0, 2)]).toEqual([1, 1]);
    },
  );

  test("the cap scales to the global norm, and only from there on", () => {
    const gradients = { a: dense([3]).w!, b: dense([0, 4]).w! };
    expect(capScale(gradients, 0)).toBe(1);
    expect(capScale(gradients, 5.01)).toBe(1);
    expect(capScale(gradients, 5)).toBe(1);
    expect(capScale(gradients, 1)).toBeCloseTo(0.2, 14);
  });
});

describe("sampling", () => {
  test("alpha 0 is uniform, alpha 1 follows the support", () => {
    expect([...samplingCdf([5, 1, 2], 0)].map((p) => p.toFixed(4))).toEqual([
      "0.3333",
      "0.6667",
      "1.0000",
    ]);
    expect([...samplingCdf([5, 1, 2], 1)]).toEqual([0.625, 0.75, 1]);
  });

  test("a draw takes the first item with cdf > u", () => {
    const cdf = [0.25, 0.25, 1]; // item 1 cannot be drawn
    expect([0, 0.2499, 0.25, 0.9999].map((u) => drawItem(cdf, u))).toEqual([0, 0, 2, 2]);
  });
});

describe("ranking", () => {
  test("counts the greater and the equal, NaN as greater", () => {
    expect(countRank([1, 3, 2, 2, Number.NaN], 2)).toEqual({ greater: 2, equal: 1 });
  });
  test("top items break ties by index", () => {
    expect(topItems([1, 3, 2, 3, 2], 4)).toEqual([1, 3, 2, 4]);
  });
});
