import { beforeAll, describe, expect, test } from "vitest";
import { Bench, builds, Inputs, padded } from "./harness.js";

const BOUND = 2 ** 24;

describe.each(builds)("areBoundedRows, $numerics, shared $shared", (build) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.create(build);
  });

  const shapes = [0, 1, 3, 4, 5, 8, 33].flatMap((columns) =>
    [0, 1, 3].map((rows) => ({ rows, columns })),
  );
  test.each(shapes)("looks at $rows × $columns scores and at nothing else", ({ rows, columns }) => {
    const ld = columns + 3;
    const x = new Inputs(7 + columns).uniform(rows * columns, BOUND);
    const scores = bench.floats(padded(x, rows, columns, ld)); // NaN between rows
    const bounded = (): number => bench.kernels.areBoundedRows(scores.ptr, ld, columns, 0, rows);
    expect(bounded()).toBe(1);
    for (let row = 0; row < rows; ++row) {
      for (let column = 0; column < columns; ++column) {
        const at = row * ld + column;
        const [was] = scores.values.subarray(at);
        for (const value of [Number.NaN, 1 / 0, -1 / 0, BOUND, -BOUND]) {
          scores.values[at] = value;
          expect(bounded(), `${value} at ${row}, ${column}`).toBe(0);
          expect(bench.kernels.areBoundedRows(scores.ptr, ld, columns, row + 1, rows)).toBe(1);
          expect(bench.kernels.areBoundedRows(scores.ptr, ld, columns, 0, row)).toBe(1);
        }
        for (const value of [0, -0, BOUND - 1, 1 - BOUND, 1e-45]) {
          scores.values[at] = value;
          expect(bounded(), `${value} at ${row}, ${column}`).toBe(1);
        }
        scores.values[at] = was!;
      }
    }
    expect(bench.intact()).toBe(true);
  });
});
