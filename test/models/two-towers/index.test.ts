import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Examples } from "../../../src/data/examples.js";
import { NO_ITEM } from "../../../src/data/items.js";
import {
  ConfigError,
  DisposedError,
  evaluate,
  FormatError,
  fit,
  type Id,
  Items,
  RetrievalIndex,
  TwoTowers,
  train,
} from "../../../src/index.js";
import { doorOf } from "../../../src/models/stored-model.js";
import { copyInto } from "../../../src/models/stored-weights.js";
import { TowerInference } from "../../../src/models/two-towers/inference.js";
import { tableViews } from "../../../src/network/weights.js";
import { fileOf, partsOf, type TensorEntry, tensorOf, withIds, withTensors } from "../files.js";

const ids: Id[] = ["tent", "stove", 7, 7n, "", "__proto__"];
const WINDOW = 3;

/** Examples of a shop where item i + 1 follows item i, round and round. */
function cycle(n: number): Examples {
  const items = Items.from(ids);
  const contexts = new Int32Array(n * WINDOW).fill(NO_ITEM);
  const targets = new Int32Array(n);
  for (let i = 0; i < n; ++i) {
    const length = 1 + (i % WINDOW);
    for (let t = 0; t < length; ++t) contexts[i * WINDOW + t] = (i + t) % ids.length;
    targets[i] = (i + length) % ids.length;
  }
  return { items, windowLength: WINDOW, length: n, contexts, targets, times: new Float64Array(n) };
}

let model: TwoTowers;
let index: RetrievalIndex;
beforeAll(async () => {
  const examples = cycle(240);
  model = await TwoTowers.create(examples.items, { windowLength: WINDOW, padding: "masked" });
  await fit(model, examples, { epochs: 30, batchSize: 24, threads: 0 });
  index = await model.index();
});
afterAll(() => {
  model.dispose();
  index.dispose();
});

