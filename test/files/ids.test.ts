/** Ids come back from files exactly, whatever they are. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Id } from "../../src/data/events.js";
import { decodedIds, idSpec, idTensor } from "../../src/files/ids.js";
import { checkFile, encodeFile, type FileTensor } from "../../src/files/layout.js";
import { readHeader } from "../../src/files/safetensors.js";
import { GRU4Rec } from "../../src/index.js";
import { atOnce } from "../../src/pause.js";
import { partsOf, type TensorEntry } from "../models/files.js";

const fileOf = (ids: readonly Id[]) => encodeFile("file", {}, [atOnce(idTensor("x", ids))]);
const read = (bytes: Uint8Array) => decodedIds(readHeader(bytes, "file"), "x");

const id = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)), maxLength: 5 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
);

describe("ids in a file", () => {
  test("come back to the bit, and are the same bytes again", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(id, { maxLength: 40 }), async (ids) => {
        const bytes = fileOf(ids);
        const again = await read(bytes);
        expect(again).toHaveLength(ids.length);
        for (const [i, one] of ids.entries()) expect(Object.is(again[i], one)).toBe(true);
        expect(fileOf(again)).toEqual(bytes);
      }),
      { seed: 14, numRuns: 300 },
    );
  });

  test.each<[string, readonly Id[]]>([
    ["none", []],
    ["like each other", ["1", 1, 1n, "01", -0, "-0", 1e21, "1e21", 5e-324, 1.7976931348623157e308]],
    [
      "strange",
      [
        "",
        "__proto__",
        "\ufeff",
        "\ufeffx",
        "\u0000",
        "\n",
        "a\nb",
        "\\n",
        "n",
        "1n",
        "ü",
        "\ud83d\ude00",
      ],
    ],
    ["halves of characters side by side", ["\ud83d", "\ude00", "\ud83d\ude00", "a\udc00"]],
    ["longer than a piece", ["a".repeat(2 ** 19), "b", "ü".repeat(2 ** 19), 9n ** 1000n]],
    ["more than a piece", Array.from({ length: 10_001 }, (_, i) => (i % 3 ? `${i}` : i))],
  ])("are exact: %s", async (_, ids) => {
    const again = await read(fileOf(ids));
    expect(again).toHaveLength(ids.length);
    expect(again.every((one, i) => Object.is(one, ids[i]))).toBe(true);
  });

  test("are measured beforehand: no less than they take", () => {
    const ids = [
      "",
      "ü",
      "\ud800",
      "\u0000",
      5e-324,
      -1.7976931348623157e308,
      -(10n ** 999n),
      "abc",
    ];
    for (const some of [ids, ...ids.map((id) => [id])]) {
      const exact = atOnce(idTensor("x", some)).shape[0]!;
      expect(idSpec("x", some)).toMatchObject({ name: "x", dtype: "U8" });
      expect(idSpec("x", some).shape[0]).toBeGreaterThanOrEqual(exact);
    }
  });

  test("of half a million URLs leave the header as small as it was, and are read", async () => {
    const url = (i: number): string => `https://shop.example/${"catalogue/".repeat(20)}${i}`;
    const ids = Array.from({ length: 500_000 }, (_, i) => url(i));
    using model = await GRU4Rec.create(ids, { layers: [1] });
    const bytes = model.toBytes();
    expect(bytes.length).toBeGreaterThan(110e6); // as a header it could not be read
    expect(Number(new DataView(bytes.buffer).getBigUint64(0, true))).toBeLessThan(3000);
    using again = await GRU4Rec.fromBytes(bytes);
    expect(again.items.ids[499_999]).toBe(url(499_999));
    expect(again.items.size).toBe(500_000);
  });
});

describe("a file", () => {
  const tensor = (name: string, dtype: "F32" | "U8", length: number): FileTensor => {
    const values = dtype === "U8" ? new Uint8Array(length) : new Float32Array(length);
    return { name, dtype, shape: [length], pieces: () => [values.fill(7)] };
  };

  test("has its floats aligned, whatever stands beside them", () => {
    const tensors = [tensor("a", "U8", 3), tensor("b", "F32", 2), tensor("c", "U8", 1)];
    const { header, data } = partsOf(encodeFile("file", {}, [...tensors, tensor("d", "F32", 1)]));
    const begin = (name: string) => (header[name] as TensorEntry).data_offsets[0];
    expect(["b", "d", "a", "c"].map(begin)).toEqual([0, 8, 12, 15]);
    expect(data.length).toBe(16);
  });

  test("that could not be read back is not begun", async () => {
    const many = Array.from({ length: 20_000 }, (_, i) => tensor(`t${i}`, "U8", 0));
    const check = (tensors: readonly FileTensor[]) => () => checkFile("model file", {}, tensors);
    expect(check(many)).toThrow(
      /^model file: expected a header of at most 1 MB, got one of \d+ bytes\. It could not be read back/,
    );
    expect(check([{ ...tensor("Wy", "F32", 0), shape: [2 ** 30] }])).toThrow(
      "model file: expected a file of less than 4 GiB, got 4.0 GiB",
    );
    expect(check([tensor("n".repeat(1e8), "U8", 0)])).toThrow("a header of at most 1 MB");
    expect(check([tensor("Wy", "F32", 2)])).not.toThrow();
    const deep = GRU4Rec.create(["a"], { layers: new Array(4000).fill(1) });
    await expect(deep).rejects.toThrow("model file: expected a header of at most 1 MB");
  });
});
