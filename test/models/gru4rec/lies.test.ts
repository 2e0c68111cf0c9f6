/** Model files that are small and claim, or cost, much; the plainer lies stand in format.test.ts. */

import { describe, expect, test } from "vitest";
import { FormatError } from "../../../src/errors.js";
import { GRU4Rec } from "../../../src/index.js";
import { type FileParts, fileOf, partsOf, withHeader, withIds } from "../files.js";

const NOTHING = new Uint8Array(0);
const deep = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
const long = (character: string): string => character.repeat(490_000 / character.length);
const ones = (n: number): string => new Array(n).fill(1).join(",");

const model = await GRU4Rec.create([1, 2, 3], { layers: [3] });

const whole = model.toBytes();

/** A whole file but for one value of its metadata. */
function withMetadata(name: string, text: string): Uint8Array {
  const parts = partsOf(model.toBytes());
  (parts.header.__metadata__ as Record<string, string>)[name] = text;
  return fileOf(parts.header, parts.data);
}

/** A whole file but for one entry. */
function withEntry(change: (header: FileParts["header"]) => void): Uint8Array {
  const parts = partsOf(model.toBytes());
  change(parts.header);
  return fileOf(parts.header, parts.data);
}

const entries = (n: number): string =>
  Array.from(
    { length: n },
    (_, i) => `"${i}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`,
  ).join(",");

const lies: [string, Uint8Array, string][] = [
  ["a list deeper than the stack", withHeader(deep(499_000), NOTHING), "model file"],
  ["objects deeper than the stack", withHeader('{"a":'.repeat(190_000), NOTHING), "a JSON header"],
  ["the most brackets that are parsed", withHeader("[".repeat(999_990), NOTHING), "a JSON header"],
  [
    "one byte more",
    withHeader("[".repeat(1_000_001), NOTHING),
    "model file: expected a header of at most 1 MB, got one of 10000",
  ],
  ["a deep list", withHeader(deep(9000), NOTHING), "an object as its header, got [[[[…]]]]"],
  ["a deep tensor", withHeader(`{"a":${deep(9000)}}`, NOTHING), "a: expected a dtype such as F32"],
  [
    "a deep shape",
    withHeader(`{"a":{"dtype":"F32","shape":${deep(9000)}}}`, NOTHING),
    "a: expected a shape of whole numbers, got [[[[…]]]]",
  ],
  ["objects in objects", withHeader(`${'{"a":'.repeat(9000)}1${"}".repeat(9000)}`, NOTHING), "a:"],
  [
    "a dtype whose words are none",
    withHeader('{"a":{"dtype":{"toString":1,"valueOf":2}}}', NOTHING),
    "a: expected a dtype such as F32, I32 or U8, got an object",
  ],
  [
    "such a thing in a list",
    withHeader('{"a":{"dtype":[{"toString":1}]}}', NOTHING),
    "got [an object]",
  ],
  [
    "metadata whose words are none",
    withHeader('{"__metadata__":{"a":{"toString":1}}}', NOTHING),
    "__metadata__.a: expected a string, got an object",
  ],
  ["metadata in a list", withHeader('{"__metadata__":["gru4rec"]}', NOTHING), "format"],
  ["20,000 tensors", withHeader(`{${entries(20_000)}}`, NOTHING), "a header of at most 1 MB"],
  [
    "a shape of a million sizes",
    withHeader(`{"a":{"dtype":"F32","shape":[${ones(1e6)}]}}`, NOTHING),
    "a header of at most 1 MB",
  ],
  [
    "sizes whose product leaves the numbers",
    withHeader('{"a":{"dtype":"F32","shape":[9007199254740991,9007199254740991]}}', NOTHING),
    "a: expected data_offsets",
  ],
  [
    "offsets whose list is long",
    withHeader(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[${ones(50_000)}]}}`, NOTHING),
    "1, 1, …]",
  ],
  ["a name of a million letters", withHeader(`{"${long("n")}":1}`, NOTHING), "nnn…: expected"],
  ["a string of quotes", withHeader(`{"a":"${long('\\"')}"}`, NOTHING), "a: expected a dtype"],
  ["a string without an end", withHeader(`{"a":"${long("x")}`, NOTHING), "a JSON header"],
  ["an escape at the end", withHeader('{"a":"\\', NOTHING), "a JSON header"],
  [
    "a tensor of the name __proto__",
    withEntry((header) => {
      const value = { dtype: "F32", shape: [0], data_offsets: [0, 0] };
      Object.defineProperty(header, "__proto__", { value, enumerable: true });
    }),
    "__proto__: expected a tensor that begins at byte",
  ],
  [
    "as many layers as tensors",
    withMetadata("options", '{"layers":[3,3,3,3,3,3,3]}'),
    "Wx_1: expected F32 [3, 9], got nothing",
  ],
  ["options that are a list", withMetadata("options", "[]"), "it is no object"],
  ["deep options", withMetadata("options", deep(100_000)), "it is no object"],
  ["deep layers", withMetadata("options", `{"layers":[${deep(9000)}]}`), "got [[[[…]]]]"],
  [
    "layers whose words are none",
    withMetadata("options", '{"layers":[{"toString":1}]}'),
    "layers[0]: expected an integer ≥ 1, got an object",
  ],
  [
    "300,000 layers",
    withMetadata("options", `{"layers":[${ones(3e5)}]}`),
    "layers: expected no more layers than its 8 tensors, got 300000",
  ],
  [
    "an option of the name __proto__",
    withMetadata("options", '{"layers":[3],"__proto__":1}'),
    "__proto__: expected one of the model options",
  ],
  [
    "an item of ten million digits",
    withIds(whole, "items", [`${"9".repeat(1e7)}n`]),
    "items[0]: expected an id in JSON",
  ],
  [
    "a number of a million digits",
    withIds(whole, "items", [long("1")]),
    "items[0]: expected an id in JSON",
  ],
  [
    "a long item twice",
    withIds(whole, "items", [`"${long("x")}"`, `"${long("x")}"`, '"3"']),
    "items[1]: expected every id once",
  ],
  ["a deep list as an item", withIds(whole, "items", [deep(1e6)]), "items[0]: expected an id"],
  [
    "a million ids of nothing",
    withIds(whole, "items", new Array(1e6).fill("")),
    "items[0]: expected an id in JSON",
  ],
  ["a long format", withMetadata("format", long("9")), 'format "gru4rec", got "999'],
  ["a long version", withMetadata("version", long("9")), "It was written by a newer gru4rec."],
];

describe("a file is refused, quickly and in few words, that has", () => {
  test.each(lies)("%s", async (_, bytes, message) => {
    const before = process.cpuUsage(); // not the clock: a busy machine is not slower by this
    const error = await GRU4Rec.fromBytes(bytes).then(
      () => new Error("it was accepted"),
      (error) => error,
    );
    const { user, system } = process.cpuUsage(before);
    expect(error.message).toContain(message);
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message.length).toBeLessThan(800);
    expect((user + system) / 1000).toBeLessThan(3000); // milliseconds; most take a few
  });
});
