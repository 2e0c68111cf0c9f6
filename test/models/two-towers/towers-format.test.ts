import { describe, expect, test } from "vitest";
import type { Examples } from "../../../src/data/examples.js";
import {
  DisposedError,
  FormatError,
  fit,
  GRU4Rec,
  type Id,
  type ItemRecord,
  Items,
  RetrievalIndex,
  type TowerOptions,
  TwoTowers,
} from "../../../src/index.js";
import { fileOf, partsOf, withIds } from "../files.js";

const ids: Id[] = ["tent", "stove", 7, 7n, "__proto__"];
const plain: TowerOptions = { windowLength: 2, layers: [6], embeddingSize: 6 };
const described: TowerOptions = {
  ...{
    windowLength: 2,
    layers: [3, 4],
    embeddingSize: 4,
    padding: "masked",
    combine: "concatenate",
  },
  ...{ queryLayers: [4], candidateLayers: [6, 4], normalize: true },
  features: {
    title: { kind: "text", minCount: 1 },
    tags: { kind: "categories", size: 8 },
    brand: { kind: "category" },
    price: { kind: "number" },
  },
};
const records: ItemRecord[] = [
  { itemId: "tent", title: "Tent, the tent", tags: ["green", 7n, 7], brand: 1n, price: 12.5 },
  { itemId: 7n, title: "a stove", tags: [], price: 3 },
  { itemId: "__proto__", tags: ["__proto__"], brand: "constructor" },
];

function examples(n: number): Examples {
  const contexts = Int32Array.from({ length: 2 * n }, (_, i) => i % ids.length);
  const targets = Int32Array.from({ length: n }, (_, i) => (3 * i + 1) % ids.length);
  return {
    ...{ items: Items.from(ids), windowLength: 2, length: n, contexts, targets },
    times: new Float64Array(n),
  };
}

const create = (options: TowerOptions) =>
  TwoTowers.create(ids, options, options === described ? records : []);

describe("two towers as a file", () => {
  test.each([
    ["plain", plain],
    ["with features", described],
  ])("%s: keep every bit", async (_, options) => {
    using model = await create(options);
    const bytes = model.toBytes();
    using again = await TwoTowers.fromBytes(bytes);
    expect(again.toBytes()).toEqual(bytes);
    expect(again.options).toEqual(model.options);
    expect(again.items.ids).toEqual(ids);
    expect((await again.index()).toBytes()).toEqual((await model.index()).toBytes());
  });

  test.each([
    ["plain", plain],
    ["with features", described],
  ])("%s: train on as if they had never been written", async (_, options) => {
    using model = await create(options);
    const task = { epochs: 2, batchSize: 4, threads: 0 } as const;
    await fit(model, examples(11), task);
    using again = await TwoTowers.fromBytes(model.toBytes());
    const reports = await fit(model, examples(11), task);
    const others = await fit(again, examples(11), task);
    expect(others.map(({ loss }) => loss)).toEqual(reports.map(({ loss }) => loss));
    expect(again.toBytes()).toEqual(model.toBytes());
  });

  test("describe items that came later as the towers did that were written", async () => {
    using model = await create(described);
    using again = await TwoTowers.fromBytes(model.toBytes());
    const added = { records: [{ itemId: "new", title: "the tent", brand: 1n, price: 99 }] };
    const [one, other] = [await model.index(added), await again.index(added)];
    expect(other.toBytes()).toEqual(one.toBytes());
    expect(other.recommend(["tent", "new"])).toEqual(one.recommend(["tent", "new"]));
  });

  test("are one kind of file, indices and models others", async () => {
    using model = await create(plain);
    const index = (await model.index()).toBytes();
    const expected = /kind "two-towers", got "(gru4rec|index)"/;
    await expect(TwoTowers.fromBytes(index)).rejects.toThrow(expected);
    using gru = await GRU4Rec.create(ids, { layers: [4] });
    await expect(TwoTowers.fromBytes(gru.toBytes())).rejects.toThrow(expected);
    await expect(RetrievalIndex.fromBytes(model.toBytes())).rejects.toThrow(FormatError);
    model.dispose();
    expect(() => model.toBytes()).toThrow(DisposedError);
  });
});

describe("lies", () => {
  type Header = Record<string, { shape: number[]; data_offsets: [number, number] }>;

  const changed = async (
    change: (header: Header, data: Uint8Array) => void,
  ): Promise<Uint8Array> => {
    using model = await create(described);
    const { header, data } = partsOf(model.toBytes());
    change(header as Header, data);
    return fileOf(header, data);
  };
  const meta = (values: object) =>
    changed(({ __metadata__ }) => Object.assign(__metadata__ as object, values));
  const titles = async (...values: (string | number)[]) => {
    using model = await create(described);
    const lines = values.map((value) => JSON.stringify(value));
    return withIds(model.toBytes(), "feature.title.values", lines);
  };
  /** Sets element i of a tensor of integers. */
  const integer = (name: string, i: number, value: number) =>
    changed((header, data) => {
      const at = header[name]!.data_offsets[0] + 4 * i;
      new DataView(data.buffer, data.byteOffset).setInt32(at, value, true);
    });

  test.each<[string, () => Promise<Uint8Array>, string]>([
    ["a later version", () => meta({ version: "3" }), 'version "2"'],
    ["no options", () => meta({ options: "" }), "readable options"],
    ["a feature less", () => meta({ options: JSON.stringify(plain) }), "query.E"],
    ["no values", () => titles(), "feature.title.rows["],
    ["a value less", () => titles("tent"), "feature.title.rows["],
    ["a value more", () => titles("tent", "the", "a", "stove", "x"), "F_title"],
    ["a value twice", () => titles("a", "a", "b", "c"), "a value twice"],
    ["a word that is none", () => titles(1, 2, 3, 4), "feature.title.values[0]: expected a word"],
    ["a mean that is none", () => meta({ "feature.price": '{"deviation":1}' }), "feature.price"],
    [
      "no deviation",
      () => meta({ "feature.price": '{"mean":1,"deviation":0}' }),
      "a deviation > 0",
    ],
    ["null", () => meta({ "feature.price": "null" }), "feature.price"],
    [
      "a row below",
      () => integer("feature.tags.rows", 0, -1),
      "feature.tags.rows[0]: expected a row",
    ],
    ["a row beyond", () => integer("feature.tags.rows", 1, 5), "a row from 0 to 4, got 5"],
    ["a late start", () => integer("feature.tags.offsets", 0, 1), "offsets[0]"],
    ["a way back", () => integer("feature.tags.offsets", 2, 1), "offsets[2]"],
    ["a far end", () => integer("feature.tags.offsets", 1, 99), "offsets[1]"],
    ["an early end", () => integer("feature.tags.offsets", 5, 3), "offsets[5]"],
    [
      "a list less",
      () => changed((header) => Reflect.deleteProperty(header, "feature.tags.weights")),
      "model file",
    ],
  ])("%s is a FormatError", async (_, broken, message) => {
    const failure = await TwoTowers.fromBytes(await broken()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(FormatError);
    expect((failure as Error).message).toContain(message);
  });
});
