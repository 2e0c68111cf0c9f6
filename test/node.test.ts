import { execFileSync } from "node:child_process";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConfigError, FormatError } from "../src/errors.js";
import {
  GRU4Rec,
  MODEL_DEFAULTS,
  RETRIEVAL_DEFAULTS,
  TOWER_DEFAULTS,
  TRAIN_DEFAULTS,
} from "../src/index.js";
import {
  checkWritable,
  loadModel,
  readEvents,
  readParameters,
  readSessions,
  saveModel,
} from "../src/node.js";

const TABLE = "sid,item,ts\n2,a,1\n1,b,2\n1,a,3\n";
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gru4rec-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function errorOf(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => expect.unreachable("it worked"),
    (error: Error) => error,
  );
}

describe("reading from a path", () => {
  test("takes plain and gzip files, as text or as a file URL", async () => {
    const plain = await write("clicks.csv", TABLE);
    const gzip = await write("clicks.csv.gz", gzipSync(TABLE));
    const expected = await readEvents(new Blob([TABLE]));
    expect(expected.report.rows).toBe(3);
    for (const source of [plain, gzip, pathToFileURL(plain)]) {
      const { report, ...events } = await readEvents(source);
      expect({ ...events, report: expected.report }).toEqual(expected);
      const path = source === gzip ? gzip : plain;
      expect(report).toMatchObject({ names: [path], rows: 3, columns: expected.report.columns });
    }
    expect((await readSessions(gzip)).sessionIds).toEqual([1, 2]);
  });

  test("takes files longer than one read", async () => {
    const path = await write("clicks.csv", `sid,item,ts\n${"1,a,1\n".repeat(100_000)}`);
    expect((await readEvents(path)).report.rows).toBe(100_000);
  });

  test("takes a named pipe", async () => {
    const path = join(folder, "pipe");
    execFileSync("mkfifo", [path]);
    const [table] = await Promise.all([readEvents(path), writeFile(path, TABLE)]);
    expect(table.report.rows).toBe(3);
  });

  test.each([
    ["missing.tsv", undefined, "a file to read, got no such file or folder"],
    ["", undefined, "a file to read, got a folder"],
    ["empty.tsv", "", "a header line, got no text at all"],
    ["header.tsv", "sid,item,ts\n", "at least one event below the header, got 0"],
    ["plain.tsv.gz", TABLE, "gzip data, as the name says, got other bytes"],
    [
      "short.tsv.gz",
      gzipSync(TABLE).subarray(0, 30),
      "whole gzip data, got damaged or cut off bytes",
    ],
  ])("refuses %j with one sentence that names it", async (name, content, message) => {
    const path = content === undefined ? join(folder, name) : await write(name, content);
    const error = await errorOf(readEvents(path));
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toBe(`${path}: expected ${message}`);
  });

  test("names the path and the line of a broken row", async () => {
    const path = await write("clicks.csv", `${TABLE}1,b\n`);
    expect((await errorOf(readSessions(path))).message).toBe(
      `${path}, line 5: expected 3 fields, got 2`,
    );
  });

  test("closes the file, whether the table was whole, broken or never read", async () => {
    const open = async () => (await readdir("/proc/self/fd")).length;
    const whole = await write("whole.csv", TABLE);
    const broken = await write("broken.csv", `sid,item,ts\n1,a\n${TABLE.repeat(10_000)}`);
    const options = { timeUnit: "hours" } as unknown as { timeUnit: "seconds" };
    await readEvents(whole);
    const before = await open();
    for (let i = 0; i < 20; ++i) {
      await readEvents(whole);
      await errorOf(readEvents(broken));
      await errorOf(readEvents(whole, options));
    }
    await expect.poll(open).toBeLessThanOrEqual(before);
  });
});

