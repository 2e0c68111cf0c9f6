/**
 * Kernels that work element by element, over random shapes and awkward numbers, against f64, in units
 * of the last place (ULP) of the stated size. What lies outside [begin, end) keeps its bits.
 */

import { beforeAll, describe, expect, test } from "vitest";
import { type Activation, activate, derivative, sigmoid } from "../reference/activations.js";
import { type Optimizer, ReferenceOptimizer } from "../reference/optimizers.js";
import { Awkward, ulps } from "./awkward.js";
import { Bench, builds } from "./harness.js";

const CASES = 500;

/** Codes of assembly/activation.ts, and the most ULP of |y| or, where e^x − 1 cancels, of `floor`. */
const kinds: { code: number; a: number; lambda: number; f: Activation; floor: number }[] = [
  { code: 0, a: 0, lambda: 0, f: { kind: "linear" }, floor: 0 },
  { code: 1, a: 0, lambda: 0, f: { kind: "relu" }, floor: 0 },
  { code: 2, a: 0, lambda: 0, f: { kind: "tanh" }, floor: 0 },
  { code: 3, a: 0.25, lambda: 0, f: { kind: "leaky", slope: 0.25 }, floor: 0 },
  { code: 4, a: 0.5, lambda: 0, f: { kind: "elu", a: 0.5 }, floor: 0.5 },
  {
    ...{ code: 5, a: 1.75, lambda: 1.0625, floor: 2 },
    f: { kind: "selu", a: 1.75, lambda: 1.0625 },
  },
];

