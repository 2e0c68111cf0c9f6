/** Vectors of items and of visits: an exact inner product over them gives the list of `recommend`. */

import { describe, expect, test } from "vitest";
import {
  fit,
  GRU4Rec,
  type Id,
  type ItemVectors,
  itemVectors,
  type ModelOptions,
  type Recommendation,
  TwoTowers,
  type VisitVectors,
  visitVectors,
} from "../../src/index.js";
import { CounterRandom } from "../../src/random.js";
import { withTensor } from "../models/files.js";
import { clicks } from "../training/clicks.js";

const ITEMS = 61;
const log = clicks(120, ITEMS);
const random = new CounterRandom(5, 3);
const visits = Array.from({ length: 30 }, (_, v) =>
  Array.from({ length: v % 8 }, () => `item ${random.below(ITEMS + 6)}`),
);

/** All items by their products in f64, equal ones in the order of the rows. */
function ranked(items: ItemVectors, found: VisitVectors, row: number): Recommendation[] {
  const visit = found.values.subarray(row * found.columns, (row + 1) * found.columns);
  const scored = items.ids.map((itemId, i) => {
    const vector = items.values.subarray(i * items.columns, (i + 1) * items.columns);
    return { itemId, score: vector.reduce((sum, value, c) => sum + value * visit[c]!, 0) };
  });
  return scored.sort((a, b) => b.score - a.score); // stable
}

async function expectLists(
  model: GRU4Rec | TwoTowers,
  recommend: (visit: readonly Id[]) => readonly Recommendation[],
): Promise<void> {
  const items = await itemVectors(model);
  const found = await visitVectors(model, visits);
  expect(found.columns).toBe(items.columns);
  expect(items.values).toHaveLength(items.rows * items.columns);
  const lists = visits.map((visit) => recommend(visit));
  const answered = lists.flatMap((list, v) => (list.length > 0 ? [v] : []));
  expect([...found.visits]).toEqual(answered);
  for (const [row, v] of answered.entries()) {
    const list = lists[v]!;
    const exact = ranked(items, found, row);
    expect(exact.map(({ itemId }) => itemId)).toEqual(list.map(({ itemId }) => itemId));
    for (const [i, { score }] of exact.entries()) expect(score).toBeCloseTo(list[i]!.score, 4);
  }
}

async function trained(options: ModelOptions): Promise<GRU4Rec> {
  const model = await GRU4Rec.create(log.items, { seed: 3, ...options });
  await fit(model, log, { epochs: 1, batchSize: 8, negatives: 16, threads: 0 });
  return model;
}

describe("an exact inner product gives the lists of recommend, items in their order", () => {
  test.each<[string, ModelOptions]>([
    ["a shared embedding", { layers: [20], embedding: "shared" }],
    ["two layers of odd sizes", { layers: [9, 6], embedding: "one-hot" }],
    ["two states a layer", { layers: [7], cell: "lstm" }],
    ["windows", { layers: [8], windowLength: 4, embedding: "separate" }],
  ])("of a model with %s", async (_, options) => {
    using model = await trained(options);
    await expectLists(model, (visit) => model.recommend(visit, { count: ITEMS }));
  });

  test("of items with equal scores, by row", async () => {
    using model = await trained({ layers: [6], embedding: "separate" });
    const three = (i: number): number => [0.5, -0.25, 1][i % 3]!;
    const table = Array.from(
      { length: 6 * ITEMS },
      (_, i) => three(Math.floor(i / 6)) * (1 + (i % 6)),
    );
    const bytes = withTensor(model.toBytes(), "Wy", table);
    const biases = Array.from({ length: ITEMS }, (_, i) => three(i));
    using equal = await GRU4Rec.fromBytes(withTensor(bytes, "By", biases));
    const [list] = [equal.recommend(["item 1"], { count: ITEMS })];
    expect(new Set(list.map(({ score }) => score)).size).toBe(3);
    await expectLists(equal, (visit) => equal.recommend(visit, { count: ITEMS }));
  });

  test("of two towers and of their index, times included", async () => {
    using towers = await TwoTowers.create(log.items, {
      ...{ layers: [6], embeddingSize: 6, windowLength: 4, timeBoundaries: [100, 200] },
      candidateLayers: [5],
      queryLayers: [5],
    });
    using index = await towers.index();
    await expectLists(towers, (visit) => index.recommend(visit, { count: ITEMS }));
    expect(await itemVectors(index)).toEqual(await itemVectors(towers));
    const late = await visitVectors(index, visits, { time: 250 });
    const items = await itemVectors(index);
    expect(ranked(items, late, 0).map(({ itemId }) => itemId)).toEqual(
      index
        .recommend(visits[late.visits[0]!]!, { count: ITEMS, time: 250 })
        .map(({ itemId }) => itemId),
    );
  });
});

describe("visitVectors", () => {
  test("leaves out visits that nobody can answer", async () => {
    using model = await trained({ layers: [5] });
    const found = await visitVectors(model, [[], ["nobody"], ["item 1"]]);
    expect([[...found.visits], found.rows, found.columns]).toEqual([[2], 1, 6]);
    expect(found.values[5]).toBe(1);
    expect((await visitVectors(model, [])).values).toHaveLength(0);
  });

  test("refuses what it cannot do", async () => {
    using model = await trained({ layers: [5] });
    const call = (options: object): Promise<unknown> => visitVectors(model, [["item 1"]], options);
    await expect(call({ time: 3 })).rejects.toThrow("time: expected one of the vector options");
    await expect(visitVectors(model, [["item 1", null as unknown as Id]])).rejects.toThrow(
      "visits[0][1]",
    );
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(call({ signal })).rejects.toThrow("enough");
    await expect(itemVectors({} as GRU4Rec)).rejects.toThrow("model: expected a GRU4Rec");
  });
});
