/** Ranking by integers first: whatever the numbers, what comes out is what the plain product gives. */

import { beforeAll, describe, expect, test } from "vitest";
import { Bench, builds, type Floats, Inputs, type Words } from "./harness.js";

interface Case {
  readonly items: number;
  readonly slots: number;
  /** Columns without the bias. */
  readonly D: number;
  readonly list: number;
  /** Items are rows of a subset: lists hold their names in the whole. */
  readonly named?: boolean;
}

const shapes: readonly Case[] = [
  { items: 1, slots: 1, D: 4, list: 1 },
  { items: 7, slots: 3, D: 8, list: 0 },
  { items: 64, slots: 8, D: 100, list: 5 },
  { items: 131, slots: 9, D: 52, list: 20, named: true },
  { items: 203, slots: 17, D: 260, list: 7, named: true }, // beyond one panel's depth
  { items: 90, slots: 16, D: 516, list: 90 },
];

/** What weights and hidden states may look like: changes to uniform numbers, in place. */
const worlds: Record<string, (w: Float32Array, h: Float32Array, D: number) => void> = {
  "plain numbers": () => {},
  "biases a million times larger than scores": (w, _, D) =>
    change(w, D, (x, row, k) => (k === D ? (row % 5) * 1e6 : x)),
  "near ties: rows that differ in the last bits": (w, _, D) =>
    change(w, D, (_, row, k) => w[k]! * (1 + ((row + k) % 7) * 1e-6)),
  "exact ties: all rows the same": (w, _, D) => change(w, D, (_, __, k) => w[k]!),
  "all weights 0": (w, _, D) => change(w, D, () => 0),
  "hidden states 0": (_, h, D) => change(h, D, () => 0),
  "weights of 1e-30": (w, _, D) => change(w, D, (x) => x * 1e-30),
  "weights of 1e25": (w, _, D) => change(w, D, (x) => x * 1e25),
  "one column a thousand times the others": (w, h, D) => {
    change(w, D, (x, _, k) => (k === 0 ? 1000 * x : x));
    change(h, D, (x, _, k) => (k === 0 ? 1000 * x : x));
  },
  "rows of very different size": (w, _, D) => change(w, D, (x, row) => x * 10 ** -(row % 9)),
  "NaN and infinities here and there": (w, h, D) => {
    const odd = [Number.NaN, Infinity, -Infinity];
    change(w, D, (x, row, k) => (k === (5 * row) % 37 ? (odd[row % 11] ?? x) : x));
    h[3] = Number.NaN;
  },
};

function change(
  x: Float32Array,
  D: number,
  to: (value: number, row: number, column: number) => number,
): void {
  const W = D + 4;
  for (const [at, value] of x.entries()) x[at] = to(value, Math.floor(at / W), at % W);
}

describe.each(builds.filter(({ shared }) => !shared))("the sieve, $numerics", (build) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.create(build);
  });

  describe.each(Object.keys(worlds))("%s", (world) => {
    test.each(shapes)("$items items, $slots slots of $D, lists of $list", (shape) => {
      const { items, slots, D, list } = shape;
      bench.intact(); // forget what an earlier case left
      const W = D + 4;
      const inputs = new Inputs(items * slots + D);
      const w = inputs.uniform(items * W);
      const h = inputs.uniform(slots * W);
      worlds[world]!(w, h, D);
      for (let b = 0; b < slots; ++b) h.set([1, 0, 0, 0], b * W + D);
      const table = bench.floats(w);
      const hidden = bench.floats(h);
      const plain = byProduct(bench, table, hidden, shape);
      const sieved = bySieve(bench, table, hidden, plain.targets, shape);
      for (const name of ["greater", "equal", "topItems", "topScores"] as const) {
        const length = name.startsWith("top") ? slots * list : slots;
        const [have, want] = [sieved[name].values, plain[name].values];
        expect([name, ...have.slice(0, length)]).toEqual([name, ...want.slice(0, length)]);
      }
      expect(bench.intact()).toBe(true);
    });
  });

  test("leaves few comparisons of ordinary numbers to f32", () => {
    const shape = { items: 2000, slots: 16, D: 100, list: 0 };
    bench.intact(); // forget what an earlier case left
    const inputs = new Inputs(7);
    const table = bench.floats(inputs.uniform(2000 * 104));
    const h = inputs.uniform(16 * 104);
    for (let b = 0; b < 16; ++b) h.set([1, 0, 0, 0], b * 104 + 100);
    const hidden = bench.floats(h);
    const plain = byProduct(bench, table, hidden, shape);
    const { found } = bySieve(bench, table, hidden, plain.targets, shape);
    expect(found).toBeLessThan(0.15 * (2000 / 4) * (16 / 8));
  });
});

