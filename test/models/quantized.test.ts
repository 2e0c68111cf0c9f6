/** Recommending by way of the 8-bit table. */

import { describe, expect, test } from "vitest";
import { GRU4Rec, outdoorShop, train } from "../../src/index.js";
import { compileKernels } from "../../src/wasm/kernels.js";
import "../assembly/harness.js"; // relaxed SIMD on Node 20, whose 8-bit products are others
import { withTensor } from "./files.js";

describe("recommend with quantize", () => {
  test("gives the exact lists of a trained model, scores included", async () => {
    const shop = outdoorShop({ sessions: 3000, testSessions: 300 });
    const model = await GRU4Rec.create(shop.train.items, { layers: [32], seed: 3 });
    for await (const _ of train(model, shop.train, { epochs: 1, negatives: 64, threads: 0 }));
    const { itemIndices, offsets, length } = shop.test;
    for (let s = 0; s < length; ++s) {
      const visit = Array.from(itemIndices.subarray(offsets[s]!, offsets[s + 1]!), (item) =>
        shop.test.items.idOf(item),
      );
      const exact = model.recommend(visit, { count: 20 });
      const fast = model.recommend(visit, { count: 20, quantize: true });
      expect(fast).toEqual(exact);
    }
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

  test("gives the same lists before and after faster kernels are there", async () => {
    const shop = outdoorShop({ sessions: 300, testSessions: 10 });
    const model = await GRU4Rec.create(shop.train.items, { layers: [16], seed: 1 });
    const lists = (quantize: boolean): unknown[] =>
      shop.train.items.ids.map((id) => model.recommend([id], { quantize }));
    const exact = lists(false);
    expect(lists(true)).toEqual(exact);
    await compileKernels("fast", false);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(lists(true)).toEqual(exact);
  });

  test("lists what a bound in 32 bits cannot tell: scores beyond the floats", async () => {
    const model = await GRU4Rec.create(["a", "b", "c", "d"], { layers: [5], seed: 1 });
    const bytes = withTensor(await model.toBytes(), "By", [3.4e38, -3.4e38, 0, 3.4e38]);
    const huge = await GRU4Rec.fromBytes(bytes);
    expect(huge.recommend(["a"], { quantize: true })).toEqual(huge.recommend(["a"]));
    expect(huge.recommend(["a"])).toHaveLength(4);
  });

  test("lists more items than a call has arguments", async () => {
    const ids = Array.from({ length: 200_000 }, (_, item) => item);
    const model = await GRU4Rec.create(ids, { layers: [4], seed: 1 });
    const count = 150_000;
    const list = model.recommend([7], { count, quantize: true });
    expect(list).toEqual(model.recommend([7], { count }));
    expect(list).toHaveLength(count);
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
