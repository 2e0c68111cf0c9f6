/** What plain JavaScript can do with a model by mistake. */

import { afterAll, describe, expect, test } from "vitest";
import { ConfigError, GRU4Rec, RetrievalIndex, recommendAll, TwoTowers } from "../../src/index.js";

const ids = ["a", "b", "c", "d"];
const model = await GRU4Rec.create(ids, { layers: [4] });
const towers = await TwoTowers.create(ids, { embeddingSize: 4, layers: [4] });
const index = await towers.index();
afterAll(() => {
  for (const made of [model, towers, index]) made.dispose();
});

describe("JSON.stringify says where the weights are", () => {
  test.each([
    ["GRU4Rec", model],
    ["TwoTowers", towers],
    ["RetrievalIndex", index],
  ])("of a %s, alone and within something else", (name, made) => {
    for (const value of [made, { best: [made] }]) {
      const attempt = (): string => JSON.stringify(value);
      expect(attempt).toThrow(ConfigError);
      expect(attempt).toThrow(
        `${name}: expected to be saved as bytes, got JSON.stringify(…). JSON holds no weights: save them with \`toBytes()\`.`,
      );
    }
  });
});

describe("a constructor says what makes its object", () => {
  test.each([
    [
      GRU4Rec,
      "GRU4Rec: expected GRU4Rec.create(items) or GRU4Rec.fromBytes(bytes), got new GRU4Rec(…)",
    ],
    [
      TwoTowers,
      "TwoTowers: expected TwoTowers.create(items) or TwoTowers.fromBytes(bytes), got new",
    ],
    [
      RetrievalIndex,
      "RetrievalIndex: expected towers.index() or RetrievalIndex.fromBytes(bytes), got",
    ],
  ])("%o", (kind, message) => {
    const made = kind as unknown as new (...given: unknown[]) => unknown;
    for (const given of [[], [ids], [ids, { layers: [4] }, {}, {}, {}]]) {
      expect(() => new made(...given)).toThrow(ConfigError);
      expect(() => new made(...given)).toThrow(message);
    }
  });
});

describe("a bare number is told to be a count", () => {
  const five = 5 as unknown as object;
  test.each([
    ["model.recommend", "recommend", () => model.recommend(["a"], five)],
    ["session.recommend", "recommend", () => model.session().push("a").recommend(five)],
    ["model.similarItems", "similarItems", () => model.similarItems("a", five)],
    ["index.recommend", "recommend", () => index.recommend(["a"], five)],
    ["a session of an index", "recommend", () => index.session().push("a").recommend(five)],
    ["index.similarItems", "similarItems", () => index.similarItems("a", five)],
    ["recommendAll", "recommendAll", () => recommendAll(model, [["a"]], five)],
  ])("%s", async (_, what, call) => {
    const error = await (async () => call())().catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toBe(
      `${what} options: expected an object, got 5. Pass \`{ count: 5 }\`.`,
    );
  });

  test("and all of them obey one", async () => {
    const two = { count: 2 };
    expect(model.recommend(["a"], two)).toHaveLength(2);
    expect(model.session().push("a").recommend(two)).toHaveLength(2);
    expect(model.similarItems("a", two)).toHaveLength(2);
    expect(index.recommend(["a"], two)).toHaveLength(2);
    expect(index.session().push("a").recommend(two)).toHaveLength(2);
    expect(index.similarItems("a", two)).toHaveLength(2);
    expect((await recommendAll(model, [["a"]], { ...two, threads: 0 }))[0]).toHaveLength(2);
  });
});