describe("saving a model", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const model = { toBytes: () => bytes };

  test("writes the bytes, says how many and leaves nothing else behind", async () => {
    const path = join(folder, "model.safetensors");
    expect(await saveModel(model, path)).toBe(3);
    expect(new Uint8Array(await readFile(path))).toEqual(bytes);
    expect(await readdir(folder)).toEqual(["model.safetensors"]);
  });

  test("replaces an old file, keeps its permissions and follows a link to it", async () => {
    const path = await write("old", "an older and longer model");
    await chmod(path, 0o640);
    await symlink(path, join(folder, "link"));
    await saveModel(model, pathToFileURL(join(folder, "link")));
    expect(new Uint8Array(await readFile(path))).toEqual(bytes);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect((await readdir(folder)).sort()).toEqual(["link", "old"]);
  });

  test("leaves the old file and no other when it fails", async () => {
    const path = await write("model", "old");
    const broken = {
      toBytes(): Uint8Array {
        throw new Error("no bytes");
      },
    };
    expect((await errorOf(saveModel(broken, path))).message).toBe("no bytes");
    const unwritable = { toBytes: () => ({ length: 9 }) as unknown as Uint8Array };
    expect((await errorOf(saveModel(unwritable, path))).message).toMatch(
      /model: expected to write 9 bytes, got /,
    );
    expect(await readFile(path, "utf8")).toBe("old");
    expect(await readdir(folder)).toEqual(["model"]);
  });
});

describe("checkWritable", () => {
  test("accepts a new file and an old one and leaves the folder as it was", async () => {
    const path = await write("model", "old");
    await checkWritable(path);
    await checkWritable(join(folder, "new"));
    await checkWritable(join(folder, "n".repeat(255)));
    expect(await readdir(folder)).toEqual(["model"]);
    expect(await readFile(path, "utf8")).toBe("old");
  });

  test.each([
    ["none/model", "a path in a writable folder, got no such file or folder"],
    ["file/model", "a path in a writable folder, got no such file or folder"],
    ["folder", "the path of a file to write, got a folder"],
    ["pipe", "the path of a file to write, got a device or pipe"],
  ])("refuses %j, and so does saving", async (name, message) => {
    await write("file", "");
    await mkdir(join(folder, "folder"));
    execFileSync("mkfifo", [join(folder, "pipe")]);
    const path = join(folder, name);
    const model = { toBytes: () => expect.unreachable("the bytes were made") };
    for (const work of [() => checkWritable(path), () => saveModel(model, path)]) {
      const error = await errorOf(work());
      expect(error).toBeInstanceOf(ConfigError);
      expect(error.message).toBe(`${path}: expected ${message}`);
    }
  });

  test("refuses a folder without permission", async (context) => {
    if (process.getuid?.() === 0) return context.skip("the superuser may write anywhere");
    await chmod(folder, 0o500);
    await expect(checkWritable(join(folder, "model"))).rejects.toThrow(/got no permission$/);
    await chmod(folder, 0o700);
  });
});

describe("loading a model", () => {
  test("gives back the model that was saved, byte for byte", async () => {
    const model = await GRU4Rec.create(["tent", "stove", 7], { layers: [4] });
    const path = join(folder, "model.safetensors");
    await saveModel(model, path);
    const loaded = await loadModel(path);
    expect(loaded.items.ids).toEqual(["tent", "stove", 7]);
    expect(loaded.toBytes()).toEqual(model.toBytes());
  });

  test("refuses what is no model with a sentence that names the path", async () => {
    const path = await write("clicks.tsv", TABLE);
    const error = await errorOf(loadModel(path));
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message.startsWith(`${path}: `)).toBe(true);
  });

  test("refuses a missing file and a folder", async () => {
    const missing = join(folder, "missing");
    expect((await errorOf(loadModel(missing))).message).toBe(
      `${missing}: expected a file to read, got no such file or folder`,
    );
    expect((await errorOf(loadModel(folder))).message).toBe(
      `${folder}: expected a file to read, got a folder`,
    );
  });
});

