import { beforeAll, describe, expect, test } from "vitest";
import { type Bag, type FeatureCase, itemGradients, itemVectors } from "../reference/bags.js";
import { absoluteError, Bench, builds, Inputs } from "./harness.js";

/** Items with no, one and several entries; some rows are in no bag, some twice in one. */
function caseOf(seed: number, size: number): { given: FeatureCase; items: number[] } {
  const inputs = new Inputs(seed);
  const [rows, count] = [9, 12];
  const bags = Array.from({ length: count }, (_, item): Bag => {
    const drawn = inputs.below(rows - 2, item % 4);
    const weights = inputs.uniform(drawn.length);
    return [...drawn].map((row, k) => ({ row, weight: weights[k]! }));
  });
  const table = Float64Array.from(inputs.uniform(rows * size));
  const ids = Float64Array.from(inputs.uniform(count * size));
  const features = [{ table, size, bags }];
  const items = [3, 3, 0, 11, 7, 2, 10];
  return { given: { ids, e: size, features, combine: "sum" }, items };
}

function listsOf(bags: readonly Bag[]) {
  const offsets = [0];
  for (const bag of bags) offsets.push(offsets.at(-1)! + bag.length);
  const entries = bags.flat();
  return {
    ...{ offsets, rows: entries.map(({ row }) => row) },
    weights: entries.map(({ weight }) => weight),
  };
}

describe.each(builds)("bags, $numerics, shared $shared", (build) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.create(build);
  });

  test.each([4, 12, 100])("addBags adds an item's weighted rows, %i columns", (size) => {
    const { given, items } = caseOf(size, size);
    const [ld, stride] = [size + 4, size + 8];
    const [{ table, bags }] = given.features as [FeatureCase["features"][0]];
    const lists = listsOf(bags);
    const wide = new Float32Array(9 * stride).fill(Number.NaN);
    for (let row = 0; row < 9; ++row) {
      wide.set(table.subarray(row * size, (row + 1) * size), row * stride);
    }
    const out = bench.floats(
      items.flatMap((item) => [...given.ids.subarray(item * size, (item + 1) * size), 1, 2, 3, 4]),
    );
    const before = out.values.slice();
    const where = [out.ptr, ld, bench.floats(wide).ptr, stride, bench.words(items).ptr] as const;
    const bag = [
      ...([bench.words(lists.offsets).ptr, bench.words(lists.rows).ptr] as const),
      ...([bench.floats(lists.weights).ptr, size] as const),
    ] as const;
    bench.kernels.addBags(...where, ...bag, 1, 4);
    const want = itemVectors(given, items);
    for (const [n] of items.entries()) {
      const row = out.values.subarray(n * ld, (n + 1) * ld);
      if (n < 1 || n >= 4) expect([...row]).toEqual([...before.subarray(n * ld, (n + 1) * ld)]);
      else {
        expect(
          absoluteError(row.subarray(0, size), want.subarray(n * size, (n + 1) * size)),
        ).toBeLessThan(1e-6);
        expect([...row.subarray(size)]).toEqual([1, 2, 3, 4]);
      }
    }
    expect(bench.intact()).toBe(true);
  });

  test.each([4, 12, 100])(
    "sumBags sums the gradients of each row's vectors, %i columns",
    (size) => {
      const { given } = caseOf(100 + size, size);
      const items = [1, 3, 6, 11, 0, 2];
      const bags = given.features[0]!.bags;
      const [at, ld] = [4, size + 4];
      const inputs = new Inputs(size);
      const d = inputs.uniform(items.length * ld);
      const entries = items.flatMap((item, owner) =>
        bags[item]!.map((entry) => ({ owner, ...entry })),
      );
      const n = entries.length;
      const rows = bench.words(entries.map(({ row }) => row));
      const [slots, distinct] = [bench.words(inputs.below(9, 9)), bench.words(rows.values)];
      const [first, next] = [bench.words(rows.values), bench.words(rows.values)];
      const last = bench.words(rows.values);
      const count = bench.kernels.groupRows(
        ...([rows.ptr, slots.ptr, distinct.ptr, first.ptr, last.ptr, next.ptr, 0, 0, n] as const),
      );
      const gradients = bench.floats(d);
      const heads = bench.words(items.map((_, owner) => gradients.ptr + 4 * ld * owner));
      const out = bench.scratch(count * size);
      const owners = bench.words(entries.map(({ owner }) => owner));
      const weights = bench.floats(entries.map(({ weight }) => weight));
      const chains = [first.ptr, next.ptr, owners.ptr, weights.ptr, heads.ptr, at] as const;
      const split = count >> 1;
      bench.kernels.sumBags(out.ptr, size, ...chains, split, count);
      for (let i = 0; i < split * size; ++i) expect(out.values[i]).toBeNaN();
      bench.kernels.sumBags(out.ptr, size, ...chains, 0, split);
      const own = Float64Array.from({ length: items.length * size }, (_, i) => {
        return d[Math.floor(i / size) * ld + at + (i % size)]!;
      });
      const want = itemGradients(given, items, own).features[0]!;
      for (let u = 0; u < count; ++u) {
        const row = distinct.values[u]!;
        const got = out.values.subarray(u * size, (u + 1) * size);
        expect(absoluteError(got, want.subarray(row * size, (row + 1) * size))).toBeLessThan(1e-6);
      }
      expect(bench.intact()).toBe(true);
    },
  );
});

describe("the reference of items with features", () => {
  test.each(["sum", "concatenate"] as const)(
    "agrees with central differences of every table, %s",
    (combine) => {
      const inputs = new Inputs(7);
      const { given: one, items } = caseOf(5, 4);
      const size = combine === "sum" ? 4 : 3;
      const other = { table: Float64Array.from(inputs.uniform(2 * size)), size };
      const bags = Array.from({ length: 12 }, (_, i): Bag => {
        return i % 3 === 0 ? [] : [{ row: 1, weight: i / 7 }];
      });
      const features = [...one.features, { ...other, bags }];
      const given: FeatureCase = { ...one, features, combine };
      const width = combine === "sum" ? 4 : 4 + 4 + size;
      const pull = Float64Array.from(inputs.uniform(items.length * width));
      // Not linear, so that a gradient at the wrong place shows.
      const loss = (): number =>
        itemVectors(given, items).reduce((sum, x, i) => sum + (pull[i]! * x * x) / 2, 0);
      const d = itemVectors(given, items).map((x, i) => pull[i]! * x);
      const gradients = itemGradients(given, items, d);
      const tables = [given.ids, ...features.map(({ table }) => table)];
      for (const [t, want] of [gradients.ids, ...gradients.features].entries()) {
        const table = tables[t]!;
        for (let i = 0; i < table.length; ++i) {
          const [x, h] = [table[i]!, 1e-5];
          table[i] = x + h;
          const above = loss();
          table[i] = x - h;
          const below = loss();
          table[i] = x;
          expect((above - below) / (2 * h)).toBeCloseTo(want[i]!, 8);
        }
      }
    },
  );
});
