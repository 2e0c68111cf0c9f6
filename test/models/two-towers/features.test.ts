import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bucketOf } from "../../../src/data/boundaries.js";
import type { Examples } from "../../../src/data/examples.js";
import { NO_ITEM } from "../../../src/data/items.js";
import {
  boundariesOf,
  ConfigError,
  evaluate,
  type FeatureOptions,
  fit,
  type ItemRecord,
  Items,
  RetrievalIndex,
  resolveTowerOptions,
  type TowerOptions,
  TwoTowers,
} from "../../../src/index.js";
import { doorOf } from "../../../src/models/stored-model.js";
import { foldFeatures } from "../../../src/models/two-towers/fold.js";
import type { TowerInference } from "../../../src/models/two-towers/inference.js";
import { featuresOf } from "../../../src/models/two-towers/two-towers.js";
import { Inputs } from "../../assembly/harness.js";
import { retrievalLoss } from "../../reference/retrieval.js";

const WINDOW = 3;
const KINDS = ["tent", "stove", "lamp"];

/** A shop of 12 things of three kinds; a thing of one kind is followed by any of the next kind. */
const ids = Array.from({ length: 12 }, (_, i) => `thing ${i}`);
const records: ItemRecord[] = ids.slice(0, 11).map((itemId, i) => ({
  ...{ itemId, kind: KINDS[i % 3]!, words: `${KINDS[i % 3]} number ${i % 2}`, price: i },
  tags: i % 2 === 0 ? [KINDS[i % 3]!, i] : [],
}));
const features: TowerOptions["features"] & object = {
  kind: { kind: "category" },
  words: { kind: "text" },
  tags: { kind: "categories" },
  price: { kind: "number" },
};

function shop(n: number, seed: number): Examples {
  const draws = new Inputs(seed).below(4, n * (WINDOW + 1));
  const contexts = new Int32Array(n * WINDOW).fill(NO_ITEM);
  const targets = new Int32Array(n);
  const thing = (kind: number, draw: number) => (kind % 3) + 3 * draws[draw]!;
  for (let i = 0; i < n; ++i) {
    const length = 1 + (i % WINDOW);
    for (let t = 0; t < length; ++t) contexts[i * WINDOW + t] = thing(i + t, i * (WINDOW + 1) + t);
    targets[i] = thing(i + length, i * (WINDOW + 1) + WINDOW);
  }
  const times = Float64Array.from(targets, (_, i) => i);
  return { items: Items.from(ids), windowLength: WINDOW, length: n, contexts, targets, times };
}

const base = { windowLength: WINDOW, embeddingSize: 8, layers: [8], padding: "masked" } as const;
const concatenated = { ...base, combine: "concatenate", candidateLayers: [8], features } as const;