describe("two towers", () => {
  test("learn what follows what", async () => {
    const options = { cutoffs: [1, 5], threads: 0 };
    const { recall, mrr, events } = await evaluate(model, cycle(60), options);
    expect(events).toBe(60);
    expect(recall[1]).toBe(1);
    expect(mrr[5]).toBe(1);
  });

  test("rank the same for any number of threads and any padding of the last block", async () => {
    const examples = cycle(331);
    const one = await evaluate(model, examples, { cutoffs: [1, 2], threads: 0 });
    const two = await evaluate(model, examples, { cutoffs: [1, 2], threads: 3 });
    expect([two.recall, two.mrr, two.events]).toEqual([one.recall, one.mrr, one.events]);
  });

  test("the index agrees with the ranks: its place of a target is the target's rank", async () => {
    const examples = cycle(24);
    const { mrr } = await evaluate(model, examples, { cutoffs: [6], threads: 0 });
    let sum = 0;
    for (let n = 0; n < examples.length; ++n) {
      const context = [...examples.contexts.subarray(n * WINDOW, (n + 1) * WINDOW)];
      const named = context.filter((item) => item !== NO_ITEM).map((item) => ids[item]!);
      const list = index.recommend(named, { count: 6 });
      sum += 1 / (1 + list.findIndex(({ itemId }) => itemId === ids[examples.targets[n]!]));
    }
    expect(mrr[6]).toBeCloseTo(sum / examples.length, 12);
  });

  test.each([
    [() => fit(model, { ...cycle(4), windowLength: 2 }), "examples of the model's window, 3"],
    [
      () => fit(model, { ...cycle(4), items: Items.from(["new", 1, 2, 3, 4, 5]) }),
      "only items that the model",
    ],
    [() => fit(model, { ...cycle(1) }), "examples: expected at least two, got 1"],
    [
      () => fit(model, { ...cycle(2), targets: Int32Array.of(0) }),
      'examples: expected 2 contexts of 3 and as many targets, got "6 items and 1 targets"',
    ],
    [
      () => fit(model, { ...cycle(2), targets: Int32Array.of(0, 6) }),
      "examples.targets[1]: expected a row from 0 to 5, got 6",
    ],
    [
      () => evaluate(model, { ...cycle(1), contexts: Int32Array.of(NO_ITEM, 0, 1) }),
      "examples.contexts[0]: expected a row of the catalogue, got -1",
    ],
    [
      () => evaluate(model, { ...cycle(1), contexts: Int32Array.of(0, NO_ITEM, 1) }),
      "examples.contexts[2]: expected a row of the catalogue, or no item to the end, got 1",
    ],
    [
      () => evaluate(model, { ...cycle(1), contexts: Int32Array.of(0, 9, 1) }),
      "examples.contexts[1]: expected a row of the catalogue, or no item to the end, got 9",
    ],
    [() => evaluate(model, cycle(0)), "examples: expected at least one, got 0"],
    [() => fit(model, cycle(9), { sampleWeights: [1] }), "sampleWeights: expected 9"],
    [
      () => fit(model, cycle(2), { sampleWeights: [1, -1] }),
      "sampleWeights[1]: expected a number ≥ 0, got -1",
    ],
    [
      () => fit(model, cycle(2), { logQ: [1] }),
      "logQ: expected a number, or 6, one an item, got 1",
    ],
    [
      () => fit(model, cycle(2), { logQ: [0, 0, 0, 0, 0, 2] }),
      "logQ[5]: expected a number in [0, 1], got 2",
    ],
  ])("refuse examples and arrays that do not fit (%#)", async (work, message) => {
    const failure = await work().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    expect((failure as Error).message).toContain(message);
  });

  test("take a batch larger than the data as one batch", async () => {
    const small = await TwoTowers.create(ids, { windowLength: WINDOW });
    const [report] = await fit(small, cycle(9), { epochs: 1, threads: 0 });
    expect(report).toMatchObject({ events: 9, steps: 1 });
    small.dispose();
  });

  test("end with an error that names the step when numbers leave the finite ones", async () => {
    const wild = await TwoTowers.create(ids, { windowLength: WINDOW });
    const options = { learningRate: 1e38, optimizer: "sgd", threads: 0 } as const;
    await expect(fit(wild, cycle(9), options)).rejects.toThrow(
      /^epoch 2, step 1: the hidden state of layer 0 is NaN\. Lower `learningRate`/,
    );
    wild.dispose();
  });

  test("give way to other weights only for what asks later: an index that is being built is whole", async () => {
    const towers = await TwoTowers.create(ids, { windowLength: WINDOW });
    const before = (await towers.index()).toBytes();
    const pending = towers.index();
    const others = await TowerInference.create(towers.options, ids.length);
    await doorOf(towers).bring((weights) => copyInto(weights, tableViews(others)), undefined);
    expect((await pending).toBytes()).toEqual(before);
    expect((await towers.index()).toBytes()).not.toEqual(before);
    towers.dispose();
  });

  test("take more hard negatives than there are negatives as all of them", async () => {
    const loss = async (hardNegatives: number) => {
      const towers = await TwoTowers.create(ids, { windowLength: WINDOW });
      const task = { epochs: 1, negatives: 2, hardNegatives, threads: 0 } as const;
      return (await fit(towers, cycle(9), task))[0]!.loss;
    };
    expect(await loss(2 ** 40)).toBe(await loss(10));
    expect(await loss(9)).toBeLessThan(await loss(10));
  });

  test("stop by a signal with its own reason, and keep the last whole epoch", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const stopped = await TwoTowers.create(ids, { windowLength: WINDOW, seed: 3 });
    const whole = await TwoTowers.create(ids, { windowLength: WINDOW, seed: 3 });
    await fit(whole, cycle(40), { epochs: 1, batchSize: 8, threads: 0 });
    const options = { batchSize: 8, threads: 0, signal: controller.signal };
    const training = (async () => {
      for await (const _ of train(stopped, cycle(40), options)) controller.abort(reason);
    })();
    await expect(training).rejects.toBe(reason);
    const bytes = async (towers: TwoTowers) => (await towers.index()).toBytes();
    expect(Buffer.compare(await bytes(stopped), await bytes(whole))).toBe(0);
    stopped.dispose();
    whole.dispose();
    expect(() => whole.parameterCount).toThrow(DisposedError);
  });
});

