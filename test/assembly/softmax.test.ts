import { beforeAll, describe, expect, test } from "vitest";
import { absoluteError, Bench, builds, Inputs, relativeError } from "./harness.js";

/** The lowest f32 / 100. */
const LEFT_OUT = Math.fround(-(2 - 2 ** -23) * 2 ** 127 * 0.01);

describe.each(builds)("softmax in blocks, $numerics, shared $shared", (build) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.create(build);
  });

  // One vector, two, a cache line, a line and a vector; one row and more than fit a line.
  test.each([
    [1, 4, 0, 4],
    [1, 16, 0, 16],
    [6, 16, 4, 12],
    [7, 16, 0, 16],
    [33, 20, 0, 20],
    [256, 64, 16, 48],
    [5, 24, 4, 24],
  ])("softmaxBlock: %i rows of %i columns, columns %i to %i", (rows, ld, begin, end) => {
    const values = new Inputs(rows).uniform(rows * ld, 9);
    const scores = bench.floats(values);
    const maxima = bench.scratch(ld);
    const sums = bench.scratch(ld);
    bench.kernels.softmaxBlock(scores.ptr, ld, rows, maxima.ptr, sums.ptr, begin, end);
    for (let b = 0; b < ld; ++b) {
      const column = Array.from({ length: rows }, (_, n) => values[n * ld + b]!);
      const got = Array.from({ length: rows }, (_, n) => scores.values[n * ld + b]!);
      if (b < begin || b >= end) {
        expect(got).toEqual(column);
        expect(maxima.values[b]).toBeNaN();
        continue;
      }
      const highest = Math.max(...column);
      const e = column.map((x) => Math.exp(x - highest));
      expect(maxima.values[b]).toBe(highest);
      expect(relativeError(got, e, 1e-6)).toBeLessThan(5e-6);
      const total = e.reduce((sum, x) => sum + x, 0);
      expect(relativeError([sums.values[b]!], [total], 1)).toBeLessThan(2e-6);
    }
    expect(bench.intact()).toBe(true);
  });

  test.each([
    ["alike", 3, 30, 0, 5],
    ["far beyond what e^x can hold", 3, 300, 0, 8],
    ["of some columns", 2, 300, 4, 8],
    ["of the first columns", 4, 30, 0, 4],
  ])("softmaxJoin: blocks of heights %s", (_, blocks, height, begin, end) => {
    const ld = 8;
    const inputs = new Inputs(blocks + height);
    // One more block lies behind: it stays as it is.
    const m = inputs.uniform((blocks + 1) * ld, height);
    const t = inputs.uniform(blocks * ld).map((x) => x + 2);
    const [own, w] = [inputs.uniform(ld, 5), inputs.uniform(ld).map((x) => x + 1)];
    const [maxima, sums] = [bench.floats(m), bench.floats(t)];
    const [targets, weights, losses] = [bench.floats(own), bench.floats(w), bench.scratch(ld)];
    bench.kernels.softmaxJoin(
      ...([maxima.ptr, sums.ptr, ld, blocks, targets.ptr, weights.ptr, losses.ptr] as const),
      ...([begin, end] as const),
    );
    expect(maxima.values.subarray(blocks * ld)).toEqual(m.subarray(blocks * ld));
    for (let b = 0; b < 8; ++b) {
      if (b < begin || b >= Math.ceil(end / 4) * 4) {
        expect(losses.values[b]).toBeNaN();
        expect(maxima.values[b]).toBe(m[b]);
        continue;
      }
      const at = Array.from({ length: blocks }, (_, k) => k * ld + b);
      const highest = Math.max(...at.map((i) => m[i]!));
      const total = at.reduce((sum, i) => sum + t[i]! * Math.exp(m[i]! - highest), 0);
      const loss = highest + Math.log(total) - own[b]!;
      expect(Math.abs(losses.values[b]! - loss)).toBeLessThan(2e-6 * height);
      const factors = at.map((i) => (w[b]! * Math.exp(m[i]! - highest)) / total);
      expect(
        absoluteError(
          at.map((i) => maxima.values[i]!),
          factors,
        ),
      ).toBeLessThan(1e-6);
    }
    expect(bench.intact()).toBe(true);
  });

  test.each([4, 12])("scaleRows and scatterRows, %i columns", (columns) => {
    const inputs = new Inputs(columns);
    const [x, f] = [inputs.uniform(5 * columns), inputs.uniform(5)];
    const rows = [2, 0, 2, 1, 2];
    const [from, factors, list] = [bench.floats(x), bench.floats(f), bench.words(rows)];
    const scaled = bench.scratch(5 * columns);
    const added = bench.floats(x);
    const scattered = bench.floats(new Float32Array(3 * columns));
    bench.kernels.scaleRows(scaled.ptr, from.ptr, factors.ptr, columns, false, 1, 4);
    bench.kernels.scaleRows(added.ptr, from.ptr, factors.ptr, columns, true, 1, 4);
    bench.kernels.scatterRows(scattered.ptr, list.ptr, from.ptr, factors.ptr, columns, 1, 4);
    const sums = new Float64Array(3 * columns);
    for (let i = 0; i < 5 * columns; ++i) {
      const row = Math.floor(i / columns);
      const inside = row >= 1 && row < 4;
      if (inside) sums[rows[row]! * columns + (i % columns)]! += f[row]! * x[i]!;
      if (inside) expect(scaled.values[i]).toBe(Math.fround(f[row]! * x[i]!));
      else expect(scaled.values[i]).toBeNaN();
      expect(added.values[i]).toBeCloseTo(x[i]! * (inside ? 1 + f[row]! : 1), 6);
    }
    expect(absoluteError(scattered.values, sums)).toBeLessThan(1e-6);
    expect(bench.intact()).toBe(true);
  });

  test("takeTargetScores reads rows of its block only, and replaces scores only when asked", () => {
    const ld = 8;
    const values = new Inputs(6).uniform(6 * ld);
    const own = [5, 1, 2, 3, 0, 4, 2, 3]; // the first and the last of the columns too
    const fix = [0.5, 0, 1, 2, 0, 0];
    for (const alone of [false, true]) {
      const scores = bench.floats(values);
      const targets = bench.scratch(ld);
      const [rows, fixes] = [bench.words(own), bench.floats(fix)];
      bench.kernels.takeTargetScores(
        ...([targets.ptr, scores.ptr, ld, rows.ptr, fixes.ptr, alone, 1, 4, 1, 7] as const),
      );
      const want = Float32Array.from(values);
      for (let b = 0; b < ld; ++b) {
        const row = own[b]!;
        const taken = b >= 1 && b < 7 && row >= 1 && row < 4;
        const score = Math.fround(values[row * ld + b]! - fix[row]!);
        if (taken) expect(targets.values[b]).toBe(score);
        else expect(targets.values[b]).toBeNaN();
        if (taken && alone) want[row * ld + b] = score;
      }
      expect(scores.values).toEqual(want);
      expect(bench.intact()).toBe(true);
    }
  });

  test("maskHits leaves out other candidates of the own item", () => {
    const [ld, N] = [4, 6];
    const values = new Inputs(8).uniform(N * ld);
    const items = [1, 1, 3, 0, 3, 3];
    const scores = bench.floats(values);
    const list = bench.words(items);
    const [slots, distinct, first] = [
      bench.words(new Array(4).fill(9)),
      bench.words(items),
      bench.words(items),
    ];
    const [last, next] = [bench.words(items), bench.words(items)];
    bench.kernels.groupRows(
      ...([list.ptr, slots.ptr, distinct.ptr, first.ptr, last.ptr, next.ptr, 0, 0, N] as const),
    );
    // Columns 0 to 2 are queries with rows 1 to 3.
    bench.kernels.maskHits(
      ...([scores.ptr, ld, list.ptr, slots.ptr, first.ptr, next.ptr, 1, 0, 3] as const),
    );
    const hit = (n: number, b: number) => b < 3 && n !== b + 1 && items[n] === items[b + 1];
    for (let i = 0; i < N * ld; ++i) {
      const [n, b] = [Math.floor(i / ld), i % ld];
      if (hit(n, b)) expect(scores.values[i]).toBe(LEFT_OUT);
      else expect(scores.values[i]).toBe(values[i]);
    }
    expect(bench.intact()).toBe(true);
  });

  test.each([false, true])("maskListed leaves out listed items, by chains %s", (chains) => {
    const [ld, N] = [4, 6];
    const values = new Inputs(9).uniform(N * ld);
    const candidates = chains ? [3, 1, 3, 0, 1, 3] : [3, 1, 0, 5, 4, 2];
    const scores = bench.floats(values);
    const list = bench.words(candidates);
    // Item 2 stands where another batch left it, item 4 nowhere.
    const slots = bench.words([0, 1, 2, 3, 99, 4]);
    const rows = new Array(N).fill(7);
    const [distinct, first, last] = [bench.words(rows), bench.words(rows), bench.words(rows)];
    const next = bench.words(rows);
    const count = bench.kernels.groupRows(
      ...([list.ptr, slots.ptr, distinct.ptr, first.ptr, last.ptr, next.ptr, 0, 0, N] as const),
    );
    expect(count).toBe(chains ? 3 : 6);
    const of = [[2, 4], [3], [], [1, 0]];
    const starts = bench.words([0, 2, 3, 3, 5]);
    const lists = bench.words(of.flat());
    const examples = [2, 0, 3, 1, 0];
    bench.kernels.maskListed(
      ...([scores.ptr, ld, bench.words(examples).ptr, starts.ptr, lists.ptr, slots.ptr] as const),
      ...([distinct.ptr, count, first.ptr, chains ? next.ptr : 0, 1, 0, 3] as const),
    );
    for (let i = 0; i < N * ld; ++i) {
      const [n, b] = [Math.floor(i / ld), i % ld];
      const out = b < 3 && of[examples[b + 1]!]!.includes(candidates[n]!);
      expect(scores.values[i], `row ${n}, column ${b}`).toBe(out ? LEFT_OUT : values[i]);
    }
    expect(bench.intact()).toBe(true);
  });

  // One row, ties of every kind, more wanted than there are; one vector, a cache line, both.
  test.each([
    [1, 4, 1],
    [9, 4, 3],
    [40, 20, 7],
    [40, 36, 39],
    [300, 64, 100],
    [5, 16, 900],
  ])("keepHighest: of %i rows of %i columns the first %i", (N, ld, count) => {
    const inputs = new Inputs(N + ld);
    const AWKWARD = [0, -0, 1, 1, -1, -1e-40, 1e-40, 3e38, -3e38, Number.NEGATIVE_INFINITY];
    for (const kind of ["random", "awkward", "equal", "rising", "NaN"] as const) {
      const random = inputs.uniform(N * ld, 3);
      const places = inputs.below(AWKWARD.length, N * ld);
      const values = random.map((x, i) => {
        if (kind === "equal") return 2;
        if (kind === "rising") return i / 7 - 20;
        if (kind === "NaN" && i % 3 === 0) return Number.NaN;
        return kind === "random" ? x : AWKWARD[places[i]!]!;
      });
      const scores = bench.floats(values);
      const [begin, end] = [ld > 4 ? 4 : 0, ld];
      bench.kernels.keepHighest(scores.ptr, ld, N, count, begin, end);
      for (let b = 0; b < ld; ++b) {
        const column = Array.from({ length: N }, (_, n) => values[n * ld + b]!);
        const kept = column
          .map((score, n) => ({ score, n }))
          .filter(({ score }) => !Number.isNaN(score))
          .sort((x, y) => y.score - x.score || x.n - y.n)
          .slice(0, count);
        const rows = new Set(kept.map(({ n }) => n));
        const want = column.map((score, n) => (b < begin || rows.has(n) ? score : LEFT_OUT));
        const got = Array.from({ length: N }, (_, n) => scores.values[n * ld + b]!);
        expect(got, `${kind}, column ${b}`).toEqual(want);
      }
      expect(bench.intact()).toBe(true);
    }
  });

  test("normalizeRows divides by √(x·x), and by 10⁻⁶ at least", () => {
    const lengths = [1e-3, 1.002e-6, 1.0e-6, 0.5e-6, 0];
    const rows = lengths.flatMap((length) => [0.6 * length, 0, -0.8 * length, 0]);
    const [y, norms] = [bench.floats(rows), bench.scratch(5)];
    bench.kernels.normalizeRows(y.ptr, norms.ptr, 4, 0, 5);
    for (const [i, length] of lengths.entries()) {
      expect(norms.values[i]! / Math.max(length, 1e-6)).toBeCloseTo(1, 6);
      const shrunk = Math.min(1, length / 1e-6);
      expect(y.values[4 * i]).toBeCloseTo(0.6 * shrunk, 6);
      expect(y.values[4 * i + 2]).toBeCloseTo(-0.8 * shrunk, 6);
    }
    expect(bench.intact()).toBe(true);
  });

  test.each([4, 20])("normalizeRows and the way back, %i columns", (columns) => {
    const inputs = new Inputs(columns);
    const x = inputs.uniform(4 * columns);
    x.fill(0, columns, 2 * columns); // zero stays zero
    const dy = inputs.uniform(4 * columns);
    const [y, norms, dx] = [bench.floats(x), bench.scratch(4), bench.floats(dy)];
    bench.kernels.normalizeRows(y.ptr, norms.ptr, columns, 0, 3);
    bench.kernels.normalizeRowsBackward(dx.ptr, y.ptr, norms.ptr, columns, 0, 3);
    const unit = (row: number[]) => {
      const norm = Math.sqrt(
        Math.max(
          1e-12,
          row.reduce((sum, v) => sum + v * v, 0),
        ),
      );
      return row.map((v) => v / norm);
    };
    for (const row of [0, 2]) {
      const range = [row * columns, (row + 1) * columns] as const;
      const own = [...x.subarray(...range)];
      expect(absoluteError(y.values.subarray(...range), unit(own))).toBeLessThan(1e-6);
      const slopes = own.map((_, k) => {
        const moved = (step: number) => unit(own.map((v, i) => (i === k ? v + step : v)));
        const [above, below] = [moved(1e-6), moved(-1e-6)];
        return above.reduce((sum, v, i) => sum + (dy[range[0] + i]! * (v - below[i]!)) / 2e-6, 0);
      });
      expect(absoluteError(dx.values.subarray(...range), slopes)).toBeLessThan(2e-6);
    }
    expect([...y.values.subarray(columns, 2 * columns)].every((v) => v === 0)).toBe(true);
    expect(y.values.subarray(3 * columns)).toEqual(x.subarray(3 * columns));
    expect(dx.values.subarray(3 * columns)).toEqual(dy.subarray(3 * columns));
    expect(bench.intact()).toBe(true);
  });
});