describe.each<[string, TowerOptions]>([
  ["summed", { ...base, features }],
  ["concatenated", { ...concatenated, timeBoundaries: [9, 99], queryLayers: [8] }],
])("features, %s,", (_, options) => {
  let model: TwoTowers;
  let index: RetrievalIndex;
  beforeAll(async () => {
    model = await TwoTowers.create(ids, options, records);
    await fit(model, shop(480, 1), { epochs: 20, batchSize: 60, threads: 0 });
    index = await model.index();
  });
  afterAll(() => {
    model.dispose();
    index.dispose();
  });

  test("are learnt: what comes next is of the next kind", async () => {
    const { recall } = await evaluate(model, shop(60, 2), { cutoffs: [4], threads: 0 });
    expect(recall[4]).toBe(1);
  });

  test("are ranked the same for any number of threads, as the index lists them", async () => {
    const examples = shop(80, 3);
    const [one, two] = [0, 2].map((threads) => {
      return evaluate(model, examples, { cutoffs: [12], threads });
    });
    const { mrr } = await one!;
    expect((await two!).mrr).toEqual(mrr);
    let sum = 0;
    for (let n = 0; n < examples.length; ++n) {
      const context = [...examples.contexts.subarray(n * WINDOW, (n + 1) * WINDOW)];
      const named = context.filter((item) => item !== NO_ITEM).map((item) => ids[item]!);
      const asked = options.timeBoundaries ? { time: examples.times[n]! } : {};
      const list = index.recommend(named, { count: 12, ...asked });
      sum += 1 / (1 + list.findIndex(({ itemId }) => itemId === ids[examples.targets[n]!]));
    }
    expect(mrr[12]).toBeCloseTo(sum / examples.length, 12);
  });

  test("are kept by the index's file, bit for bit", async () => {
    const bytes = index.toBytes();
    const again = await RetrievalIndex.fromBytes(bytes);
    expect(again.recommend(["thing 1", "thing 2"])).toEqual(
      index.recommend(["thing 1", "thing 2"]),
    );
    expect(again.toBytes()).toEqual(bytes);
    again.dispose();
  });

  test("rank an item that came after training by what it is, and understand it in a context", async () => {
    const added: ItemRecord[] = KINDS.map((kind) => ({
      ...{ itemId: `new ${kind}`, kind, words: `a ${kind}`, price: 5 },
    }));
    const grown = await model.index({ records: added });
    expect(grown.items.size).toBe(15);
    for (const [k, kind] of KINDS.entries()) {
      const next = KINDS[(k + 1) % 3]!;
      for (const context of [[`thing ${k}`], [`new ${kind}`]]) {
        const list = grown.recommend(context, { count: 15 }).map(({ itemId }) => String(itemId));
        const added = list.filter((id) => id.startsWith("new"));
        expect(added[0]).toBe(`new ${next}`);
        expect(list.indexOf(`new ${next}`)).toBeLessThan(6);
        const known = list.filter((id) => !id.startsWith("new")).slice(0, 4);
        expect(known.map((id) => ids.indexOf(id) % 3)).toEqual(Array(4).fill((k + 1) % 3));
      }
    }
    const some = await model.index({ records: added, items: ["new lamp", "thing 0"] });
    expect(some.recommend(["thing 1"]).map(({ itemId }) => itemId)[0]).toBe("new lamp");
    expect(some.items.size).toBe(15);
    const asked = model.index({ records: added, items: ["newer"] });
    await expect(asked).rejects.toThrow("items: expected only items that the model knows");
    grown.dispose();
    some.dispose();
  });

  test("of a record given to the index take the place of those of the catalogue", async () => {
    // Thing 0, a tent, has turned out to be a lamp; by its own vector it is still a tent.
    const itemId = "thing 0";
    const score = async (more: ItemRecord[]) => {
      using changed = await model.index({ records: more });
      const list = changed.recommend(["thing 1"], { count: 12 });
      return list.find((found) => found.itemId === itemId)!.score;
    };
    const lamp = { itemId, kind: "lamp", words: "lamp number 0", tags: ["lamp"], price: 0 };
    expect(await score([lamp])).toBeGreaterThan(await score([]));
    expect(await score([records[0]!])).toBe(await score([]));
  });
});

/** Its weights, for tests that nothing trains beside. */
const open = (model: TwoTowers): TowerInference => doorOf(model).now((weights) => weights);

describe("an item without features", () => {
  test("is its own vector, summed, and zeros beside it, concatenated", async () => {
    for (const options of [{ ...base, features }, concatenated]) {
      const model = await TwoTowers.create(ids, options, records);
      const towers = await foldFeatures(open(model), model.options, featuresOf(model)!);
      for (const tower of ["query", "candidate"] as const) {
        const [own] = open(model).tensorsOf(tower);
        const [all] = towers.tensorsOf(tower);
        const row = [...open(model).read(own!, 11, 1)];
        const zeros = Array(all!.columns - row.length).fill(0);
        expect([...towers.read(all!, 11, 1)]).toEqual([...row, ...zeros]);
        expect([...towers.read(all!, 10, 1)]).not.toEqual([
          ...open(model).read(own!, 10, 1),
          ...zeros,
        ]);
      }
      model.dispose();
    }
  });

  test("has what is not known anew as row 0, which adds nothing before it is learnt", async () => {
    const only = { ...base, features: { kind: { kind: "category" } } } as const;
    const said = records.map(({ itemId, kind }) => ({ itemId, kind }));
    const model = await TwoTowers.create(ids, only, said);
    const vectors = async (kind: string | null) => {
      using index = await model.index({ records: [{ itemId: "new", kind }], items: ["new"] });
      return index.recommend(["thing 0"])[0]!.score;
    };
    expect(await vectors("unheard of")).toBe(await vectors(null));
    expect(await vectors("tent")).not.toBe(await vectors(null));
    model.dispose();
  });
});

