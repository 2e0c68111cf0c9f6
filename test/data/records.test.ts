import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import { readRecords } from "../../src/data/records.js";
import { ConfigError, FormatError } from "../../src/errors.js";

const FEATURES = {
  title: { kind: "text" },
  genres: { kind: "categories" },
  brand: { kind: "category" },
  price: { kind: "number" },
} as const;

const RECORDS = [
  { itemId: "007", title: "The Tent", genres: ["Camp", "Fun"], brand: "Ö", price: 1.5 },
  { itemId: "8", title: 'TV 55"', genres: ["Fun"] },
];

function written(delimiter: string, price = "1.5"): string {
  return [
    ["item_id", "title", "genres", "brand", "other", "price"],
    ["007", "The Tent", "Camp|Fun", "Ö", "x", price],
    [" 8 ", 'TV 55"', "Fun", "", "y", ""],
  ]
    .map((row) => `${row.join(delimiter)}\r\n`)
    .join("");
}

function utf16(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(`\ufeff${text}`, "utf16le"));
}

const objects = [
  {
    item_id: "007",
    title: "The Tent",
    genres: ["Camp", "Fun"],
    brand: "Ö",
    price: 1.5,
    other: "x",
  },
  { item_id: 8, title: 'TV 55"', genres: "Fun", brand: null },
];

function parquet(): Uint8Array {
  const column = (name: string, data: unknown[], type = "STRING") => ({ name, data, type });
  const columnData = [
    column("item_id", ["007", "8"]),
    column("title", ["The Tent", 'TV 55"']),
    column("genres", ["Camp|Fun", "Fun"]),
    column("brand", ["Ö", null]),
    column("price", [1.5, null], "DOUBLE"),
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData: columnData as never }));
}

describe("readRecords", () => {
  test.each([
    ["tabs", written("\t")],
    ["semicolons and a decimal comma", written(";", "1,5")],
    ["gzip", new Uint8Array(gzipSync(written("\t")))],
    ["UTF-16", utf16(written("\t"))],
    ["lines of JSON", objects.map((object) => JSON.stringify(object)).join("\n")],
    ["an array of JSON", JSON.stringify(objects, undefined, 2)],
    ["Parquet", parquet()],
  ])("reads %s", async (_, source) => {
    const { records, report } = await readRecords(source, { features: FEATURES });
    expect(records).toEqual(RECORDS);
    expect(report).toMatchObject({ records: 2, rows: 2, leftOut: [], header: true });
    expect(report.columns.brand).toEqual({
      name: "brand",
      position: report.columns.brand!.position,
      found: "named",
    });
    expect(Object.keys(report.columns)).toEqual(["item", "title", "genres", "brand", "price"]);
  });

  test("takes columns of other names and positions, and another separator", async () => {
    const { records } = await readRecords("7,a/b\n8,c\n", {
      ...{ features: { kinds: { kind: "categories" } }, columns: { kinds: 2 } },
      ...{ itemColumn: 1, header: false, separator: "/" },
    });
    expect(records).toEqual([
      { itemId: "7", kinds: ["a", "b"] },
      { itemId: "8", kinds: ["c"] },
    ]);
  });

  test("leaves out rows without an item, and words that stand for nothing", async () => {
    const text = "id,brand\n1,NULL\n,x\n2,y\n";
    const options = { features: { brand: { kind: "category" } }, missing: ["NULL"] } as const;
    const { records, report } = await readRecords(text, options);
    expect(records).toEqual([{ itemId: "1" }, { itemId: "2", brand: "y" }]);
    expect(report.leftOut).toEqual([{ reason: "no item", rows: 1, firstLine: 3 }]);
    await expect(readRecords(text, { ...options, strict: true })).rejects.toThrow(
      "events, line 3: expected no row without item",
    );
  });

  test("refuses what is no number, and an item that comes twice; or counts them", async () => {
    const features = { price: { kind: "number" } } as const;
    const text = "item,price\n1,2\n2,cheap\n1,3\n";
    await expect(readRecords(text, { features })).rejects.toThrow(
      'events, line 3: expected a number in column "price", got "cheap"',
    );
    await expect(readRecords(text.replace("cheap", "1"), { features })).rejects.toThrow(
      'events, line 4: expected every item once, got "1". Mend the table',
    );
    const { records, report } = await readRecords(text, { features, skipBadRows: true });
    expect(records).toEqual([{ itemId: "1", price: 2 }]);
    expect(report.leftOut).toEqual([{ reason: "not readable", rows: 2, firstLine: 3 }]);
  });

  test("names the feature whose column is not there", async () => {
    const reading = readRecords("item,brand\n1,a\n", { features: { price: { kind: "number" } } });
    await expect(reading).rejects.toThrow(FormatError);
    await expect(reading).rejects.toThrow(
      'events: expected a column of the feature "price" named "price", got the columns "item", "brand". ' +
        "Name it with `columns`.",
    );
  });

  test("a feature may be called as what every object has", async () => {
    const features = { __proto__: null, constructor: { kind: "category" } } as never;
    const { records } = await readRecords("item,constructor\n1,a\n", { features });
    expect(Object.entries(records[0]!)).toEqual([
      ["itemId", "1"],
      ["constructor", "a"],
    ]);
  });

  test.each([
    [{ features: {} }, "features"],
    [{ features: { a: { kind: "words" } } }, "features.a.kind"],
    [{ features: { itemId: { kind: "text" } } }, "features"],
    [{ features: FEATURES, columns: { brands: 1 } }, "brands"],
    [{ features: FEATURES, columns: { brand: 0 } }, "columns.brand"],
    [{ features: FEATURES, separator: "" }, "separator"],
    [{ features: FEATURES, missing: "NULL" }, "missing"],
    [{ features: FEATURES, header: 1 }, "header"],
    [{ features: FEATURES, quote: "'" }, "quote"],
    [{ features: FEATURES, columm: 1 }, "columm"],
  ])("refuses %j", async (options, path) => {
    const reading = readRecords("item,a\n1,2\n", options as never);
    await expect(reading).rejects.toThrow(ConfigError);
    await expect(reading).rejects.toMatchObject({ path });
  });
});