describe("a file of parameters", () => {
  const refusal = async (content: string | Uint8Array, kind?: "two-towers") => {
    const path = await write("set.json", content);
    const error = await errorOf(readParameters(path, kind as "two-towers"));
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message.startsWith(path)).toBe(true);
    return error.message.slice(path.length);
  };

  test("holds options of a GRU4Rec and of its training, and notes", async () => {
    const set = { model: { layers: [8], windowLength: 5 }, train: { epochs: 2, order: "random" } };
    const path = await write("set.json", JSON.stringify({ kind: "gru4rec", about: [1], ...set }));
    expect(await readParameters(path)).toEqual(set);
    expect(await readParameters(await write("set.json", "{}"))).toEqual({ model: {}, train: {} });
  });

  test("holds those of two towers", async () => {
    const set = { model: { layers: [8], embeddingSize: 8 }, train: { temperature: 0.5 } };
    const path = await write("set.json", JSON.stringify({ kind: "two-towers", ...set }));
    expect(await readParameters(path, "two-towers")).toEqual(set);
  });

  test.each([
    ["", ': expected an object {"model": {…}, "train": {…}} in JSON, got something else'],
    ["[]", ": expected an object"],
    ["null", ": expected an object"],
    ['{"kind":"two-towers"}', ': expected kind "gru4rec", got "two-towers"'],
    [
      '{"options":{}}',
      ", options: expected one of the parameter options: kind, model, train, about",
    ],
    ['{"model":3}', ", model: expected an object of options, got 3"],
    ['{"train":null}', ", train: expected an object of options, got null"],
    ['{"model":{"layers":[8],"layers":[9]}}', ", layers: expected every name once, got it twice"],
    ['{"model":{"layer":[8]}}', ", model.layer: expected one of the model options"],
    ['{"model":{"layers":[0]}}', ", model.layers[0]: expected an integer ≥ 1, got 0"],
    ['{"model":{"bprReg":2}}', ", model.bprReg: expected 1 unless"],
    ['{"train":{"epochs":"2"}}', ', train.epochs: expected an integer ≥ 1, got "2"'],
    ['{"train":{"threads":2}}', ", train.threads: expected one of the training options"],
    ['{"train":{"sampleAlpha":1,"negatives":0}}', ", train.sampleAlpha: expected 0.5 unless"],
    [new Uint8Array([0x7b, 0xff, 0x7d]), ": expected an object"],
    [" ".repeat(1_000_001), ": expected an object"],
  ])("is refused by name: %#", async (content, message) => {
    expect(await refusal(content)).toContain(message);
  });

  test.each([
    ["{}", ': expected kind "two-towers", got "gru4rec"'],
    ['{"kind":"two-towers","model":{"embedding":"shared"}}', ", model.embedding: expected one"],
    ['{"kind":"two-towers","train":{"threads":2}}', ", train.threads: expected one"],
    [
      '{"kind":"two-towers","train":{"temperature":0}}',
      ", train.temperature: expected a number > 0",
    ],
  ])("of two towers, too: %#", async (content, message) => {
    expect(await refusal(content, "two-towers")).toContain(message);
  });

  test.each([
    ["gru4rec", MODEL_DEFAULTS, TRAIN_DEFAULTS],
    ["two-towers", TOWER_DEFAULTS, RETRIEVAL_DEFAULTS],
  ] as const)(
    "is read, or refused by name, whatever its values are: %s",
    async (kind, model, train) => {
      const junk = [
        "null",
        "true",
        '"x"',
        "[]",
        "[[]]",
        "{}",
        '{"toString":1}',
        "-1",
        "0.5",
        "1e999",
      ];
      for (const [part, options] of Object.entries({ model, train })) {
        for (const name of Object.keys(options)) {
          for (const value of junk) {
            const path = await write(
              "set.json",
              `{"kind":"${kind}","${part}":{"${name}":${value}}}`,
            );
            const error = await readParameters(path, kind).catch((error) => error);
            if (!(error instanceof Error)) continue;
            expect(error).toBeInstanceOf(FormatError);
            expect(error.message).toMatch(
              /set\.json, (model|train)\.[^\n]+: expected [^\n]+, got /,
            );
          }
        }
      }
    },
  );

  test("is refused where there is none, and what is no file", async () => {
    await expect(readParameters(join(folder, "none"))).rejects.toThrow("got no such file");
    await expect(readParameters(folder)).rejects.toThrow("got a folder");
    await expect(readParameters("/dev/zero")).rejects.toThrow("expected an object");
  });
});