describe("folded towers", () => {
  test.each<[string, TowerOptions]>([
    ["summed", { ...base, features, timeBoundaries: [3, 30] }],
    ["concatenated", { ...concatenated, queryLayers: [8], timeBoundaries: [3, 30] }],
  ])("give the vectors that a step works on, unknown items too, %s", async (_, options) => {
    const examples = shop(40, 7);
    const model = await TwoTowers.create(ids, { ...options, padding: "unmasked" }, records);
    // The weights stay as they are, and the loss is theirs.
    const still = { epochs: 1, optimizer: "sgd", learningRate: 1e-30, threads: 0 } as const;
    const [report] = await fit(model, examples, still);
    const towers = await foldFeatures(open(model), model.options, featuresOf(model)!);
    const index = await model.index();
    const query = doorOf(index).now((weights) => weights);
    const queries = Array.from({ length: 40 }, (_, n) => {
      const context = [...examples.contexts.subarray(n * WINDOW, (n + 1) * WINDOW)];
      const moment = bucketOf(index.options.timeBoundaries, examples.times[n]);
      const read = context.filter((item) => item !== NO_ITEM);
      return [...query.stateOf({ recent: read }, moment)];
    });
    const candidates = [...towers.candidates(examples.targets)];
    const shape = { M: 40, N: 40, W: 8, queries: queries.flat(), candidates };
    expect(report!.loss).toBeCloseTo(retrievalLoss(shape).loss / 40, 5);
    model.dispose();
  });
});

