/** Recommending by way of the 8-bit table. */

import { describe, expect, test } from "vitest";
import { GRU4Rec, outdoorShop, train } from "../../src/index.js";

describe("recommend with quantize", () => {
  test("gives the exact lists of a trained model, scores included", async () => {
    const shop = outdoorShop({ sessions: 3000, testSessions: 300 });
    const model = await GRU4Rec.create(shop.train.items, { layers: [32], seed: 3 });
    for await (const _ of train(model, shop.train, { epochs: 1, negatives: 64, threads: 0 }));
    let equal = 0;
    const { itemIndices, offsets, length } = shop.test;
    for (let s = 0; s < length; ++s) {
      const visit = Array.from(itemIndices.subarray(offsets[s]!, offsets[s + 1]!), (item) =>
        shop.test.items.idOf(item),
      );
      const exact = model.recommend(visit, { count: 20 });
      const fast = model.recommend(visit, { count: 20, quantize: true });
      if (JSON.stringify(exact) === JSON.stringify(fast)) equal++;
    }
    expect(equal / length).toBeGreaterThanOrEqual(0.999);
  });

  test("obeys exclude, only and count", async () => {
    const model = await GRU4Rec.create(["a", "b", "c", "d"], { layers: [5], seed: 1 });
    const ids = (options: object): unknown[] =>
      model.recommend(["a"], { ...options, quantize: true }).map(({ itemId }) => itemId);
    expect(ids({ exclude: ["b"] })).not.toContain("b");
    expect(ids({ only: ["c", "d", "nobody"] }).sort()).toEqual(["c", "d"]);
    expect(ids({ count: 0 })).toEqual([]);
    expect(ids({ count: 99 })).toHaveLength(4);
  });

  test("follows the weights when training goes on", async () => {
    const shop = outdoorShop({ sessions: 300, testSessions: 10 });
    const model = await GRU4Rec.create(shop.train.items, { layers: [16], seed: 1 });
    const item = shop.train.items.idOf(0);
    model.recommend([item], { quantize: true });
    for await (const _ of train(model, shop.train, { epochs: 1, negatives: 16, threads: 0 }));
    expect(model.recommend([item], { quantize: true })).toEqual(model.recommend([item]));
  });
});
