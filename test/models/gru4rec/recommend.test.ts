/** Lists of recommendations: which items, in which order, and never a surprise. */

import { describe, expect, test } from "vitest";
import {
  ConfigError,
  DisposedError,
  GRU4Rec,
  type Id,
  type Recommendation,
  type RecommendOptions,
} from "../../../src/index.js";
import { tensorOf, withTensor } from "../files.js";

const IDS = Array.from({ length: 60 }, (_, item) => `item ${item}`);
const CLICKS = ["item 3", "item 14", "item 3"];

async function modelOf(ids: readonly Id[] = IDS): Promise<GRU4Rec> {
  return GRU4Rec.create(ids, { layers: [10], embedding: "separate", seed: 5 });
}

/** A model to which all items, or these groups of items, score alike. */
async function tiedModel(ids: readonly Id[], groups = 1): Promise<GRU4Rec> {
  const bytes = (await modelOf(ids)).toBytes();
  const Wy = tensorOf(bytes, "Wy");
  return GRU4Rec.fromBytes(
    withTensor(
      bytes,
      "Wy",
      Wy.map((_, i) => Wy[(Math.floor(i / 10) % groups) * 10 + (i % 10)]!),
    ),
  );
}

const idsOf = (list: readonly Recommendation[]): Id[] => list.map(({ itemId }) => itemId);

describe("recommend", () => {
  test("lists the whole catalogue by falling score", async () => {
    const list = (await modelOf()).recommend(CLICKS, { count: 60 });
    expect(idsOf(list).sort()).toEqual([...IDS].sort());
    for (const [i, { score }] of list.entries()) {
      expect(score).toBeLessThanOrEqual(list[i - 1]?.score ?? Number.POSITIVE_INFINITY);
    }
    expect(list[0]!.score).toBeGreaterThan(list[59]!.score);
  });

  test.each<[string, RecommendOptions, (full: Recommendation[]) => Recommendation[]]>([
    ["20 items where no count is given", {}, (full) => full.slice(0, 20)],
    ["as many as asked for", { count: 7 }, (full) => full.slice(0, 7)],
    ["nothing when 0 are asked for", { count: 0 }, () => []],
    ["no more than there are", { count: 1000 }, (full) => full],
    ["no more than there are, asked for very many", { count: 2 ** 40 }, (full) => full],
    [
      "nothing excluded",
      { count: 60, exclude: ["item 3", "item 14", "nobody"] },
      (full) => full.filter(({ itemId }) => itemId !== "item 3" && itemId !== "item 14"),
    ],
    [
      "only what is asked for",
      { only: new Set(["item 5", "item 50", "nobody"]) },
      (full) => full.filter(({ itemId }) => itemId === "item 5" || itemId === "item 50"),
    ],
    [
      "only what is asked for and not excluded",
      { only: ["item 5", "item 5", "item 50", "item 9"], exclude: ["item 9"] },
      (full) => full.filter(({ itemId }) => itemId === "item 5" || itemId === "item 50"),
    ],
    ["nothing where nothing is left", { only: ["item 5"], exclude: ["item 5"] }, () => []],
    ["nothing of only unknown items", { only: ["nobody"] }, () => []],
    ["nothing of an empty list", { only: [] }, () => []],
    [
      "all where everything is excluded but one",
      { exclude: IDS.slice(1) },
      (full) => full.filter(({ itemId }) => itemId === "item 0"),
    ],
  ])("lists %s", async (_, options, expected) => {
    const model = await modelOf();
    const full = model.recommend(CLICKS, { count: 60 });
    expect(model.recommend(CLICKS, options)).toEqual(expected(full));
    const quantized = model.recommend(CLICKS, { ...options, quantize: true });
    expect(quantized).toEqual(expected(full));
  });

  test.each([1, 3, 7])("lists the lower row first where %i groups of items tie", async (groups) => {
    const ids = Array.from({ length: 2000 }, (_, item) => item);
    const model = await tiedModel(ids, groups);
    const all = idsOf(model.recommend([1], { count: 2000 })) as number[];
    for (let at = 1; at < all.length; ++at) {
      const tied = all[at]! % groups === all[at - 1]! % groups;
      if (tied) expect(all[at]!).toBeGreaterThan(all[at - 1]!);
    }
    expect(new Set(all).size).toBe(2000);
    for (const count of [1, 20, 1023, 1024, 1025, 1999]) {
      expect(idsOf(model.recommend([1], { count })), `${count}`).toEqual(all.slice(0, count));
    }
  });

  test("skips unknown clicks, and knows nothing of unknown ones alone", async () => {
    const model = await modelOf();
    const skipped = model.recommend(["nobody", ...CLICKS, "nothing"]);
    expect(skipped).toEqual(model.recommend(CLICKS));
    expect(model.recommend(["nobody"])).toEqual([]);
    expect(model.recommend([])).toEqual([]);
  });

  test("takes every iterable of clicks, and minds their order", async () => {
    const model = await modelOf();
    const list = model.recommend(CLICKS);
    expect(model.recommend(CLICKS.values())).toEqual(list);
    expect(model.recommend(["item 14", "item 3", "item 3"])).not.toEqual(list);
  });

  test("hands out copies: a list stays when the model goes on", async () => {
    const model = await modelOf();
    const list = model.recommend(CLICKS, { count: 3 });
    const before = structuredClone(list);
    model.recommend(["item 7"]);
    model.dispose();
    expect(list).toEqual(before);
  });

  test.each<[string, (model: GRU4Rec) => unknown, string]>([
    ["count", (m) => m.recommend(CLICKS, { count: -1 }), "count: expected an integer ≥ 0, got -1"],
    ["count", (m) => m.recommend([], { count: 1.5 }), "count: expected an integer ≥ 0, got 1.5"],
    [
      "count",
      (m) => m.similarItems("item 1", { count: Number.NaN }),
      "count: expected an integer ≥ 0, got NaN",
    ],
    ["itemIds", (m) => m.recommend("item 3"), 'itemIds: expected a list of item ids, got "item 3"'],
    ["only", (m) => m.recommend(CLICKS, { only: "item 3" }), "only: expected a list of item ids"],
    ["exclude", (m) => m.recommend(CLICKS, { exclude: "x" }), "exclude: expected a list of item"],
  ])("refuses a wrong %s", async (path, call, message) => {
    const model = await modelOf();
    expect(() => call(model)).toThrow(ConfigError);
    expect(() => call(model)).toThrow(expect.objectContaining({ path }));
    expect(() => call(model)).toThrow(message);
  });

  test("takes ids of every kind for what they are", async () => {
    const ids: readonly Id[] = ["__proto__", "", "0", 0, 10n, 10, "10", "constructor", -0.5];
    const model = await modelOf(ids);
    expect(new Set(idsOf(model.recommend(["0"])))).toEqual(new Set(ids));
    const scores = ids.map((id) => model.recommend([id], { count: 1 })[0]!.score);
    expect(new Set(scores).size).toBe(ids.length);
    expect(idsOf(model.recommend([0], { only: ["0", 10n, "__proto__"] })).sort()).toEqual(
      ["0", 10n, "__proto__"].sort(),
    );
    // 0n is not there, but other spellings of it are (Items.indexOf).
    expect([...ids, -0, 0n].every((id) => model.hasItem(id))).toBe(true);
    expect(["toString", "00", 10.5, 7n].some((id) => model.hasItem(id))).toBe(false);
  });
});