describe("the time of a query", () => {
  test("has a bucket for every boundary that it has reached, and one where it is not known", () => {
    const boundaries = [10, 20, 30];
    const times = [-5, 9.9, 10, 19, 20, 30, 1e12, Number.NaN, undefined];
    expect(times.map((time) => bucketOf(boundaries, time))).toEqual([0, 0, 1, 1, 2, 3, 3, 4, 4]);
  });

  test("is learnt, asked for by `time`, and without one adds nothing", async () => {
    // Things of the first half are wanted early, those of the other half late, whatever came before.
    const examples = { ...shop(480, 5) };
    examples.targets = examples.targets.map((_, i) => (i < 240 ? 0 : 6) + (Math.floor(i / 3) % 6));
    const timeBoundaries = boundariesOf(examples.times, 2);
    expect(timeBoundaries).toEqual([240]);
    const model = await TwoTowers.create(ids, { ...base, timeBoundaries });
    await fit(model, examples, { epochs: 20, batchSize: 48, order: "random", threads: 0 });
    using index = await model.index();
    const asked = (time?: number) =>
      index
        .recommend(["thing 0"], { count: 6, ...(time !== undefined && { time }) })
        .map(({ itemId }) => ids.indexOf(String(itemId)))
        .sort((a, b) => a - b);
    expect(asked(-1e9)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(asked(240)).toEqual([6, 7, 8, 9, 10, 11]);
    const [time] = open(model).tensors.filter(({ name }) => name === "query.T");
    expect([...open(model).read(time!, 2, 1)]).toEqual(Array(8).fill(0));
    const { recall } = await evaluate(model, examples, { cutoffs: [6], threads: 0 });
    expect(recall[6]).toBe(1);
    model.dispose();
  });

  test("is refused where it is no number or does not count", async () => {
    const plain = await TwoTowers.create(ids, base);
    using index = await plain.index();
    expect(() => index.recommend(["thing 0"], { time: 3 })).toThrow(
      "time: expected none for a model without `timeBoundaries`, got 3. Create the model with",
    );
    expect(() => index.recommend(["thing 0"], { time: Number.NaN })).toThrow(
      "time: expected a finite number, got NaN",
    );
    const model = await TwoTowers.create(ids, { ...base, timeBoundaries: [1] });
    const examples = { ...shop(9, 1), times: new Float64Array(8) };
    await expect(fit(model, examples)).rejects.toThrow(
      "examples: expected 9 times, one an example, got 8",
    );
  });
});

describe("options of features", () => {
  test("have defaults, and resolved ones are options again", () => {
    const given = { ...base, features: { words: { kind: "text" }, price: { kind: "number" } } };
    const resolved = resolveTowerOptions(given as TowerOptions);
    expect(resolved.features).toEqual({
      words: { kind: "text", size: 8, minCount: 2 },
      price: { kind: "number", size: 8, minCount: 1 },
    });
    expect(resolveTowerOptions(resolved)).toEqual(resolved);
    expect(resolveTowerOptions(concatenated).features.kind!.minCount).toBe(1);
  });

  test.each<[object, string]>([
    [{ features: [] }, "features: expected an object of features by name"],
    [
      { features: { "a b": { kind: "text" } } },
      "features: expected names of letters, digits and _",
    ],
    [{ features: { itemId: { kind: "text" } } }, 'not itemId, got "itemId"'],
    [{ features: JSON.parse('{"__proto__":{}}') }, "features: expected names of letters"],
    [{ features: { a: "text" } }, 'features.a: expected an object such as { kind: "text" }, got'],
    [{ features: { a: {} } }, 'features.a.kind: expected "text", "category", "categories" or "num'],
    [
      { features: { a: { kind: "text", sise: 8 } } },
      "sise: expected one of the features.a options",
    ],
    [
      { features: { a: { kind: "text", size: 4 } } },
      'features.a.size: expected 8 unless `combine` is "concatenate", got 4',
    ],
    [{ features: { a: { kind: "text", size: 0 } } }, "features.a.size: expected an integer ≥ 1"],
    [
      { features: { a: { kind: "text", minCount: 0 } } },
      "features.a.minCount: expected an integer",
    ],
    [
      { features: { a: { kind: "number", minCount: 3 } } },
      'features.a.minCount: expected 1 unless `kind` is not "number", got 3',
    ],
    [{ combine: "multiply" }, 'combine: expected "sum" or "concatenate", got "multiply"'],
    [
      { ...concatenated, features: { a: { kind: "text", size: 6 } } },
      "features.a.size: expected a multiple of 4 where features are concatenated, got 6",
    ],
    [
      { ...concatenated, embeddingSize: 5 },
      "embeddingSize: expected a multiple of 4 where features",
    ],
    [
      { ...concatenated, layers: [6], queryLayers: [8], timeBoundaries: [1] },
      "layers[0]: expected a multiple of 4 where features are concatenated, got 6",
    ],
    [
      { ...concatenated, candidateLayers: [] },
      "candidateLayers: expected the width of the query tower, 8, got 40",
    ],
    [
      { ...concatenated, timeBoundaries: [1] },
      "candidateLayers: expected the width of the query tower, 16, got 8. The query tower ends with " +
        "the last of `layers` and the time.",
    ],
    [{ timeBoundaries: 3 }, "timeBoundaries: expected a list of times, got 3"],
    [{ timeBoundaries: [Number.NaN] }, "timeBoundaries[0]: expected a finite number, got NaN"],
    [{ timeBoundaries: [2, 2] }, "timeBoundaries[1]: expected a later time than 2, got 2"],
  ])("refuse %j", (changes, message) => {
    const resolve = () => resolveTowerOptions({ ...base, ...changes } as TowerOptions);
    expect(resolve).toThrow(ConfigError);
    expect(resolve).toThrow(message);
  });

  test.each<[string, () => Promise<unknown>, string]>([
    [
      "records without a feature",
      () => TwoTowers.create(ids, base, records),
      "records: expected none for a model without features, got some. Name the features in `features`.",
    ],
    [
      "features without a record",
      () => TwoTowers.create(ids, { ...base, features }),
      'records: expected "kind" of at least one item, got none',
    ],
    [
      "a record of an unknown item",
      () => TwoTowers.create(ids, { ...base, features }, [{ itemId: "new", kind: "tent" }]),
      'records[0].itemId: expected an item of the catalogue, got "new"',
    ],
    [
      "records for the index of a model without features",
      async () => (await TwoTowers.create(ids, base)).index({ records }),
      "records: expected none for a model without features",
    ],
    [
      "a feature of a new item that there is none of",
      async () =>
        (await TwoTowers.create(ids, { ...base, features }, records)).index({
          records: [{ itemId: "new", color: "red" }],
        }),
      "records[0].color: expected itemId or one of the features: kind, words, tags, price",
    ],
  ])("refuse %s", async (_, work, message) => {
    await expect(work()).rejects.toThrow(message);
  });

  test("may have the names of what every object inherits", async () => {
    const named = { constructor: { kind: "text", minCount: 1 }, toString: { kind: "category" } };
    const told: unknown[] = [
      { itemId: "a", constructor: "x y" },
      { itemId: "b" },
      { itemId: "c", toString: 3 },
    ];
    const options = { ...base, features: named as Record<string, FeatureOptions> };
    using model = await TwoTowers.create(["a", "b", "c"], options, told as ItemRecord[]);
    expect(featuresOf(model)!.bags.map(({ offsets }) => [...offsets])).toEqual([
      [0, 2, 2, 2],
      [0, 0, 0, 1],
    ]);
  });
});
