import { describe, expect, test } from "vitest";
import { boundariesOf } from "../../src/data/boundaries.js";
import {
  Feature,
  type FeatureKind,
  type FeatureReading,
  type FeatureValue,
  type ItemRecord,
  partsOf,
  wordsOf,
} from "../../src/data/features.js";
import { ItemFeatures } from "../../src/data/item-features.js";
import { Items } from "../../src/data/items.js";
import { ConfigError } from "../../src/errors.js";

const reading = (kind: FeatureKind, minCount = 1): FeatureReading => ({ kind, minCount });

/** A feature learnt from these values, and the rows and weights of another one. */
function entries(kind: FeatureKind, values: FeatureValue[], value: FeatureValue, minCount = 1) {
  const parts = values.map((one) => partsOf(kind, one, "v"));
  const feature = Feature.learnt("f", reading(kind, minCount), parts);
  return feature.entriesOf(partsOf(kind, value, "v")).map(({ row, weight }) => [row, weight]);
}

describe("words", () => {
  test.each<[string, string[]]>([
    ["The Tent, the-STOVE (1995)", ["the", "tent", "the", "stove", "1995"]],
    ["Léon: à 2 €", ["léon", "à", "2"]],
    ["七人の侍", ["七人の侍"]],
    ["cafe\u0301_au lait", ["cafe\u0301", "au", "lait"]],
    [" … ", []],
  ])("of %j are %j", (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });
});