interface Ranked {
  readonly greater: Words;
  readonly equal: Words;
  readonly topScores: Floats;
  readonly topItems: Words;
}

function emptyRanks(bench: Bench, { slots, list }: Case): Ranked {
  const S = 8 * Math.ceil(slots / 8);
  return {
    greater: bench.words(new Int32Array(S)),
    equal: bench.words(new Int32Array(S)),
    topScores: bench.floats(new Float32Array(S * list).fill(Number.NEGATIVE_INFINITY)),
    topItems: bench.words(new Int32Array(S * list).fill(-1)),
  };
}

/** The name of each item in the whole, or nothing. */
function namesOf(bench: Bench, { items, named }: Case): number {
  if (!named) return 0;
  return bench.words(Array.from({ length: items }, (_, n) => 3 * n + 1)).ptr;
}

/** All scores in f32; slot b's target is item 7b. */
function byProduct(
  bench: Bench,
  table: Floats,
  hidden: Floats,
  shape: Case,
): Ranked & { targets: Floats } {
  const { items, slots, D, list } = shape;
  const W = D + 4;
  const S = 8 * Math.ceil(slots / 8);
  const scores = bench.floats(new Float32Array(items * S));
  const panel = bench.scratch(65536);
  const product = [scores.ptr, S, table.ptr, W, hidden.ptr, W, slots, W, false] as const;
  bench.kernels.gemmABt(...product, panel.ptr, 0, items);
  const own = Array.from({ length: S }, (_, b) => scores.values[((7 * b) % items) * S + b]!);
  const targets = bench.floats(own);
  const ranks = emptyRanks(bench, shape);
  const { greater, equal, topScores, topItems } = ranks;
  const matrix = [scores.ptr, S, items] as const;
  bench.kernels.countRanks(...matrix, targets.ptr, greater.ptr, equal.ptr, 0, slots);
  if (list > 0) {
    const names = namesOf(bench, shape);
    bench.kernels.topKRows(...matrix, names, 0, topScores.ptr, topItems.ptr, list, 0, slots);
  }
  return { ...ranks, targets };
}

function bySieve(
  bench: Bench,
  table: Floats,
  hidden: Floats,
  targets: Floats,
  shape: Case,
): Ranked & { found: number } {
  const { items, slots, D, list } = shape;
  const { kernels } = bench;
  const [W, S] = [D + 4, 8 * Math.ceil(slots / 8)];
  const [units, biases] = [bench.scratch(items), bench.scratch(items)];
  const rounded = bench.scratch(Math.ceil(items / 4) * 2 * D);
  const delta = kernels.roundRows(rounded.ptr, 4, units.ptr, biases.ptr, table.ptr, W, D, 0, items);
  const slotUnits = bench.floats(new Float32Array(S));
  const slotRounded = bench.floats(new Float32Array((S * D) / 2));
  const epsilon = kernels.roundRows(
    slotRounded.ptr,
    8,
    slotUnits.ptr,
    0,
    hidden.ptr,
    W,
    D,
    0,
    slots,
  );
  const panels = bench.scratch(S * W);
  kernels.packPanels(panels.ptr, hidden.ptr, slots, W);
  const ranks = emptyRanks(bench, shape);
  const { greater, equal, topScores, topItems } = ranks;
  const [goals, doors] = [bench.scratch(S), bench.scratch(S)];
  const [unsure, tile] = [bench.scratch(Math.ceil(items / 4) * (S / 8) * 2), bench.scratch(32)];
  const names = namesOf(bench, shape);
  let found = 0;
  // In two pieces: what the first leaves in the lists counts in the second.
  const half = items >> 1;
  for (const [begin, end] of [
    [0, half - (half % 4)],
    [half - (half % 4), items],
  ] as const) {
    kernels.setThresholds(goals.ptr, doors.ptr, targets.ptr, topScores.ptr, list, slots, S);
    const left = kernels.countSureRanks(
      ...([greater.ptr, unsure.ptr, rounded.ptr, units.ptr, biases.ptr, D] as const),
      ...([slotRounded.ptr, slotUnits.ptr, goals.ptr, doors.ptr, S] as const),
      ...([delta, epsilon, begin, end] as const),
    );
    kernels.countUnsureRanks(
      ...([unsure.ptr, left, end, table.ptr, W, W, panels.ptr, tile.ptr, targets.ptr] as const),
      ...([greater.ptr, equal.ptr, names, topScores.ptr, topItems.ptr, list] as const),
    );
    found += left;
  }
  return { ...ranks, found };
}
