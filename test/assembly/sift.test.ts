/** The parts of the sieve one by one: what each reads, writes and leaves to the next. */

import { beforeAll, describe, expect, test } from "vitest";
import { Bench, builds, Inputs } from "./harness.js";

const high = Number.POSITIVE_INFINITY;

describe.each(builds.filter(({ shared }) => !shared))("parts of the sieve, $numerics", (build) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.create(build);
  });

  test.each([3, 8, 11])("packPanels puts %i rows side by side in eights, 0 beyond them", (N) => {
    const K = 12;
    const rows = new Inputs(N).uniform(16 * K); // more rows lie behind
    const panels = bench.scratch(Math.ceil(N / 8) * 8 * K);
    bench.kernels.packPanels(panels.ptr, bench.floats(rows).ptr, N, K);
    const wanted = Float32Array.from({ length: panels.values.length }, (_, at) => {
      const [panel, k, j] = [Math.floor(at / (8 * K)), Math.floor(at / 8) % K, at % 8];
      const n = 8 * panel + j;
      return n < N ? rows[n * K + k]! : 0;
    });
    expect(panels.values).toEqual(wanted);
    expect(bench.intact()).toBe(true);
  });

  test.each([0, 1, 3])(
    "setThresholds takes targets and the last of lists of %i, of open slots",
    (count) => {
      const [open, S] = [9, 16];
      const inputs = new Inputs(count);
      const [own, lists] = [inputs.uniform(S), inputs.uniform(S * count)];
      const [goals, doors] = [bench.scratch(S), bench.scratch(S)];
      const [targets, top] = [bench.floats(own).ptr, bench.floats(lists).ptr];
      bench.kernels.setThresholds(goals.ptr, doors.ptr, targets, top, count, open, S);
      const last = (b: number) => (count > 0 ? lists[(b + 1) * count - 1]! : high);
      for (let b = 0; b < S; ++b) {
        expect(goals.values[b]).toBe(b < open ? own[b] : high);
        expect(doors.values[b]).toBe(b < open ? last(b) : high);
      }
      expect(bench.intact()).toBe(true);
    },
  );

  /** Items n = 0 … 11 that score 1000·n for any slot, sifted; rows as roundRows makes them. */
  function sifted(goal: number, door: number, slots: number, begin: number, end: number) {
    const [K, I, S] = [4, 12, 8 * Math.ceil(slots / 8)];
    const table = Float32Array.from({ length: I * 8 }, (_, i) =>
      i % 8 === 0 ? (i / 8) * 1000 : 0,
    );
    const hidden = Float32Array.from({ length: S * 8 }, (_, i) => (i % 8 === 0 ? 1 : 0));
    const k = bench.kernels;
    const [items, units, biases] = [bench.scratch(I * 2), bench.scratch(I), bench.scratch(I)];
    const [panels, slotUnits] = [bench.scratch(S * 2), bench.scratch(S)];
    const delta = k.roundRows(
      ...([items.ptr, 4, units.ptr, biases.ptr, bench.floats(table).ptr, 8, K, 0, I] as const),
    );
    const epsilon = k.roundRows(
      ...([panels.ptr, 8, slotUnits.ptr, 0, bench.floats(hidden).ptr, 8, K, 0, S] as const),
    );
    const all = (value: number) => bench.floats(new Float32Array(S).fill(value)).ptr;
    const greater = bench.words(new Int32Array(S).fill(100));
    const unsure = bench.words(new Int32Array((I / 4) * (S / 8) * 2).fill(-1));
    const found = k.countSureRanks(
      ...([greater.ptr, unsure.ptr, items.ptr, units.ptr, biases.ptr, K, panels.ptr] as const),
      ...([slotUnits.ptr, all(goal), all(door), S, delta, epsilon, begin, end] as const),
    );
    expect(new Set(greater.values).size).toBe(1);
    const sure = {
      counted: greater.values[0]! - 100,
      left: [...unsure.values.subarray(0, 2 * found)],
    };
    expect(bench.intact()).toBe(true);
    return sure;
  }

  test("countSureRanks counts what is surely above its goal, in whole tiles of [begin, end)", () => {
    expect(sifted(5500, high, 8, 0, 12)).toEqual({ counted: 6, left: [] });
    expect(sifted(5500, high, 8, 0, 8)).toEqual({ counted: 2, left: [] });
    expect(sifted(2500, high, 8, 4, 12)).toEqual({ counted: 8, left: [] });
    expect(sifted(5500, high, 8, 8, 8)).toEqual({ counted: 0, left: [] });
  });

  test("countSureRanks leaves a tile that the range cuts, for every panel of slots", () => {
    expect(sifted(5500, high, 8, 0, 10)).toEqual({ counted: 2, left: [8, 0] });
    expect(sifted(5500, high, 16, 0, 11)).toEqual({ counted: 2, left: [8, 0, 8, 1] });
  });

  test("countSureRanks leaves a tile whole where one of its items is at the goal or may enter a list", () => {
    expect(sifted(5000, high, 8, 0, 12)).toEqual({ counted: 4, left: [4, 0] });
    expect(sifted(1500, 9500, 8, 0, 12)).toEqual({ counted: 6, left: [8, 0] });
    expect(sifted(1500, 9000, 8, 0, 12)).toEqual({ counted: 6, left: [8, 0] });
    expect(sifted(1500, 12_000, 8, 0, 12)).toEqual({ counted: 10, left: [] });
  });

  test.each([8, 256, 260])(
    "countUnsureRanks scores a cut tile of %i columns and reads no row beyond it",
    (K) => {
      const [rows, stride] = [7, K + 4];
      const inputs = new Inputs(K);
      const w = inputs.uniform(rows * stride);
      const h = inputs.uniform(8 * K);
      // The table ends with the last weight of its last row, and memory with it.
      const table = bench.floatsAtEnd(w.subarray(0, rows * stride - 4)).ptr;
      const panels = bench.scratch(8 * K);
      bench.kernels.packPanels(panels.ptr, bench.floats(h).ptr, 8, K);
      const [tile, unsure] = [bench.scratch(32).ptr, bench.words([4, 0]).ptr];
      const greater = bench.words(new Int32Array(8));
      const equal = bench.words(new Int32Array(8));
      // Not to be touched: there are no lists.
      const top = bench.floats(new Float32Array(16).fill(Number.NEGATIVE_INFINITY));
      const list = top.ptr + 32;
      const targets = bench.floats(new Float32Array(8)).ptr;
      bench.kernels.countUnsureRanks(
        ...([unsure, 1, rows, table, stride, K, panels.ptr, tile, targets] as const),
        ...([greater.ptr, equal.ptr, 0, list, list, 0] as const),
      );
      for (let b = 0; b < 8; ++b) {
        const scores = [4, 5, 6].map((n) => {
          let sum = 0;
          for (let k = 0; k < K; ++k) sum += w[n * stride + k]! * h[b * K + k]!;
          return sum;
        });
        expect(greater.values[b]).toBe(scores.filter((score) => score > 0).length);
        expect(equal.values[b]).toBe(0);
      }
      expect(top.values.every((score) => score === Number.NEGATIVE_INFINITY)).toBe(true);
      expect(bench.intact()).toBe(true);
    },
  );
});