describe("a feature", () => {
  test("has a row for each word, in order of appearance, and the mean of a text's words", () => {
    const texts = ["a b", "b c"];
    expect(entries("text", texts, "c b a")).toEqual([
      [3, 1 / 3],
      [2, 1 / 3],
      [1, 1 / 3],
    ]);
    expect(entries("text", texts, "B b")).toEqual([
      [2, 1 / 2],
      [2, 1 / 2],
    ]);
  });

  test("has row 0 for what is new and what too few items have, however often one says it", () => {
    expect(entries("text", ["a a", "b", "b"], "a b c", 2)).toEqual([
      [0, 1 / 3],
      [1, 1 / 3],
      [0, 1 / 3],
    ]);
    expect(entries("category", ["x", "y", "x"], "y", 2)).toEqual([[0, 1]]);
  });

  test("takes values of different types as different values", () => {
    const values = [1, "1", 1n];
    expect(values.map((value) => entries("category", values, value)[0])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
    expect(entries("categories", [["__proto__"], new Set([7])], [7, "__proto__"])).toEqual([
      [2, 1 / 2],
      [1, 1 / 2],
    ]);
  });

  test("standardises numbers by those that are known, within ±5", () => {
    const years = [1, null, 5, undefined];
    expect(entries("number", years, 5)).toEqual([[0, 1]]);
    expect(entries("number", years, 3)).toEqual([[0, 0]]);
    expect(entries("number", years, 100)).toEqual([[0, 5]]);
    expect(entries("number", years, -100)).toEqual([[0, -5]]);
    expect(entries("number", [4, 4], 4)).toEqual([[0, 0]]);
    expect(entries("number", [1e100, -1e100], 1e100)).toEqual([[0, 1]]);
  });

  test.each<[FeatureKind, FeatureValue]>([
    ["text", undefined],
    ["text", null],
    ["text", ""],
    ["text", " – "],
    ["category", null],
    ["categories", []],
    ["categories", undefined],
    ["number", null],
  ])("that is not known, %s %j, has no rows: the zero vector", (kind, value) => {
    const known: FeatureValue = { text: "a", category: 1, categories: [1], number: 1 }[kind];
    expect(entries(kind, [known], value)).toEqual([]);
  });

  test.each<[FeatureKind, FeatureValue, string]>([
    ["text", 7, "v: expected a text, got 7"],
    ["number", Number.NaN, "v: expected a number within ±1e+100, got NaN. Leave it out"],
    ["number", Number.POSITIVE_INFINITY, "v: expected a number within ±1e+100, got Infinity"],
    ["number", "1995", 'v: expected a number within ±1e+100, got "1995"'],
    ["category", ["a", "b"], "v: expected one value, got a list. Several values make a feature of"],
    ["categories", "Comedy", 'v: expected a list of values, got "Comedy". One value makes a "cat'],
    ["categories", [1, Number.NaN], "v[1]: expected a finite id, got NaN"],
    ["categories", [{}] as never, "v[0]: expected a string, number or bigint, got an object"],
    ["category", true as never, "v: expected a string, number or bigint, got true"],
  ])("refuses %s %j", (kind, value, message) => {
    expect(() => partsOf(kind, value, "v")).toThrow(message);
  });
});

describe("the features of a catalogue", () => {
  const items = Items.from(["a", "b", "c", 1]);
  const readings = { title: reading("text"), year: reading("number") };
  const records: ItemRecord[] = [
    { itemId: "c", title: "x y", year: 10 },
    { itemId: "a", title: "y", year: 20 },
  ];

  test("do not depend on the order of records, and items without one have nothing", () => {
    const one = ItemFeatures.from(items, readings, records);
    const other = ItemFeatures.from(items, readings, [...records].reverse());
    expect(other.bags).toEqual(one.bags);
    expect(one.features.map(({ rows }) => rows)).toEqual([3, 1]);
    expect(one.bags[0]).toEqual({
      offsets: Int32Array.of(0, 1, 1, 3, 3),
      rows: Int32Array.of(1, 2, 1),
      weights: Float32Array.of(1, 0.5, 0.5),
    });
    expect([...one.bags[1]!.weights]).toEqual([1, -1]);
  });

  test("are extended by records of new items, and changed by those of others", () => {
    const features = ItemFeatures.from(items, readings, records);
    const changed: ItemRecord[] = [{ itemId: "a" }, { itemId: "new", title: "y z", year: 15 }];
    const { items: all, bags } = features.extended(changed);
    expect(all.ids).toEqual(["a", "b", "c", 1, "new"]);
    expect(bags[0]).toEqual({
      offsets: Int32Array.of(0, 0, 0, 2, 2, 4),
      rows: Int32Array.of(2, 1, 1, 0),
      weights: Float32Array.of(0.5, 0.5, 0.5, 0.5),
    });
    expect(features.extended([])).toBe(features);
  });

  test.each<[unknown[], string]>([
    [[{ itemId: "z" }], 'records[0].itemId: expected an item of the catalogue, got "z"'],
    [
      [{ itemId: "01", title: "x" }],
      'records[0].itemId: expected an item of the catalogue, got "01"',
    ],
    [[{ itemId: "a" }, { itemId: "a" }], 'records[1].itemId: expected every item once, got "a"'],
    [[{}], "records[0].itemId: expected a string, number or bigint, got undefined"],
    [["a"], 'records[0]: expected an object with an itemId, got "a"'],
    [[null], "records[0]: expected an object with an itemId, got null"],
    [
      [{ itemId: "a", titel: "x" }],
      "records[0].titel: expected itemId or one of the features: title, year, got an unknown name",
    ],
    [[{ itemId: "a", year: Number.NaN }], "records[0].year: expected a number within ±1e+100"],
    [
      [{ itemId: "a", year: 1 }],
      'records: expected "title" of at least one item, got none. Pass what is known of the items',
    ],
  ])("refuse %j", (given, message) => {
    expect(() => ItemFeatures.from(items, readings, given as ItemRecord[])).toThrow(message);
  });
});

describe("records that are no list", () => {
  test.each([
    ["a", '"a"'],
    [null, "null"],
    [{ itemId: "a" }, "an object"],
  ])("%j are refused", (given, shown) => {
    const readings = { title: reading("text") };
    const from = () => ItemFeatures.from(Items.from(["a"]), readings, given as never);
    expect(from).toThrow(`records: expected a list of records, got ${shown}`);
  });
});

describe("boundaries of times", () => {
  test("part them into buckets of equally many", () => {
    expect(boundariesOf([8, 1, 2, 3, 7, 6, 5, 4], 4)).toEqual([3, 5, 7]);
  });

  test("keep equal times together, and leave out what is not finite", () => {
    expect(boundariesOf([5, 5, 5, 5, 9, Number.NaN], 3)).toEqual([]);
    expect(boundariesOf([5, 5, 9, 9], 4)).toEqual([9]);
  });

  test("need two buckets and a time", () => {
    expect(() => boundariesOf([1], 1)).toThrow(ConfigError);
    expect(() => boundariesOf([Number.NaN], 2)).toThrow("times: expected at least one, got none");
  });
});