describe("a retrieval index", () => {
  test("answers from raw ids, and ids of other types are other items", () => {
    const list = index.recommend(["tent", "stove"], { count: 3 });
    expect(list.map(({ itemId }) => itemId)[0]).toBe(7);
    expect(index.recommend([7], { count: 1 })[0]!.itemId).toBe(7n);
    expect(list.map(({ score }) => score)).toEqual(
      list.map(({ score }) => score).sort((a, b) => b - a),
    );
  });

  test("leaves out what is excluded; unknown exclusions do nothing", () => {
    const all = index.recommend(["tent"], { count: 6 }).map(({ itemId }) => itemId);
    expect(all).toHaveLength(6);
    const rest = index.recommend(["tent"], { count: 6, exclude: [all[0]!, "8", "unheard of"] });
    expect(rest.map(({ itemId }) => itemId)).toEqual(all.slice(1));
    expect(index.recommend(["tent"], { exclude: ids })).toEqual([]);
  });

  test("skips unknown items, and an empty context gives an empty list", () => {
    expect(index.recommend(["unheard of", 7])).toEqual(index.recommend([7]));
    expect(index.recommend(["unheard of"])).toEqual([]);
    expect(index.recommend([])).toEqual([]);
    expect(index.recommend(["tent"], { count: 0 })).toEqual([]);
  });

  test("of towers that pad with an item takes unknown items for that one", async () => {
    const towers = await TwoTowers.create(ids, { windowLength: WINDOW, padding: "unmasked" });
    const padded = await towers.index();
    expect(padded.recommend(["unheard of"], { count: 2 })).toHaveLength(2);
    expect(padded.recommend(["unheard of"])).toEqual(padded.recommend([8, "other"]));
    expect(padded.recommend([7, "unheard of"])).toEqual(padded.recommend([7]));
    expect(padded.recommend(["unheard of", 7])).not.toEqual(padded.recommend([7]));
    expect(padded.recommend([])).toEqual([]);
  });

  test("lists only what is asked for, and the same from its copy in bytes", async () => {
    const only = [7, "stove", "unheard of", 7n];
    const list = index.recommend(["tent"], { only, exclude: [7n] });
    expect(list.map(({ itemId }) => itemId).sort()).toEqual([7, "stove"]);
    for (const count of [1, 3, 20]) {
      const exact = index.recommend(["tent", 7], { count });
      expect(index.recommend(["tent", 7], { count, quantize: true })).toEqual(exact);
    }
    expect(index.recommend(["tent"], { only, exclude: [7n], quantize: true })).toEqual(list);
  });

  test("keeps a visit: its lists are those of its clicks", () => {
    const visit = index.session();
    expect(visit.recommend()).toEqual([]);
    const clicks: Id[] = ["tent", "unheard of", 7, "", "stove", 7n];
    for (const [i, itemId] of clicks.entries()) {
      const list = visit.push(itemId).recommend({ count: 4 });
      expect(list).toEqual(index.recommend(clicks.slice(0, i + 1), { count: 4 }));
    }
    expect(visit.clicks).toBe(5);
    expect(visit.reset().recommend()).toEqual([]);
    visit.dispose();
    expect(() => visit.push("tent")).toThrow(DisposedError);
  });

  test("finds similar items by the cosine of their vectors", () => {
    const file = index.toBytes();
    const vectors = tensorOf(file, "candidates");
    const width = vectors.length / ids.length;
    const vector = (row: number) => [...vectors.subarray(row * width, (row + 1) * width)];
    const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
    const cosine = (a: number[], b: number[]) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    const list = index.similarItems(7);
    expect(list).toHaveLength(ids.length - 1);
    for (const { itemId, score } of list) {
      expect(score).toBeCloseTo(cosine(vector(2), vector(ids.indexOf(itemId))), 5);
    }
    expect(list.map(({ score }) => score)).toEqual(
      list.map(({ score }) => score).sort((a, b) => b - a),
    );
    expect(index.similarItems("unheard of")).toEqual([]);
    expect(index.hasItem(7)).toBe(true);
    expect(index.hasItem("unheard of")).toBe(false);
  });

  test("reads the last items of a long context only", () => {
    const tail = ["stove", 7, 7n];
    expect(index.recommend(["", "tent", ...tail])).toEqual(index.recommend(tail));
  });

  test("is rebuilt over other items", async () => {
    const some = await model.index({ items: [7n, "tent"] });
    const list = some.recommend([7]);
    expect(list.map(({ itemId }) => itemId).sort()).toEqual([7n, "tent"].sort());
    const full = index.recommend([7], { count: 6 });
    for (const found of list) expect(full).toContainEqual(found);
    await expect(model.index({ items: ["new"] })).rejects.toThrow(
      'items: expected only items that the model knows, got "new"',
    );
    some.dispose();
  });

  test("keeps every bit in its file", async () => {
    const bytes = index.toBytes();
    const again = await RetrievalIndex.fromBytes(bytes);
    expect(again.recommend([7, "tent"])).toEqual(index.recommend([7, "tent"]));
    expect(again.toBytes()).toEqual(bytes);
    again.dispose();
    expect(() => again.recommend([7])).toThrow(DisposedError);
  });

  test.each([
    [{ count: -1 }, "count: expected an integer ≥ 0, got -1"],
    [{ counts: 3 } as object, "counts: expected one of the recommend options: count, exclude"],
    [{ exclude: "tent" }, "exclude: expected a list of item ids"],
  ])("refuses %j", (options, message) => {
    expect(() => index.recommend(["tent"], options)).toThrow(message);
  });

  test("refuses a string for a list", () => {
    expect(() => index.recommend("tent")).toThrow("itemIds: expected a list of item ids");
  });
});