describe.each(builds.filter(({ shared }) => !shared))("random shapes, $numerics", (build) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.create(build);
  });

  /** Every element within `most` ULP of `want(i)` or of `floor(i)`; undefined: its bits are kept. */
  function expectUlps(
    got: Float32Array,
    before: Float32Array,
    most: number,
    want: (i: number) => number | undefined,
    floor: (i: number) => number,
    where: string,
  ): void {
    for (let i = 0; i < got.length; ++i) {
      const wanted = want(i);
      if (wanted === undefined) {
        if (Object.is(got[i], before[i])) continue;
        throw new Error(`${where}, element ${i}: expected ${before[i]} untouched, got ${got[i]}`);
      }
      const distance = ulps(got[i]!, wanted, floor(i));
      if (distance <= most) continue;
      throw new Error(`${where}, element ${i}: expected ${wanted}, got ${got[i]}: ${distance} ULP`);
    }
  }

  test.each(kinds)(`$f.kind within 5 ULP, its slope within 2, ${CASES} shapes`, (kind) => {
    const { code, a, lambda, f, floor } = kind;
    for (let seed = 0; seed < CASES; ++seed) {
      const random = new Awkward(seed + 40_000);
      const [rows, columns] = [random.size(0, 9), random.fours(0, 40)];
      const ld = columns + random.pick([0, 4, 5]);
      const begin = random.size(0, rows);
      const end = random.size(begin, rows);
      const x = random.floats(rows * ld, random.pick([1, 20, 80]));
      const dy = random.floats(rows * ld);
      const [y, d] = [bench.floats(x), bench.floats(dy)];
      const range = [begin, end] as const;
      bench.kernels.activate(code, a, lambda, y.ptr, ld, columns, ...range);
      bench.kernels.activateBackward(code, a, lambda, d.ptr, ld, y.ptr, ld, columns, ...range);
      const inside = (i: number): boolean => i >= begin * ld && i < end * ld && i % ld < columns;
      const where = `seed ${seed}`;
      const value = (i: number) => (inside(i) ? activate(f, x[i]!) : undefined);
      expectUlps(y.values, x, 5, value, () => floor, where);
      const slope = (i: number) => (inside(i) ? dy[i]! * derivative(f, y.values[i]!) : undefined);
      // The slope is a difference of numbers of about this size.
      const size = f.kind === "tanh" || floor > 0 ? Math.max(1, floor) : 0;
      expectUlps(d.values, dy, 2, slope, (i) => dy[i]! * size, where);
      if (!bench.intact()) throw new Error(`${where}: wrote beside its buffers`);
    }
  });

  test(`the gates of both cells, ${CASES} shapes: σ within 5 ULP, h′ within 3 of the largest term`, () => {
    for (let seed = 0; seed < CASES; ++seed) {
      const random = new Awkward(seed + 50_000);
      const [B, D] = [random.size(0, 9), random.fours(4, 28)];
      const begin = random.size(0, B);
      const end = random.size(begin, B);
      const resetAfter = random.pick([false, true]);
      const x = random.floats(B * 3 * D, 20);
      const u = random.floats(B * 3 * D, 20);
      const h = random.floats(B * D);
      const [gates, hidden] = [bench.floats(x), bench.floats(h)];
      const [recurrent, q, out] = [bench.floats(u), bench.scratch(B * D), bench.scratch(B * D)];
      const empty = q.values.slice();
      const k = bench.kernels;
      if (resetAfter) k.gruGatesAfter(gates.ptr, recurrent.ptr, D, begin, end);
      else k.gruGates(gates.ptr, hidden.ptr, q.ptr, D, begin, end);
      const where = `seed ${seed}, reset ${resetAfter ? "after" : "before"}`;
      const g = gates.values.slice();
      const inside = (row: number): boolean => row >= begin && row < end;
      const column = (i: number): number => Math.floor((i % (3 * D)) / D); // r, z or c
      const gate = (i: number): number | undefined => {
        if (!inside(Math.floor(i / (3 * D)))) return undefined;
        const pre = resetAfter ? Math.fround(x[i]! + u[i]!) : x[i]!;
        if (column(i) < 2) return sigmoid(pre);
        return resetAfter ? x[i]! + g[i - 2 * D]! * u[i]! : x[i]!;
      };
      const terms = (i: number): number => (column(i) < 2 ? 0 : Math.max(20, Math.abs(x[i]!)));
      expectUlps(g, x, 5, gate, terms, where);
      if (!resetAfter) {
        const r = (i: number): number => g[Math.floor(i / D) * 3 * D + (i % D)]!;
        const product = (i: number) => (inside(Math.floor(i / D)) ? r(i) * h[i]! : undefined);
        expectUlps(q.values, empty, 0.5, product, () => 0, where);
      }

      k.gruOutput(gates.ptr, hidden.ptr, out.ptr, D, begin, end);
      const at = (i: number, c: number): number => g[Math.floor(i / D) * 3 * D + c * D + (i % D)]!;
      const mixed = (i: number): number | undefined =>
        inside(Math.floor(i / D)) ? h[i]! + at(i, 1) * (at(i, 2) - h[i]!) : undefined;
      const largest = (i: number): number => Math.max(Math.abs(h[i]!), Math.abs(at(i, 2)));
      expectUlps(out.values, empty, 3, mixed, largest, where);
      if (!bench.intact()) throw new Error(`${where}: wrote beside its buffers`);
    }
  });

  test.each<Optimizer>(["sgd", "adagrad", "rmsprop", "adadelta", "adam"])(
    `a first step of %s within 8 ULP of the weight or the step, ${CASES} shapes`,
    (optimizer) => {
      for (let seed = 0; seed < CASES; ++seed) {
        const random = new Awkward(seed + 60_000);
        const [rows, width] = [random.size(1, 7), random.fours(4, 24)];
        const momentum = random.pick([0, 0.5]);
        const l2 = random.pick([0, 0.0625]);
        const rate = optimizer === "adadelta" ? 1 : 0.125;
        const stride = 4 * width + 4;
        const before = new Float32Array(rows * stride);
        const chosen = [...new Set(random.below(rows, random.size(0, rows)))];
        for (let row = 0; row < rows; ++row) before.set(random.floats(width), row * stride);
        const gradients = random.floats(chosen.length * width);
        const table = bench.floats(before);
        const list = bench.words(chosen).ptr;
        const base = bench.floats(gradients).ptr;
        const heads = bench.words(chosen.map((_, i) => base + 4 * i * width)).ptr;
        const velocity = momentum > 0 ? 3 * width : 0;
        const lists = [list, heads, width, velocity, rate, momentum, l2, 1] as const;
        const range = [0, chosen.length] as const;
        const k = bench.kernels;
        const whole = [table.ptr, stride, width] as const;
        if (optimizer === "sgd") k.sgdRows(table.ptr, stride, ...lists, ...range);
        else if (optimizer === "adagrad") k.adagradRows(...whole, ...lists, ...range);
        else if (optimizer === "rmsprop") k.rmspropRows(...whole, ...lists, 0.9, ...range);
        else if (optimizer === "adadelta") k.adadeltaRows(...whole, ...lists, 0.95, ...range);
        else k.adamRows(...whole, ...lists, 0.9, 0.999, 4 * width, ...range);

        const options = { optimizer, learningRate: rate, momentum, l2, gradientCap: 0 };
        const w = Float64Array.from({ length: rows * width }, (_, i) => {
          return before[Math.floor(i / width) * stride + (i % width)]!;
        });
        const start = w.slice();
        const values = new Float64Array(rows * width);
        chosen.forEach((row, i) => {
          values.set(gradients.subarray(i * width, (i + 1) * width), row * width);
        });
        const summed = { w: { values, columns: width, rows: chosen } };
        new ReferenceOptimizer(options).update({ w }, summed);
        for (let i = 0; i < w.length; ++i) {
          const got = table.values[Math.floor(i / width) * stride + (i % width)]!;
          // Adam divides subnormal moments by ε: a step of less than 2⁻¹⁰⁰ may be lost.
          const size = Math.max(Math.abs(start[i]!), Math.abs(w[i]! - start[i]!), 2 ** -100);
          const distance = ulps(got, w[i]!, size);
          if (distance <= 8) continue;
          throw new Error(`seed ${seed}: expected ${w[i]}, got ${got}: ${distance} ULP`);
        }
        const others = before.length - chosen.length * stride;
        const kept = table.values.filter((value, i) => {
          return !chosen.includes(Math.floor(i / stride)) && Object.is(value, before[i]);
        });
        expect(kept.length, `seed ${seed}`).toBe(others);
        if (!bench.intact()) throw new Error(`seed ${seed}: wrote beside its buffers`);
      }
    },
  );
});