describe("similarItems", () => {
  test("sorts by the cosine of the output weights, the item itself left out", async () => {
    const model = await modelOf();
    const Wy = tensorOf(model.toBytes(), "Wy");
    const row = (item: number): number[] => [...Wy.subarray(10 * item, 10 * item + 10)];
    const dot = (a: number[], b: number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
    const cosine = (a: number[], b: number[]): number =>
      dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    const expected = IDS.map((itemId, item) => ({ itemId, score: cosine(row(item), row(8)) }))
      .filter(({ itemId }) => itemId !== "item 8")
      .sort((a, b) => b.score - a.score);
    const list = model.similarItems("item 8", { count: 60 });
    expect(idsOf(list)).toEqual(idsOf(expected));
    for (const [i, { score }] of list.entries()) expect(score).toBeCloseTo(expected[i]!.score, 5);
    expect(model.similarItems("item 8")).toEqual(list.slice(0, 20));
  });

  test("knows nothing of an unknown item", async () => {
    expect((await modelOf()).similarItems("nobody")).toEqual([]);
  });

  test("finds weights that are all 0 similar to nothing", async () => {
    const bytes = (await modelOf()).toBytes();
    const Wy = tensorOf(bytes, "Wy").fill(0, 80, 90);
    const model = await GRU4Rec.fromBytes(withTensor(bytes, "Wy", Wy));
    expect(model.similarItems("item 8", { count: 60 }).every(({ score }) => score === 0)).toBe(
      true,
    );
    expect(
      model.similarItems("item 1", { count: 60 }).find(({ itemId }) => itemId === "item 8")!.score,
    ).toBe(0);
  });
});

describe("a disposed model", () => {
  test("may be disposed again, and does nothing else", async () => {
    const model = await modelOf();
    model.dispose();
    model[Symbol.dispose]();
    for (const use of [
      () => model.recommend(CLICKS),
      () => model.similarItems("item 1"),
      () => model.session(),
      () => model.toBytes(),
      () => model.parameterCount,
    ]) {
      expect(use).toThrow(DisposedError);
    }
  });

  test("still says what it was", async () => {
    const model = await modelOf();
    model.dispose();
    expect(model.items.size).toBe(60);
    expect(model.options.layers).toEqual([10]);
    expect(model.hasItem("item 1")).toBe(true);
  });
});