describe("a file of all items in their order", () => {
  test("says which candidates it has by their rows, and only where they are others", async () => {
    const names = (file: Uint8Array) => Object.keys(partsOf(file).header);
    using whole = await model.index();
    expect(names(whole.toBytes()).filter((name) => /^candidates\.|^items/.test(name))).toEqual([
      "items",
    ]);
    using some = await model.index({ items: [...ids].reverse().slice(1) });
    const bytes = some.toBytes();
    expect(names(bytes)).toContain("candidates.rows");
    using again = await RetrievalIndex.fromBytes(bytes);
    expect(again.candidates.ids).toEqual(some.candidates.ids);
    expect(again.toBytes()).toEqual(bytes);
    using trained = await TwoTowers.create(ids, { windowLength: WINDOW });
    await fit(trained, cycle(12), { epochs: 2, batchSize: 4, threads: 0 });
    using index = await trained.index();
    expect(trained.training).toMatchObject({ epochs: 2, events: 12, firstTime: 0, lastTime: 0 });
    expect((await RetrievalIndex.fromBytes(index.toBytes())).training).toEqual(trained.training);
  });
});

describe("broken files", () => {
  /** The file with its header's metadata or tensors changed. */
  function changed(change: (header: Record<string, object>) => void): Uint8Array {
    const bytes = index.toBytes();
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    change(header);
    const json = new TextEncoder().encode(JSON.stringify(header));
    const out = new Uint8Array(8 + json.length + bytes.length - 8 - length);
    new DataView(out.buffer).setBigUint64(0, BigInt(json.length), true);
    out.set(json, 8);
    out.set(bytes.subarray(8 + length), 8 + json.length);
    return out;
  }
  const rows = (...of: number[]) =>
    withTensors(index.toBytes(), {
      "candidates.rows": {
        dtype: "I32",
        shape: [of.length],
        bytes: new Uint8Array(Int32Array.from(of).buffer),
      },
    });
  const meta = (values: object) =>
    changed(({ __metadata__ }) => Object.assign(__metadata__!, values));

  const options = (values: object) =>
    meta({ options: JSON.stringify({ ...index.options, ...values }) });

  test.each<[string, () => Uint8Array]>([
    ["a model of another kind", () => meta({ kind: "gru4rec" })],
    ["a later version", () => meta({ version: "3" })],
    ["options that are none", () => meta({ options: "[]" })],
    ["options out of range", () => meta({ options: '{"embeddingSize":0}' })],
    [
      "other options",
      () => meta({ options: '{"embeddingSize":16,"layers":[16],"windowLength":3}' }),
    ],
    ["a window that no query could wait for", () => options({ windowLength: 65_535 })],
    ["features, which an index has folded in", () => options({ features: {} })],
    ["an option less", () => options({ normalize: undefined })],
    ["a hundred thousand layers", () => options({ layers: new Array(100_000).fill(1) })],
    [
      "times beside states whose width is no multiple of 4",
      () => options({ layers: [6], timeBoundaries: [1], combine: "concatenate" }),
    ],
    ["no ids", () => withIds(index.toBytes(), "items", [])],
    ["a candidate twice", () => rows(0, 0, 1, 2, 3, 4)],
    ["too few candidates", () => rows(0)],
    ["no candidates", () => rows()],
    ["a candidate that is no item", () => rows(0, 1, 2, 3, 4, 99)],
    ["a candidate below", () => rows(0, 1, 2, 3, 4, -1)],
    [
      "a tensor too many",
      () => changed((header) => Object.assign(header, { x: { ...header.candidates } })),
    ],
    ["a cut", () => index.toBytes().slice(0, -4)],
    ["nothing", () => new Uint8Array()],
    [
      "NaN",
      () => {
        const { header, data } = partsOf(index.toBytes());
        const [begin] = (header.candidates as TensorEntry).data_offsets;
        new DataView(data.buffer).setFloat32(begin, Number.NaN, true);
        return fileOf(header, data);
      },
    ],
  ])("%s is a FormatError", async (_, broken) => {
    await expect(RetrievalIndex.fromBytes(broken())).rejects.toThrow(FormatError);
  });
});
