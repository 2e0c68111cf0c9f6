/** A model's file holds all of it, is read back to the bit, and is believed in nothing. */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { LIBRARY_VERSION } from "../../../src/files/kinds.js";
import {
  evaluate,
  FormatError,
  fit,
  GRU4Rec,
  type Id,
  Items,
  type ModelOptions,
  train,
} from "../../../src/index.js";
import { clicks } from "../../training/clicks.js";
import {
  entryOf,
  type FileParts,
  fileOf,
  partsOf,
  type RawTensor,
  type TensorEntry,
  tensorOf,
  withHeader,
  withIds,
  withTensors,
} from "../files.js";

const IDS: readonly Id[] = ["__proto__", "", "0", 0, -1.5, 10n, "10", "é\u0000\ud800", 'a"b'];
/** The ids in a file, a character for each byte. */
const TEXT = '"__proto__"\n""\n"0"\n0\n-1.5\n10n\n"10"\n"Ã©\\u0000\\ud800"\n"a\\"b"\n';

async function modelOf(options: ModelOptions = { layers: [3] }): Promise<GRU4Rec> {
  return GRU4Rec.create(Items.from(IDS, [5, 0, 3, 1, 1, 2, 9, 1, 1]), options);
}

describe("a model's bytes", () => {
  test.each<ModelOptions>([
    { layers: [3] },
    { layers: [5, 4, 6], cell: "rnn", hiddenActivation: "leaky-0.25", seed: 4294967295 },
    { layers: [5, 2], cell: "lstm", embedding: "separate" },
    { layers: [4], resetAfter: true, embedding: "one-hot", loss: "top1", init: "normal" },
    { layers: [4, 2], embedding: "separate", embeddingSize: 7, loss: "bpr-max", bprReg: 0.3 },
    { layers: [6], dropoutEmbedding: 0.1, dropoutHidden: 0.7, logQ: 1, smoothing: 0.1, sigma: 0.2 },
    { layers: [2], loss: "top1-max", finalActivation: "selu-1.1-2" },
    { layers: [2], loss: "top1-max", eluParam: 0 },
  ])("come back as they were: %o", async (options) => {
    const model = await modelOf(options);
    const bytes = model.toBytes();
    const again = await GRU4Rec.fromBytes(bytes);
    expect(again.toBytes()).toEqual(bytes);
    expect(again.options).toEqual(model.options);
    expect(again.items.ids).toEqual(IDS);
    expect(again.items.support).toEqual(model.items.support);
    expect(again.parameterCount).toBe(model.parameterCount);
  });

  test("are all weights, aligned, by name and shape, and the counts of the items", async () => {
    const model = await modelOf({ layers: [3], resetAfter: true, embedding: "separate" });
    const { header, data } = partsOf(model.toBytes());
    const shapes = Object.entries(header).filter(([name]) => name !== "__metadata__");
    expect(shapes.map(([name, entry]) => [name, (entry as TensorEntry).shape])).toEqual([
      ...[
        ["E", [9, 3]],
        ["Wx_0", [3, 9]],
        ["Wh_0", [3, 3]],
        ["Wrz_0", [3, 6]],
      ],
      ...[
        ["b_0", [9]],
        ["bh_0", [9]],
        ["Wy", [9, 3]],
        ["By", [9]],
        ["support", [9]],
      ],
      ["items", [TEXT.length]],
    ]);
    expect((model.toBytes().length - data.length) % 64).toBe(0);
    expect(String.fromCharCode(...data.subarray(-TEXT.length))).toBe(TEXT);
    expect(data.length).toBe(4 * (model.parameterCount + 9) + TEXT.length);
  });

  test("give the same figures before saving and after loading", async () => {
    const sessions = clicks(80, 25);
    const model = await GRU4Rec.create(sessions.items, { layers: [12], dropoutHidden: 0.1 });
    await fit(model, sessions, { epochs: 2, batchSize: 8, negatives: 8, threads: 0 });
    const loaded = await GRU4Rec.fromBytes(model.toBytes());
    const figures = async (model: GRU4Rec) => {
      const options = { cutoffs: [1, 5], lists: true, threads: 0 };
      const { recall, mrr, ndcg, coverage, popularity } = await evaluate(model, sessions, options);
      const list = model.recommend(["item 1", "item 2"]);
      return { recall, mrr, ndcg, coverage, popularity, list };
    };
    expect(await figures(loaded)).toEqual(await figures(model));
  });

  test("may stand anywhere in a buffer, and are not kept", async () => {
    const model = await modelOf();
    const bytes = model.toBytes();
    const buffer = Buffer.alloc(bytes.length + 50, 7);
    buffer.set(bytes, 13);
    const loaded = await GRU4Rec.fromBytes(buffer.subarray(13, 13 + bytes.length));
    buffer.fill(0);
    expect(loaded.toBytes()).toEqual(bytes);
  });

  test("may hold optional tensors that this version does not know, of any type", async () => {
    const bytes = (await modelOf()).toBytes();
    const told = withTensors(bytes, {
      "optional/optimizer/Wy": { dtype: "F64", shape: [2, 3], bytes: new Uint8Array(48) },
      "optional/popularity": { dtype: "U8", shape: [5], bytes: new Uint8Array(5) },
    });
    expect((await GRU4Rec.fromBytes(told)).toBytes()).toEqual(bytes);
  });

  test("say what they are, and how the model was trained", async () => {
    const sessions = clicks(80, 25);
    const model = await GRU4Rec.create(sessions.items, { layers: [4] });
    expect(model.training).toBeUndefined();
    const { header } = partsOf(model.toBytes());
    expect(header.__metadata__).toEqual({
      ...{ format: "gru4rec", version: "2", kind: "gru4rec" },
      ...{ library: LIBRARY_VERSION, options: JSON.stringify(model.options) },
    });
    for await (const _ of train(model, sessions, { epochs: 3, threads: 0 })) {
      if (model.training!.epochs === 2) break;
    }
    const times = [...sessions.times];
    const record = {
      ...{ epochs: 2, events: sessions.events, library: LIBRARY_VERSION },
      ...{ firstTime: Math.min(...times), lastTime: Math.max(...times) },
    };
    expect(model.training).toEqual(record);
    expect((await GRU4Rec.fromBytes(model.toBytes())).training).toEqual(record);
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(LIBRARY_VERSION).toBe(version);
  });

  test("may name their tensors in any order, and say more than is read", async () => {
    const model = await modelOf();
    const { header, data } = partsOf(model.toBytes());
    const reversed = Object.fromEntries(Object.entries(header).reverse());
    const metadata = { ...(header.__metadata__ as object), author: "1", licence: "1", note: "x" };
    const told = { ...reversed, __metadata__: metadata };
    for (const text of [
      JSON.stringify(told),
      JSON.stringify(told, null, 1) + " ".repeat(100_000),
    ]) {
      const loaded = await GRU4Rec.fromBytes(withHeader(text, data));
      expect(loaded.toBytes()).toEqual(model.toBytes());
    }
  });

  test("open with Python's own library", async ({ skip }) => {
    const model = await modelOf({ layers: [3], embedding: "one-hot" });
    const read = [
      "import json, struct, sys",
      "file = sys.stdin.buffer.read()",
      "n = struct.unpack('<Q', file[:8])[0]",
      "header = json.loads(file[8:8 + n])",
      "meta = header.pop('__metadata__')",
      "total = sum(e['data_offsets'][1] - e['data_offsets'][0] for e in header.values())",
      "begin, end = header['Wy']['data_offsets']",
      "wy = struct.unpack('<%df' % ((end - begin) // 4), file[8 + n + begin:8 + n + end])",
      "begin, end = header['items']['data_offsets']",
      "ids = file[8 + n + begin:8 + n + end]",
      "print(json.dumps([meta['format'], json.loads(meta['options'])['layers'],",
      "  [json.loads(line) for line in ids[:-1].split(b'\\n') if line[-1:] != b'n'],",
      "  total == len(file) - 8 - n, wy[:3]]))",
    ];
    const input = model.toBytes();
    const { error, status, stdout } = spawnSync("python3", ["-c", read.join("\n")], { input });
    if (error) skip("python3 is not installed");
    expect(status).toBe(0);
    const first = [...tensorOf(input, "Wy").subarray(0, 3)];
    const plain = IDS.filter((id) => typeof id !== "bigint");
    expect(JSON.parse(String(stdout))).toEqual(["gru4rec", [3], plain, true, first]);
  });
});

