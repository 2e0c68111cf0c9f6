import { describe, expect, test } from "vitest";
import type { Bags } from "../../../src/data/item-features.js";
import { resolveTowerOptions } from "../../../src/models/two-towers/options.js";
import { type FeatureShape, planTowers } from "../../../src/models/two-towers/parameters.js";
import {
  bagColumns,
  ItemBags,
  planBags,
  planLists,
  prepareBags,
  valuesOfBags,
} from "../../../src/training/in-batch/bags.js";
import { Arena } from "../../../src/wasm/arena.js";
import { compileKernels, linkKernels } from "../../../src/wasm/kernels.js";
import { absoluteError, Inputs } from "../../assembly/harness.js";
import { type Bag, itemGradients, itemVectors } from "../../reference/bags.js";

const ITEMS = 60;
const E = 8;

/** Bags of up to `longest` entries; every fourth item has none. */
function bagsOf(rows: number, longest: number, seed: number): Bag[] {
  const inputs = new Inputs(seed);
  return Array.from({ length: ITEMS }, (_, item) => {
    const drawn = inputs.below(rows, item % 4 === 0 ? 0 : 1 + (item % longest));
    const weights = inputs.uniform(drawn.length);
    return Array.from(drawn, (row, k) => ({ row, weight: weights[k]! }));
  });
}

function listsOf(bags: readonly Bag[]): Bags {
  const offsets = [0];
  for (const bag of bags) offsets.push(offsets.at(-1)! + bag.length);
  return {
    offsets: Int32Array.from(offsets),
    rows: Int32Array.from(bags.flat(), ({ row }) => row),
    weights: Float32Array.from(bags.flat(), ({ weight }) => weight),
  };
}

describe.each(["sum", "concatenate"] as const)("features of a batch's items, %s,", (combine) => {
  // The first batch has all items; others have room for theirs only, fewer entries than there are.
  test.each([
    [ITEMS, 1],
    [7, 1],
    [7, 3],
    [1, 2],
  ])("agree with their definition: %i items, %i threads", async (U, threads) => {
    const sizes = combine === "sum" ? [E, E] : [4, 12];
    const all = [bagsOf(30, 9, U), bagsOf(3, 2, U + 1)];
    const shapes = all.map((bags, f): FeatureShape => {
      const counts = bags.map(({ length }) => length);
      const entries = counts.reduce((sum, n) => sum + n, 0);
      const [name, size, rows] = [`f${f}`, sizes[f]!, [30, 3][f]!];
      return { name, size, rows, hasOthers: true, entries, longest: Math.max(...counts) };
    });
    const features = Object.fromEntries(
      shapes.map(({ name, size }) => [name, { kind: "text", size } as const]),
    );
    const options = resolveTowerOptions({
      ...{ embeddingSize: E, layers: [E], candidateLayers: [E], combine, features },
    });
    const arena = new Arena();
    const state = { widths: 1, tail: 0 };
    const parameters = planTowers(arena, options, ITEMS, state, shapes);
    const { candidate, itemWidth: X } = parameters;
    const lists = planLists(arena, ITEMS, shapes);
    const memory = planBags(arena, candidate, X, lists, U);
    const [list, out] = [arena.plan(U), arena.plan(U, X)];
    const [gradients, heads] = [arena.plan(U, X), arena.plan(U)];
    const module = await compileKernels("portable", false);
    const kernels = linkKernels(module, arena.commit(false));

    const inputs = new Inputs(9);
    const fill = ({ table }: { table: typeof candidate.embedding }): Float64Array => {
      const { rows, width, stride } = table;
      const values = inputs.uniform(rows * width);
      const floats = arena.floats({ ...table, shape: [] });
      for (let row = 0; row < rows; ++row) {
        floats.set(values.subarray(row * width, (row + 1) * width), row * stride);
      }
      return Float64Array.from(values);
    };
    const ids = fill({ table: candidate.embedding });
    const tables = candidate.features.map(fill);
    const columns = bagColumns(lists);
    for (const [name, values] of Object.entries(valuesOfBags(all.map(listsOf)))) {
      const isFloats = values instanceof Float32Array;
      const column = isFloats ? arena.floats(columns[name]!) : arena.integers(columns[name]!);
      column.set(values);
    }
    prepareBags(arena, memory);
    arena.floats(out).fill(Number.NaN);
    const items = Array.from({ length: U }, (_, i) => (i * 7 + 3) % ITEMS);
    arena.integers(list).set(items);
    const own = Array.from({ length: threads }, (_, rank) => {
      const thread = { rank, threads, arena, kernels, link: () => kernels, barrier: () => {} };
      return new ItemBags(thread, memory);
    });

    own.at(-1)!.prepare(list, U);
    own[0]!.vectors(out.ptr, X, list.ptr, 0, U >> 1);
    own[0]!.vectors(out.ptr, X, list.ptr, U >> 1, U);
    const reference = {
      ...{ ids, e: E, combine },
      features: all.map((bags, f) => ({ table: tables[f]!, size: sizes[f]!, bags })),
    };
    expect(absoluteError(arena.floats(out), itemVectors(reference, items))).toBeLessThan(1e-6);

    const d = inputs.uniform(U * X);
    arena.floats(gradients).set(d);
    for (let u = 0; u < U; ++u) arena.words(heads)[u] = gradients.ptr + 4 * X * u;
    for (const bags of own) bags.sum(heads.ptr);
    const want = itemGradients(reference, items, Float64Array.from(d));
    for (const [f, { rows, gradients: sums, count, table }] of own[0]!.touched().entries()) {
      const words = (ptr: number) => arena.words({ ptr, length: count, shape: [count] });
      const seen = [...words(rows)];
      const used = new Set(items.flatMap((item) => all[f]![item]!.map(({ row }) => row)));
      expect(new Set(seen)).toEqual(used);
      for (const [u, at] of words(sums).entries()) {
        const { width } = table;
        const got = arena.floats({ ptr: at, length: width, shape: [] });
        const row = seen[u]!;
        const due = want.features[f]!.subarray(row * width, (row + 1) * width);
        expect(absoluteError(got, due)).toBeLessThan(1e-5);
      }
    }
  });
});
