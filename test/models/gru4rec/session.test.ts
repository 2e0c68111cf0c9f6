/** A visit that is kept: its hidden state is that of all its clicks, and of nobody else's. */

import { describe, expect, test } from "vitest";
import { DisposedError, fit, GRU4Rec, type ModelOptions } from "../../../src/index.js";
import { clicks } from "../../training/clicks.js";

const sessions = clicks(30, 20);
const VISIT = ["item 3", "item 4", "item 4", "item 19", "item 0"];

async function modelOf(options: ModelOptions = {}): Promise<GRU4Rec> {
  return GRU4Rec.create(sessions.items, { layers: [9], ...options });
}

describe("a session", () => {
  test.each<ModelOptions>([
    {},
    { layers: [5, 8, 3], resetAfter: true },
    { embedding: "one-hot", cell: "rnn" },
    { layers: [5, 7], cell: "lstm" },
    { dropoutHidden: 0.5, dropoutEmbedding: 0.5 },
  ])("recommends what the list of its clicks does, after every click: %o", async (options) => {
    const model = await modelOf(options);
    const visit = model.session();
    for (const [i, itemId] of VISIT.entries()) {
      const list = visit.push(itemId).recommend({ count: 5 });
      expect(list).toEqual(model.recommend(VISIT.slice(0, i + 1), { count: 5 }));
      expect(visit.clicks).toBe(i + 1);
    }
  });

  test("is empty before the first known click", async () => {
    const visit = (await modelOf()).session();
    expect(visit.recommend()).toEqual([]);
    expect(visit.push("nobody").recommend()).toEqual([]);
    expect(visit.clicks).toBe(0);
    expect(visit.push("item 1").recommend()).toHaveLength(20);
  });

  test("is not changed by recommending, nor by what other visits do", async () => {
    const model = await modelOf();
    const [one, other] = [model.session(), model.session()];
    one.push("item 1");
    const before = one.recommend({ count: 3 });
    other.push("item 7").push("item 9").recommend({ count: 8 });
    model.similarItems("item 3");
    expect(one.recommend({ count: 3 })).toEqual(before);
    expect(one.recommend({ count: 3, exclude: [before[0]!.itemId] })[0]).toEqual(before[1]);
  });

  test("begins anew after reset", async () => {
    const model = await modelOf();
    const visit = model.session().push("item 1").push("item 2");
    expect(visit.reset().recommend()).toEqual([]);
    expect(visit.clicks).toBe(0);
    expect(visit.push("item 5").recommend()).toEqual(model.recommend(["item 5"]));
  });

  test("goes on with the new weights when its model is trained", async () => {
    const model = await modelOf();
    const visit = model.session().push("item 1");
    const before = visit.recommend({ count: 1 })[0]!.score;
    await fit(model, sessions, { epochs: 1, batchSize: 8, negatives: 8, threads: 0 });
    expect(visit.recommend({ count: 1 })[0]!.score).not.toBe(before);
    expect(visit.push("item 2").recommend({ count: 3 })).toHaveLength(3);
  });

  test("is of no use after its disposal, which may come twice, nor after its model's", async () => {
    const model = await modelOf();
    const [visit, other] = [model.session(), model.session().push("item 1")];
    visit.dispose();
    visit[Symbol.dispose]();
    for (const use of [() => visit.push("item 1"), () => visit.recommend(), () => visit.reset()]) {
      expect(use).toThrow(DisposedError);
    }
    model.dispose();
    for (const use of [() => other.push("item 1"), () => other.recommend(), () => other.reset()]) {
      expect(use).toThrow(DisposedError);
    }
  });
});