/** Reads a file that is broken; the message of its FormatError. */
async function complaint(bytes: Uint8Array): Promise<string> {
  const error = await GRU4Rec.fromBytes(bytes).then(
    () => new Error("it was accepted"),
    (error) => error,
  );
  expect(error.message).not.toBe("it was accepted");
  expect(error).toBeInstanceOf(FormatError);
  expect(error.message).toMatch(/^model file.*: expected .*, got /);
  return error.message;
}

/** A file made from a whole one by changing its parts. */
async function changed(change: (parts: FileParts) => void): Promise<Uint8Array> {
  const parts = partsOf((await modelOf()).toBytes());
  change(parts);
  return fileOf(parts.header, parts.data);
}

/** The same, of its metadata: the value of a name, or undefined to leave it out. */
function metadata(name: string, value: unknown): (parts: FileParts) => void {
  return ({ header }) => {
    header.__metadata__ = { ...(header.__metadata__ as object), [name]: value };
  };
}

describe("a file is refused", () => {
  test("wherever it is cut off", async () => {
    const bytes = (await modelOf({ layers: [4], embedding: "separate" })).toBytes();
    for (let length = 0; length < bytes.length; length += 97) {
      await complaint(bytes.subarray(0, length));
    }
    expect(await complaint(bytes.subarray(0, bytes.length - 1))).toContain("It was cut off.");
  });

  test("that goes on after its end", async () => {
    const bytes = (await modelOf()).toBytes();
    const padded = new Uint8Array(bytes.length + 4);
    padded.set(bytes);
    const told = await complaint(padded);
    const { data } = partsOf(bytes);
    expect(told).toContain(`expected ${data.length} bytes of tensors, got ${data.length + 4}`);
    expect(told).not.toContain("cut off");
  });

  test.each([
    ["nothing", new Uint8Array(0), "at least 8 bytes, got 0"],
    [
      "text",
      new TextEncoder().encode("SessionId\tItemId\tTime\n1\t2\t3\n"),
      "It is no safetensors",
    ],
    ["a huge header", new Uint8Array(64).fill(255), "a header within its 64 bytes"],
    ["a list", withHeader("[1]", new Uint8Array(0)), "an object as its header, got [1]"],
    ["null", withHeader("null", new Uint8Array(0)), "an object as its header, got null"],
    ["a number", withHeader("7", new Uint8Array(0)), "an object as its header, got 7"],
    ["eight zeros", new Uint8Array(8), "a JSON header, got something else. It is no safetensors"],
    ["no JSON", withHeader("{nonsense}", new Uint8Array(0)), "a JSON header, got something else"],
    [
      "no UTF-8 in a name",
      withHeader('{"a":1}', new Uint8Array(0)).map((byte) => (byte === 0x61 ? 0xff : byte)),
      "a JSON header",
    ],
    ["no UTF-8", withHeader("{}", new Uint8Array(0)).fill(0xff, 8), "a JSON header"],
    ["another's model", withHeader("{}", new Uint8Array(0)), 'format "gru4rec", got undefined'],
    [
      "metadata of numbers",
      withHeader('{"__metadata__":{"a":1}}', new Uint8Array(0)),
      "a string, got 1",
    ],
    [
      "a number as metadata",
      withHeader('{"__metadata__":3}', new Uint8Array(0)),
      "an object, got 3",
    ],
    [
      "null as metadata",
      withHeader('{"__metadata__":null}', new Uint8Array(0)),
      "an object, got null",
    ],
  ])("that is %s", async (_, bytes, message) => {
    expect(await complaint(bytes)).toContain(message);
  });

  test.each([
    ["format", "other", 'format "gru4rec", got "other"'],
    ["version", "3", 'version "2", got "3". It was written by a newer gru4rec.'],
    [
      "version",
      "1",
      'version "2", got "1". It was written by an older gru4rec, or another program.',
    ],
    ["version", "2.0", 'version "2", got "2.0"'],
    ["version", undefined, 'version "2", got undefined'],
    ["kind", undefined, 'kind "gru4rec", got undefined'],
    ["kind", "constructor", 'kind "gru4rec", got "constructor"'],
    [
      "kind",
      "index",
      'kind "gru4rec", got "index". It is an index: read it with `loadModel(path, "index")`',
    ],
    ["kind", "two-towers", 'It is two towers: read it with `loadModel(path, "two-towers")`'],
    ["kind", "checkpoint", "It is a checkpoint: training goes on from it"],
    ["training", "7", 'readable training, got "it is no object"'],
    ["training", "{", "readable training"],
    ["training", "null", "readable training"],
    [
      "training",
      '{"epochs":0,"events":1,"library":"1"}',
      "training.epochs: expected an integer ≥ 1, got 0",
    ],
    [
      "training",
      '{"epochs":1,"events":1e99,"library":"1"}',
      "training.events: expected an integer",
    ],
    ["training", '{"epochs":1,"events":1,"library":1}', "training.library: expected a text, got 1"],
    [
      "training",
      '{"epochs":1,"events":1,"library":"","firstTime":"x"}',
      "training.firstTime: expected a finite number, got",
    ],
    ["options", "{", "readable options"],
    ["options", undefined, "readable options"],
    ["options", "[]]", "readable options"],
    ["options", "7", "readable options"],
    ["options", "null", "it is no object"],
    ["options", '{"layers":[0]}', "layers[0]: expected an integer ≥ 1, got 0"],
    ["options", '{"layers":[3],"colour":1}', "colour: expected one of the model options"],
    ["options", '{"layers":[4]}', "Wx_0: expected F32 [4, 12], got F32 [3, 9]"],
    ["options", '{"layers":[1000000000]}', "Wx_0: expected F32 [1000000000, 3000000000]"],
    ["options", '{"layers":[3],"embedding":"separate"}', "E: expected F32 [9, 3], got nothing"],
    ["options", '{"layers":[3],"cell":"rnn"}', "Wx_0: expected F32 [3, 3], got F32 [3, 9]"],
    ["options", '{"layers":[3],"resetAfter":true}', "bh_0: expected F32 [9], got nothing"],
  ])("whose %s are %o", async (name, value, message) => {
    const told = await complaint(await changed(metadata(name, value)));
    expect(told).toContain(message);
    expect(told.includes("newer gru4rec")).toBe(value === "3");
  });

  const eight = ["1", "2", "3", "4", "5", "6", "7", "8"].map((id) => JSON.stringify(id));
  const bytes = (...values: number[]): Uint8Array => Uint8Array.of(0x22, ...values, 0x22);
  const noId = "items[8]: expected an id in JSON, or digits and n, got";

  test.each<[string, readonly (string | Uint8Array)[], string]>([
    ["none", [], "support: expected I32 [0], got I32 [9]"],
    ["fewer", eight, "support: expected I32 [8], got I32 [9]"],
    ["one twice", [...eight, '"8"'], 'items[8]: expected every id once, got "8"'],
    ["two zeros", [...eight.slice(1), "0", "-0"], "items[8]: expected every id once"],
    ["a list", [...eight, '["9"]'], noId],
    ["true", [...eight, "true"], noId],
    ["null", [...eight, "null"], noId],
    ["nothing", [...eight, ""], `${noId} ""`],
    ["a string without quotes", [...eight, "tent"], `${noId} "tent"`],
    ["a string without an end", [...eight, '"tent'], noId],
    ["a string and a space", [...eight, '"tent" '], noId],
    ["a string in other escapes", [...eight, '"\\u0061"'], noId],
    ["infinity", [...eight, "1e999"], noId],
    ["no number", [...eight, "NaN"], noId],
    ["a sign alone", [...eight, "-"], noId],
    ["a number in other digits", [...eight, "1e3"], noId],
    ["a bigint in other digits", [...eight, "0x1n"], noId],
    ["a bigint with a zero before it", [...eight, "01n"], noId],
    ["a bigint of minus zero", [...eight, "-0n"], noId],
    [
      "a bigint of 1001 digits",
      [...eight, `${"9".repeat(1001)}n`],
      "items[8]: expected at most 1000 digits",
    ],
    ["no UTF-8", [...eight, bytes(0xff)], "readable items"],
    ["half a character", [...eight, bytes(0xc3), bytes(0xbc)], "readable items"],
  ])("whose ids have %s", async (_, ids, message) => {
    expect(await complaint(withIds((await modelOf()).toBytes(), "items", ids))).toContain(message);
  });

  test.each<[string, RawTensor | undefined, string]>([
    ["is missing", undefined, "items: expected U8 [0], got nothing"],
    [
      "ends within a line",
      { dtype: "U8", shape: [4], bytes: new TextEncoder().encode('1\n"2') },
      "items: expected whole lines, got 1",
    ],
    [
      "is a table",
      { dtype: "U8", shape: [4, 7], bytes: new Uint8Array(28) },
      "items: expected U8 [4], got U8 [4, 7]",
    ],
    [
      "is numbers",
      { dtype: "F32", shape: [9], bytes: new Uint8Array(36) },
      "items: expected U8 [9], got F32 [9]",
    ],
  ])("whose text of ids %s", async (_, items, message) => {
    const file = withTensors((await modelOf()).toBytes(), { items });
    expect(await complaint(file)).toContain(message);
  });

  test.each<[string, Partial<TensorEntry>, string]>([
    ["Wy", { dtype: "F64" }, "Wy: expected 216 bytes, got 108"],
    ["Wy", { dtype: "U32" }, "Wy: expected F32 [9, 3], got U32 [9, 3]"],
    ["Wy", { dtype: "toString" }, 'Wy: expected a dtype such as F32, I32 or U8, got "toString"'],
    ["Wy", { dtype: "I32" }, "Wy: expected F32 [9, 3], got I32 [9, 3]"],
    ["support", { dtype: "F32" }, "support: expected I32 [9], got F32 [9]"],
    ["Wy", { shape: [3, 9] }, "Wy: expected F32 [9, 3], got F32 [3, 9]"],
    ["Wy", { shape: [9, 4] }, "Wy: expected 144 bytes, got 108"],
    ["Wy", { shape: [-9, -3] }, "Wy: expected a shape of whole numbers"],
    ["Wy", { shape: [9.5] }, "Wy: expected a shape of whole numbers"],
    ["Wy", { data_offsets: [0, 108] }, "byte"],
    ["Wy", { data_offsets: [-4, 104] }, "Wy: expected data_offsets of two whole numbers"],
    ["support", { data_offsets: [1e15, 1e15 + 36] }, "expected a tensor that begins at byte"],
  ])("whose entry of %s says %o", async (name, entry, message) => {
    const bytes = await changed((parts) => Object.assign(entryOf(parts, name), entry));
    expect(await complaint(bytes)).toContain(message);
  });

  test("with a hole between its tensors", async () => {
    const bytes = await changed((parts) => {
      const [begin, end] = entryOf(parts, "support").data_offsets;
      entryOf(parts, "support").data_offsets = [begin + 4, end + 4];
      parts.data = new Uint8Array(parts.data.length + 4);
    });
    expect(await complaint(bytes)).toContain("support: expected a tensor that begins at byte");
  });

  test("with a tensor too few or too many", async () => {
    const few = await changed(({ header }) => delete header.By);
    expect(await complaint(few)).toContain("support: expected a tensor that begins at byte");
    const many = await changed((parts) => {
      const end = parts.data.length;
      parts.header.extra = { dtype: "F32", shape: [0], data_offsets: [end, end] };
    });
    expect(await complaint(many)).toContain('only tensors that the options call for, got "extra"');
  });

  test("that names something twice", async () => {
    const { header, data } = partsOf((await modelOf()).toBytes());
    const text = JSON.stringify(header);
    const entry = `"Wy" : ${JSON.stringify(header.Wy)},`;
    const twice = withHeader(`{${entry}${text.slice(1)}`, data);
    expect(await complaint(twice)).toContain("Wy: expected every name once, got it twice");
    const format = text.replace('"__metadata__":{', '"__metadata__":{"format":"other",');
    expect(await complaint(withHeader(format, data))).toContain("format: expected every name once");
    const escaped = text.replace('"__metadata__":{', '"__metadata__":{"f\\u006frmat":"gru4rec",');
    expect(await complaint(withHeader(escaped, data))).toContain(
      "format: expected every name once",
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "with a weight of %d",
    async (value) => {
      const bytes = await changed((parts) => {
        const [begin] = entryOf(parts, "Wrz_0").data_offsets;
        new DataView(parts.data.buffer).setFloat32(begin + 4 * 5, value, true);
      });
      expect(await complaint(bytes)).toContain(`Wrz_0[5]: expected a finite number, got ${value}`);
      const first = await changed((parts) => {
        const [begin] = entryOf(parts, "Wrz_0").data_offsets;
        new DataView(parts.data.buffer).setFloat32(begin, value, true);
      });
      expect(await complaint(first)).toContain(`Wrz_0[0]: expected a finite number, got ${value}`);
    },
  );

  test("whose header ends a byte beyond it", async () => {
    const bytes = (await modelOf()).toBytes();
    new DataView(bytes.buffer).setBigUint64(0, BigInt(bytes.length - 7), true);
    const told = await complaint(bytes);
    expect(told).toContain(`a header within its ${bytes.length} bytes`);
    expect(told).toContain(`got one of ${bytes.length - 7} bytes`);
  });

  test("with the error that tells why, where another told", async () => {
    for (const bytes of [
      withHeader("{nonsense}", new Uint8Array(0)),
      await changed(metadata("options", "[")),
    ]) {
      const error = await GRU4Rec.fromBytes(bytes).catch((error) => error);
      expect(error.cause).toBeInstanceOf(SyntaxError);
    }
  });

  test("with a negative count of an item", async () => {
    const bytes = await changed((parts) => {
      const [begin] = entryOf(parts, "support").data_offsets;
      new DataView(parts.data.buffer).setInt32(begin, -1, true);
    });
    expect(await complaint(bytes)).toContain("support[0]: expected a count");
  });
});
