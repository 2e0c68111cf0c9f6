import { beforeAll, describe, expect, test } from "vitest";
import { type Activation, activate, derivative } from "../reference/activations.js";
import { absoluteError, Bench, builds, Inputs, relativeError } from "./harness.js";

// Codes of assembly/activation.ts with their parameters.
const cases: { code: number; a: number; lambda: number; f: Activation }[] = [
  { code: 0, a: 0, lambda: 0, f: { kind: "linear" } },
  { code: 1, a: 0, lambda: 0, f: { kind: "relu" } },
  { code: 2, a: 0, lambda: 0, f: { kind: "tanh" } },
  { code: 3, a: 0.25, lambda: 0, f: { kind: "leaky", slope: 0.25 } },
  { code: 4, a: 0.5, lambda: 0, f: { kind: "elu", a: 0.5 } },
  { code: 4, a: 1, lambda: 0, f: { kind: "elu", a: 1 } },
  { code: 5, a: 1.75, lambda: 1.0625, f: { kind: "selu", a: 1.75, lambda: 1.0625 } },
];

describe.each(builds)("activations, $numerics, shared $shared", (build) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.create(build);
  });

  // Absolute error 3e-7 where |y| ≤ 2, of which tanh, elu and selu need half; 3e-7 relative above.
  test.each(cases)(
    "$f.kind and its slope agree, [−100, 100] and near 0",
    ({ code, a, lambda, f }) => {
      const rows = 40;
      const columns = 100;
      const x = new Inputs(12).uniform(rows * columns, 100);
      for (let i = 0; i < x.length; i += 2) x[i]! *= 0.02;
      for (let i = 0; i < x.length; i += 6) x[i]! *= 1e-3;
      const y = bench.floats(x);
      bench.kernels.activate(code, a, lambda, y.ptr, columns, columns, 0, rows);
      const want = Float64Array.from(x, (value) => activate(f, value));
      expect(relativeError(y.values, want, 1)).toBeLessThan(3e-7);

      const dy = new Inputs(13).uniform(rows * columns);
      const d = bench.floats(dy);
      bench.kernels.activateBackward(
        code,
        a,
        lambda,
        d.ptr,
        columns,
        y.ptr,
        columns,
        columns,
        0,
        rows,
      );
      const slopes = Float64Array.from(dy, (g, i) => g * derivative(f, y.values[i]!));
      expect(absoluteError(d.values, slopes)).toBeLessThan(3e-7);
      expect(bench.intact()).toBe(true);
    },
  );

  test.each(cases)("$f.kind touches only its columns and rows", ({ code, a, lambda }) => {
    const [rows, ld, columns] = [5, 12, 4];
    const x = new Inputs(2).uniform(rows * ld);
    const y = bench.floats(x);
    const d = bench.floats(x);
    // Columns 4 … 7 of rows 1 … 3.
    bench.kernels.activate(code, a, lambda, y.ptr + 16, ld, columns, 1, 4);
    bench.kernels.activateBackward(code, a, lambda, d.ptr + 16, ld, y.ptr + 16, ld, columns, 1, 4);
    for (let i = 0; i < rows * ld; ++i) {
      const [row, column] = [Math.floor(i / ld), i % ld];
      if (row >= 1 && row < 4 && column >= 4 && column < 8) continue;
      expect(y.values[i]).toBe(x[i]);
      expect(d.values[i]).toBe(x[i]);
    }
    expect(bench.intact()).toBe(true);
  });

  test("0 stays 0", () => {
    for (const { code, a, lambda } of cases) {
      const y = bench.floats([0, -0, 0, 0]);
      bench.kernels.activate(code, a, lambda, y.ptr, 4, 4, 0, 1);
      expect([...y.values].every((value) => value === 0)).toBe(true);
    }
  });

  test("no input but NaN gives NaN, and saturation is at the right end", () => {
    const x = [1e30, -1e30, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const ends: Record<string, number[]> = {
      tanh: [1, -1, 1, -1],
      elu: [1e30, -0.5, Number.POSITIVE_INFINITY, -0.5],
      relu: [1e30, 0, Number.POSITIVE_INFINITY, 0],
    };
    for (const { code, a, lambda, f } of cases) {
      const want = f.kind === "elu" && f.a !== 0.5 ? undefined : ends[f.kind];
      if (!want) continue;
      const y = bench.floats(x);
      bench.kernels.activate(code, a, lambda, y.ptr, 4, 4, 0, 1);
      expect([...y.values]).toEqual(want.map(Math.fround));
    }
  });
});
