import { beforeAll, describe, expect, test } from "vitest";
import { countRank, topItems } from "../reference/ranking.js";
import { Bench, builds, Inputs } from "./harness.js";

const { NaN: nan, NEGATIVE_INFINITY: low, POSITIVE_INFINITY: high } = Number;

describe.each(builds)("ranking, $numerics, shared $shared", (build) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.create(build);
  });

  describe("countRanks", () => {
    // Scores are quarters, so ties are many.
    test.each([
      [1, 1],
      [3, 9],
      [4, 64],
      [9, 501],
    ])("counts for %i slots over %i items, in pieces", (B, I) => {
      const ld = Math.ceil(B / 4) * 4;
      const inputs = new Inputs(B * I);
      const quarters = inputs.below(20, I * ld);
      const scores = Float32Array.from(quarters, (q) => q / 4 - 2);
      const own = inputs.below(I, ld);
      const targets = Float32Array.from(own, (item, b) => scores[item * ld + b]!);
      const [s, t] = [bench.floats(scores), bench.floats(targets)];
      const greater = bench.words(new Int32Array(ld));
      const equal = bench.words(new Int32Array(ld));
      const half = I >> 1;
      const at = s.ptr + 4 * half * ld;
      bench.kernels.countRanks(s.ptr, ld, half, t.ptr, greater.ptr, equal.ptr, 0, B);
      bench.kernels.countRanks(at, ld, I - half, t.ptr, greater.ptr, equal.ptr, 0, B);
      for (let b = 0; b < B; ++b) {
        const column = Array.from({ length: I }, (_, n) => scores[n * ld + b]!);
        const want = countRank(column, own[b]!);
        expect(greater.values[b]).toBe(want.greater);
        expect(equal.values[b]! - 1).toBe(want.equal); // the target is among the rows
      }
      expect(bench.intact()).toBe(true);
    });

    test("a NaN score beats every target, a NaN target is beaten by all", () => {
      const columns = [
        [1, nan, 0],
        [nan, 1, 0],
        [high, high, low],
        [low, low, low],
      ];
      const scores = [0, 1, 2].flatMap((n) => columns.map((column) => column[n]!));
      const targets = columns.map((column) => column[0]!);
      const [greater, equal] = [bench.words(new Int32Array(4)), bench.words(new Int32Array(4))];
      const [s, t] = [bench.floats(scores).ptr, bench.floats(targets).ptr];
      bench.kernels.countRanks(s, 4, 3, t, greater.ptr, equal.ptr, 0, 4);
      expect([...greater.values]).toEqual([1, 3, 0, 0]);
      expect([...equal.values]).toEqual([1, 0, 2, 3]);
    });

    test("counts only the slots of [begin, end)", () => {
      const s = bench.floats(new Float32Array(2 * 12).fill(1)).ptr;
      const t = bench.floats(new Float32Array(12)).ptr;
      const [greater, equal] = [bench.words(new Int32Array(12)), bench.words(new Int32Array(12))];
      bench.kernels.countRanks(s, 12, 2, t, greater.ptr, equal.ptr, 4, 8);
      expect([...greater.values]).toEqual([0, 0, 0, 0, 2, 2, 2, 2, 0, 0, 0, 0]);
    });
  });

  test("takeDiagonal takes slot b's score of row b", () => {
    const x = new Inputs(3).uniform(5 * 8);
    const out = bench.scratch(8);
    bench.kernels.takeDiagonal(out.ptr, bench.floats(x).ptr, 8, 1, 5);
    expect(out.values[0]).toBeNaN();
    for (let b = 1; b < 5; ++b) expect(out.values[b]).toBe(x[b * 8 + b]);
    expect(out.values[5]).toBeNaN();
    expect(bench.intact()).toBe(true);
  });

  /** Lists of `slots` slots, best first, without the entries that nothing filled. */
  function lists(slots: number, count: number) {
    const scores = bench.floats(new Float32Array(slots * count).fill(low));
    const items = bench.words(new Int32Array(slots * count).fill(-1));
    const read = (b: number) =>
      [...items.values.subarray(b * count, (b + 1) * count)].filter((item) => item >= 0);
    return { scores, items, read };
  }

  describe("topK", () => {
    test.each([
      [1, 1],
      [4, 2],
      [7, 7],
      [500, 20],
      [501, 1],
      [9, 20],
    ])("lists the best of %i items, %i long, the lower item first among equals", (I, count) => {
      const inputs = new Inputs(I + count);
      const values = Float32Array.from(inputs.below(40, I), (q) => q / 4);
      const room = Math.ceil(I / 4) * 4;
      const scores = new Float32Array(room).fill(high); // what lies beyond may not be listed
      scores.set(values);
      const list = lists(1, count);
      const at = bench.floats(scores).ptr;
      bench.kernels.topK(at, I, list.scores.ptr, list.items.ptr, count);
      const want = topItems(values, count);
      expect(list.read(0)).toEqual(want);
      expect([...list.scores.values].slice(0, want.length)).toEqual(want.map((i) => values[i]));
      expect(bench.intact()).toBe(true);
    });

    test("never lists NaN or −∞", () => {
      const list = lists(1, 5);
      const at = bench.floats([nan, 1, low, 3, nan, low, 2, nan]).ptr;
      bench.kernels.topK(at, 8, list.scores.ptr, list.items.ptr, 5);
      expect(list.read(0)).toEqual([3, 6, 1]);
    });
  });

  describe("topKRows", () => {
    test.each([
      [1, 10, 3, false],
      [5, 200, 20, false],
      [6, 33, 1, true],
      [4, 8, 20, true],
    ])(
      "lists for %i slots the best of %i rows, %i long, item list %s",
      (B, rows, count, listed) => {
        const ld = Math.ceil(B / 4) * 4;
        const inputs = new Inputs(B + rows);
        const scores = Float32Array.from(inputs.below(30, rows * ld), (q) => q / 4);
        const names = Array.from({ length: rows }, (_, n) => (listed ? 1000 + 3 * n : 7 + n));
        const { scores: s, items, read } = lists(ld, count);
        const at = bench.floats(scores).ptr;
        const given = listed ? bench.words(names).ptr : 0;
        // In two pieces: the second goes on from what the lists hold.
        const half = rows >> 1;
        const k = bench.kernels;
        k.topKRows(at, ld, half, given, 7, s.ptr, items.ptr, count, 0, B);
        const second = given === 0 ? 0 : given + 4 * half;
        k.topKRows(
          at + 4 * half * ld,
          ld,
          rows - half,
          second,
          7 + half,
          s.ptr,
          items.ptr,
          count,
          0,
          B,
        );
        for (let b = 0; b < B; ++b) {
          const column = Array.from({ length: rows }, (_, n) => scores[n * ld + b]!);
          expect(read(b)).toEqual(topItems(column, count).map((n) => names[n]));
        }
        expect(bench.intact()).toBe(true);
      },
    );

    test("never lists NaN or −∞, and leaves other slots' lists alone", () => {
      const scores = [nan, 1, low, 2].flatMap((score) => new Array(8).fill(score) as number[]);
      const { scores: s, items, read } = lists(8, 3);
      bench.kernels.topKRows(bench.floats(scores).ptr, 8, 4, 0, 0, s.ptr, items.ptr, 3, 4, 8);
      expect(read(3)).toEqual([]);
      expect(read(4)).toEqual([3, 1]);
      expect(read(7)).toEqual([3, 1]);
    });
  });

  test("dotRows reads no row beyond the table", () => {
    const [K, rows] = [12, 7];
    const [table, x] = [new Inputs(1).uniform(rows * K), new Inputs(2).uniform(K)];
    const [inside, last] = [bench.scratch(rows), bench.scratch(rows)];
    const vector = bench.floats(x).ptr;
    bench.kernels.dotRows(inside.ptr, 0, rows, bench.floats(table).ptr, K, vector, K);
    bench.kernels.dotRows(last.ptr, 0, rows, bench.floatsAtEnd(table).ptr, K, vector, K);
    expect(last.values).toEqual(inside.values);
    expect(bench.intact()).toBe(true);
  });

  test.each([
    ...[4, 8, 12, 100, 104].map((K) => [K, 11]),
    ...[0, 1, 2, 3, 4, 5, 6, 8, 9].map((rows) => [12, rows]),
  ] as [number, number][])("dotRows scores rows of %i columns, %i of them", (K, rows) => {
    const stride = K + 4;
    const inputs = new Inputs(K + rows);
    const table = inputs.uniform(rows * stride);
    const x = inputs.uniform(K + 16).fill(1e30, K); // what stands behind is not read
    const out = bench.scratch(16);
    const [from, vector] = [bench.floats(table).ptr, bench.floats(x).ptr];
    bench.kernels.dotRows(out.ptr, 0, rows, from, stride, vector, K);
    for (let n = 0; n < out.values.length; ++n) {
      let [sum, size] = [0, 0];
      for (let i = 0; n < rows && i < K; ++i) {
        sum += table[n * stride + i]! * x[i]!;
        size += Math.abs(table[n * stride + i]! * x[i]!);
      }
      if (n >= rows) expect(out.values[n]).toBeNaN();
      else expect(Math.abs(out.values[n]! - sum)).toBeLessThanOrEqual(K * 2 ** -24 * size);
    }
    expect(bench.intact()).toBe(true);
  });

  test("dotRows scores the rows that are listed, with the bits they have among all", () => {
    const [I, K, stride] = [9, 12, 16];
    const inputs = new Inputs(5);
    const table = bench.floats(inputs.uniform(I * stride));
    const x = bench.floats(inputs.uniform(K));
    const [all, some] = [bench.scratch(12), bench.scratch(9)];
    bench.kernels.dotRows(all.ptr, 0, I, table.ptr, stride, x.ptr, K);
    const rows = [7, 0, 8, 7, 3];
    const list = bench.words(rows);
    bench.kernels.dotRows(some.ptr, list.ptr, rows.length, table.ptr, stride, x.ptr, K);
    expect(Array.from(some.values.subarray(0, 5))).toEqual(rows.map((row) => all.values[row]));
    expect(some.values[5]).toBeNaN();
    expect(bench.intact()).toBe(true);
  });
});
