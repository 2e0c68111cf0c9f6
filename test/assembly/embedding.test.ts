import { beforeAll, describe, expect, test } from "vitest";
import { Bench, builds, Inputs } from "./harness.js";

describe.each(builds)("rows of tables, $numerics, shared $shared", (build) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.create(build);
  });

  test.each([
    [0, 4],
    [1, 4],
    [7, 12],
    [33, 100],
  ])("gatherRows copies %i rows of %i columns, bit for bit", (n, columns) => {
    const [I, stride, ldOut] = [50, columns + 8, columns + 4];
    const inputs = new Inputs(n + columns);
    const table = inputs.uniform(I * stride);
    const rows = inputs.below(I, n);
    const out = bench.scratch(Math.max(1, n * ldOut));
    const [from, list] = [bench.floats(table).ptr, bench.words(rows).ptr];
    const split = n >> 1;
    bench.kernels.gatherRows(out.ptr, ldOut, from, stride, list, columns, 0, split);
    for (let i = split; i < n; ++i) expect(out.values[i * ldOut]).toBeNaN();
    bench.kernels.gatherRows(out.ptr, ldOut, from, stride, list, columns, split, n);
    for (let i = 0; i < n; ++i) {
      for (let j = 0; j < ldOut; ++j) {
        const got = out.values[i * ldOut + j];
        if (j < columns) expect(got).toBe(table[rows[i]! * stride + j]);
        else expect(got).toBeNaN();
      }
    }
    expect(bench.intact()).toBe(true);
  });

  test("copyRows copies between strides, and repeats one row at stride 0", () => {
    const x = new Inputs(1).uniform(6 * 12);
    const from = bench.floats(x).ptr;
    const out = bench.scratch(6 * 8);
    bench.kernels.copyRows(out.ptr, 8, from, 12, 4, 2, 5);
    bench.kernels.copyRows(out.ptr + 16, 8, from, 0, 4, 0, 6);
    for (let i = 0; i < 6; ++i) {
      for (let j = 0; j < 4; ++j) {
        const copied = out.values[i * 8 + j];
        if (i >= 2 && i < 5) expect(copied).toBe(x[i * 12 + j]);
        else expect(copied).toBeNaN();
        expect(out.values[i * 8 + 4 + j]).toBe(x[j]);
      }
    }
    expect(bench.intact()).toBe(true);
  });

  test("addRow adds one row to rows [begin, end), their first columns", () => {
    const inputs = new Inputs(2);
    const x = inputs.uniform(5 * 12);
    const row = inputs.uniform(8);
    const out = bench.floats(x);
    bench.kernels.addRow(out.ptr, 12, bench.floats(row).ptr, 8, 1, 4);
    for (let i = 0; i < 5; ++i) {
      for (let j = 0; j < 12; ++j) {
        const added = i >= 1 && i < 4 && j < 8 ? row[j]! : 0;
        expect(out.values[i * 12 + j]).toBe(Math.fround(x[i * 12 + j]! + added));
      }
    }
    expect(bench.intact()).toBe(true);
  });

  test("addRows adds rows [begin, end) of one matrix to those of another, their first columns", () => {
    const inputs = new Inputs(3);
    const [x, y] = [inputs.uniform(5 * 12), inputs.uniform(5 * 16)];
    const out = bench.floats(x);
    bench.kernels.addRows(out.ptr, 12, bench.floats(y).ptr, 16, 8, 1, 4);
    for (let i = 0; i < 5; ++i) {
      for (let j = 0; j < 12; ++j) {
        const added = i >= 1 && i < 4 && j < 8 ? y[i * 16 + j]! : 0;
        expect(out.values[i * 12 + j]).toBe(Math.fround(x[i * 12 + j]! + added));
      }
    }
    expect(bench.intact()).toBe(true);
  });

  test("clearRows clears rows [begin, end) only, whatever was in them", () => {
    const out = bench.scratch(5 * 12);
    bench.kernels.clearRows(out.ptr, 12, 1, 4);
    bench.kernels.clearRows(out.ptr, 12, 4, 4);
    for (let i = 0; i < 5 * 12; ++i) {
      expect(out.values[i]).toBe(i >= 12 && i < 48 ? 0 : Number.NaN);
    }
    expect(bench.intact()).toBe(true);
  });

  test.each([0, 1, 5, 64])("sumRows sums %i rows, columns [begin, end) only", (rows) => {
    const [ld, columns] = [20, 16];
    const x = new Inputs(rows + 1).uniform(Math.max(1, rows) * ld);
    const out = bench.scratch(columns);
    bench.kernels.sumRows(out.ptr, bench.floats(x).ptr, ld, rows, 4, 12);
    for (let j = 0; j < columns; ++j) {
      let sum = 0;
      for (let i = 0; i < rows; ++i) sum += x[i * ld + j]!;
      if (j < 4 || j >= 12) expect(out.values[j]).toBeNaN();
      else expect(Math.abs(out.values[j]! - sum)).toBeLessThan(rows * rows * 2 ** -24 + 1e-12);
    }
    expect(bench.intact()).toBe(true);
  });

  describe("groupRows", () => {
    /** Distinct items with the places where each occurs, from the chains. */
    function chains(items: readonly number[], slots: ArrayLike<number>, cuts: readonly number[]) {
      const n = items.length;
      const list = bench.words(items).ptr;
      const sparse = bench.words(slots).ptr;
      const [distinct, first, last, next] = [0, 1, 2, 3].map(() =>
        bench.words(new Int32Array(n).fill(-7)),
      );
      let count = 0;
      for (let i = 0; i + 1 < cuts.length; ++i) {
        count = bench.kernels.groupRows(
          list,
          sparse,
          distinct!.ptr,
          first!.ptr,
          last!.ptr,
          next!.ptr,
          count,
          cuts[i]!,
          cuts[i + 1]!,
        );
      }
      const result: [number, number[]][] = [];
      for (let u = 0; u < count; ++u) {
        const places: number[] = [];
        for (let j = first!.values[u]!; j >= 0; j = next!.values[j]!) places.push(j);
        expect(places.at(-1)).toBe(last!.values[u]);
        expect(next!.values[places.at(-1)!]).toBe(-1);
        result.push([distinct!.values[u]!, places]);
      }
      expect(bench.intact()).toBe(true);
      return result;
    }

    test("chains the occurrences of each item, in order of first occurrence", () => {
      const items = [3, 1, 3, 0, 1, 3, 4];
      const want = [
        [3, [0, 2, 5]],
        [1, [1, 4]],
        [0, [3]],
        [4, [6]],
      ];
      expect(chains(items, new Int32Array(5), [0, 7])).toEqual(want);
      expect(chains(items, new Int32Array(5), [0, 2, 5, 7])).toEqual(want);
    });

    test("does not care what its scratch held", () => {
      const inputs = new Inputs(8);
      for (let round = 0; round < 20; ++round) {
        const items = [...inputs.below(15, 40)];
        const stale = inputs.below(40, 15);
        if (round % 3 === 0) stale.fill(-1);
        const want = [...new Set(items)].map((item) => [
          item,
          items.flatMap((other, j) => (other === item ? [j] : [])),
        ]);
        expect(chains(items, stale, [0, 40])).toEqual(want);
      }
    });

    test("finds nothing in nothing", () => {
      expect(chains([], new Int32Array(3), [0, 0])).toEqual([]);
    });
  });

  // Scored rows and input rows of one item are one sum; width ≠ inputWidth happens in shared mode,
  // where the scored rows carry the gradient of the bias too.
  test.each([
    [8, 4],
    [8, 8],
    [104, 100],
  ])("sumGradients adds scored rows of %i and input rows of %i", (width, inputWidth) => {
    const inputs = new Inputs(width);
    const [border, n, I] = [20, 30, 12];
    const items = [...inputs.below(I, n)];
    const scored = inputs.uniform(border * width);
    const given = inputs.uniform((n - border) * inputWidth);
    const s = bench.floats(scored);
    const g = bench.floats(given);
    const words = (length: number) => bench.words(new Int32Array(length));
    const [list, slots, distinct, first, last, next, heads] = [
      bench.words(items),
      words(I),
      words(n),
      words(n),
      words(n),
      words(n),
      words(n),
    ];
    const k = bench.kernels;
    const count = k.groupRows(
      list.ptr,
      slots.ptr,
      distinct.ptr,
      first.ptr,
      last.ptr,
      next.ptr,
      0,
      0,
      n,
    );
    for (const [begin, end] of [
      [0, 3],
      [3, count],
    ] as const) {
      k.sumGradients(
        s.ptr,
        width,
        g.ptr,
        inputWidth,
        border,
        first.ptr,
        next.ptr,
        heads.ptr,
        begin,
        end,
      );
    }
    for (let u = 0; u < count; ++u) {
      const item = distinct.values[u]!;
      const want = new Float64Array(items.indexOf(item) < border ? width : inputWidth);
      items.forEach((other, j) => {
        if (other !== item) return;
        const from = j < border ? scored : given;
        const [row, columns] = j < border ? [j, width] : [j - border, inputWidth];
        for (let i = 0; i < columns; ++i) want[i]! += from[row * columns + i]!;
      });
      const inScored = heads.values[u]! < g.ptr;
      const at = (heads.values[u]! - (inScored ? s.ptr : g.ptr)) / 4;
      const got = (inScored ? s : g).values.subarray(at, at + want.length);
      for (let i = 0; i < want.length; ++i) {
        expect(Math.abs(got[i]! - want[i]!)).toBeLessThan(n * n * 2 ** -24);
      }
    }
    expect(bench.intact()).toBe(true);
  });
});
