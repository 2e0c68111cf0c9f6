/** Whatever is wrong with the command line or a file: exit code 2, one sentence, nothing lost. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { loadModel } from "../../src/node.js";
import {
  cycleClicks,
  gru4rec,
  linesOf,
  newFile,
  newFolder,
  type Outcome,
  QUICK,
} from "./children.js";

const HEADER = "SessionId\tItemId\tTime\n";

let clicks = "";
let model = "";

beforeAll(async () => {
  clicks = newFile("clicks.tsv", cycleClicks());
  model = join(dirname(clicks), "model.safetensors");
  const outcome = await gru4rec(["train", clicks, ...QUICK, "-o", model]);
  expect(outcome).toMatchObject({ code: 0 });
});

/** Exit code 2 and one sentence that matches all of `words`, with no stack and nothing on standard output. */
function expectRefused({ code, stdout, stderr }: Outcome, ...words: (string | RegExp)[]): void {
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
  expect(stderr).not.toMatch(/\n\s+at |node:internal|undefined|\[object/);
  for (const word of words) expect(stderr).toMatch(word);
  expect(stdout).toBe("");
  expect(code).toBe(2);
}

function train(path: string, ...more: string[]): Promise<Outcome> {
  return gru4rec(["train", path, ...QUICK, "--json", ...more]);
}

describe("a click log that", () => {
  test("does not exist is named", async () => {
    expectRefused(await train("no-such-file.tsv"), "no-such-file.tsv");
  });

  test("is a directory is named", async () => {
    const folder = newFolder();
    expectRefused(await train(folder), folder, /directory|folder/);
  });

  test("is empty is named", async () => {
    expectRefused(await train(newFile("empty.tsv", "")), "empty.tsv");
  });

  test("has only a header is named", async () => {
    expectRefused(await train(newFile("header.tsv", HEADER)), "header.tsv");
  });

  test("lacks a column: lists those it has and the flag", async () => {
    const path = newFile("columns.tsv", "visit\tthing\twhen\n1\ta\t1\n");
    expectRefused(await train(path), "columns.tsv", "visit", "thing", "when", /--\w+-column/);
    expectRefused(
      await train(clicks, "--item-column", "Product"),
      "Product",
      "ItemId",
      "--item-column",
    );
  });

  test("has a row with too few fields: tells its line", async () => {
    const path = newFile("short.tsv", `${HEADER}1\ta\t1\n1\tb\n`);
    expectRefused(await train(path), "short.tsv", "line 3");
  });

  test("has a time that is no number: tells its line", async () => {
    const path = newFile("time.tsv", `${HEADER}1\ta\t1\n1\tb\tnoon\n`);
    expectRefused(await train(path), "time.tsv", "line 3", "noon");
  });

  test("is cut gzip, or only called so, is named", async () => {
    const whole = gzipSync(cycleClicks(2000, 50));
    const cut = newFile("cut.tsv.gz", whole.subarray(0, whole.length / 2));
    expectRefused(await train(cut), "cut.tsv.gz", "gzip");
    const fake = newFile(
      "fake.tsv.gz",
      Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.from(cycleClicks())]),
    );
    expectRefused(await train(fake), "fake.tsv.gz", "gzip");
  });

  test("is not UTF-8 is named", async () => {
    const path = newFile("latin.tsv", Buffer.from(`${HEADER}1\tcaf\xe9\t1\n1\tb\t2\n`, "latin1"));
    expectRefused(await train(path), "latin.tsv", "UTF-8");
  });

  test("has only sessions of length 1 is named", async () => {
    const path = newFile("ones.tsv", `${HEADER}1\ta\t1\n2\tb\t2\n3\ta\t3\n`);
    expectRefused(await train(path), "ones.tsv", "--session-column");
  });

  test("has fewer sessions than the batch has slots trains all the same", async () => {
    const path = newFile("few.tsv", cycleClicks(3));
    const outcome = await train(path, "--batch-size", "64");
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    expect(linesOf(outcome).filter(({ type }) => type === "epoch")).toHaveLength(3);
  });

  test("leaves nothing after the filters says which to lower", async () => {
    expectRefused(await train(clicks, "--min-support", "100000"), "--min-support");
    expectRefused(await train(clicks, "--min-length", "100"), "--min-length");
  });

  test("is split so that no training data is left is refused", async () => {
    expectRefused(await train(clicks, "--test-days", "10000"), "--test-days");
    expectRefused(await train(clicks, "--test-sessions", "60"), "--test-sessions");
  });
});

describe("a test file that", () => {
  test("has only unknown items is refused, before training and in evaluate", async () => {
    const strange = newFile("strange.tsv", cycleClicks(10, 5, "unheard-of-"));
    for (const outcome of [
      await gru4rec(["evaluate", model, strange]),
      await train(clicks, "--test", strange),
    ]) {
      const { stderr, code, stdout } = outcome;
      expect(stderr).toMatch(/^error: .*strange\.tsv.*unknown.*\n$/);
      expect(stdout).not.toContain('"epoch"');
      expect(code).toBe(2);
    }
  });

  test("does not exist is found before training starts", async () => {
    expectRefused(await train(clicks, "--test", "no-such-test.tsv"), "no-such-test.tsv");
  });
});

describe("a command line with", () => {
  test("an unknown option suggests the nearest", async () => {
    expectRefused(
      await train(clicks, "--dropout-hiden", "0.4"),
      "--dropout-hiden",
      "--dropout-hidden",
    );
  });

  test("an unknown command suggests the nearest", async () => {
    expectRefused(await gru4rec(["trian", clicks]), "trian", "Did you mean train");
  });

  test("a missing argument names it", async () => {
    expectRefused(await gru4rec(["train"]), "clicks");
    expectRefused(await gru4rec(["recommend", model]), "--items");
  });

  test("no command at all shows the help", async () => {
    const { code, stdout, stderr } = await gru4rec([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("Usage: gru4rec");
  });

  test.each([
    { args: ["--dropout-hidden", "1.2"], says: ["--dropout-hidden: expected", "got 1.2"] },
    { args: ["--layers", "100,0"], says: ["--layers, value 2: expected", "got 0"] },
    { args: ["--layers", "many"], says: ["--layers: expected numbers", '"many"'] },
    { args: ["--loss", "hinge"], says: ["--loss: expected", "cross-entropy", '"hinge"'] },
    { args: ["--epochs", "0"], says: ["--epochs: expected", "got 0"] },
    { args: ["--learning-rate", "fast"], says: ["--learning-rate: expected a number", '"fast"'] },
    { args: ["--batch-size", "2.5"], says: ["--batch-size: expected", "got 2.5"] },
    { args: ["--order", "backwards"], says: ["--order: expected", '"backwards"'] },
    { args: ["--threads", "-1"], says: ["--threads: expected", "got -1"] },
    { args: ["--cutoffs", "20,0"], says: ["--cutoffs", "got 0"] },
    { args: ["--ties", "fair"], says: ["--ties: expected", '"fair"'] },
    { args: ["--test-days", "0"], says: ["--test-days: expected", "got 0"] },
    { args: ["--test-sessions", "1.5"], says: ["--test-sessions: expected", "got 1.5"] },
    { args: ["--min-support", "0"], says: ["--min-support: expected", "got 0"] },
    { args: ["--delimiter", ""], says: ["--delimiter"] },
    { args: ["--test", "a.tsv", "--test-days", "1"], says: ["--test", "--test-days"] },
  ])("$args is refused before any file is read", async ({ args, says }) => {
    expectRefused(await train("no-such-file.tsv", ...args), ...says);
  });

  test("an output that cannot be written is refused before training starts", async () => {
    const file = newFile("file", "not a folder");
    for (const output of [join(file, "m.safetensors"), newFolder(), "no-such-folder/m.st"]) {
      expectRefused(await train(clicks, "-o", output), output);
    }
  });

  test("an output that is an input is refused, and the input is left alone", async () => {
    const path = newFile("clicks.tsv", cycleClicks());
    const folder = dirname(path);
    mkdirSync(join(folder, "sub"));
    expectRefused(await train(path, "-o", join(folder, "sub", "..", "clicks.tsv")), "--output");
    expect(readFileSync(path, "utf8")).toBe(cycleClicks());
    const test = newFile("test.tsv", cycleClicks(), folder);
    expectRefused(await train(path, "--test", test, "-o", test), "--output");
    expect(readdirSync(folder).sort()).toEqual(["clicks.tsv", "sub", "test.tsv"]);
  });

  test("a refused run leaves an older model alone", async () => {
    const old = newFile("model.safetensors", "precious");
    await train(newFile("empty.tsv", ""), "-o", old);
    expect(readFileSync(old, "utf8")).toBe("precious");
    expect(readdirSync(dirname(old))).toEqual(["model.safetensors"]);
  });
});

describe("a model file that", () => {
  const recommend = (path: string): Promise<Outcome> =>
    gru4rec(["recommend", path, "--items", "i1", "--json"]);
  const changed = (name: string, change: (bytes: Buffer) => Uint8Array): string =>
    newFile(name, change(readFileSync(model)));

  test("does not exist, or is a directory, is named", async () => {
    expectRefused(await recommend("no-such-model.safetensors"), "no-such-model.safetensors");
    const folder = newFolder();
    expectRefused(await recommend(folder), folder);
  });

  test("is truncated anywhere is refused", async () => {
    for (const share of [0, 0.001, 0.3, 0.999]) {
      const path = changed("cut.safetensors", (b) => b.subarray(0, Math.floor(b.length * share)));
      expectRefused(await recommend(path), "cut.safetensors");
    }
  });

  test("is padded is refused", async () => {
    const path = changed("padded.safetensors", (b) => Buffer.concat([b, Buffer.alloc(4)]));
    expectRefused(await recommend(path), "padded.safetensors");
  });

  test("is of another version says so", async () => {
    const path = changed("newer.safetensors", (b) => {
      const text = b.toString("latin1");
      const next = text.replace(/("(?:format|version|format_version|formatVersion)":")2"/, '$19"');
      expect(next).not.toBe(text);
      return Buffer.from(next, "latin1");
    });
    expectRefused(await recommend(path), "newer.safetensors", /expected format|version/);
  });

  test("is read as another kind says what reads it", async () => {
    for (const kind of ["index", "two-towers"] as const) {
      await expect(loadModel(model, kind)).rejects.toThrow(
        `expected kind "${kind}", got "gru4rec". It is a GRU4Rec: read it with \`loadModel(path)\``,
      );
    }
  });

  test("is no model is refused", async () => {
    expectRefused(await recommend(clicks), "clicks.tsv");
    expectRefused(await gru4rec(["evaluate", clicks, clicks]), "clicks.tsv");
  });
});

describe("recommend", () => {
  test("skips and counts unknown items", async () => {
    const outcome = await gru4rec(["recommend", model, "--items", "i1,nope,i2", "--json"]);
    expect(outcome.code).toBe(0);
    expect(outcome.stderr).toMatch(/^--items: skipped 1 unknown item .*nope.*\n$/);
    expect(linesOf(outcome).length).toBeGreaterThan(0);
  });

  test("gives an empty list and a message when no item is known", async () => {
    const outcome = await gru4rec(["recommend", model, "--items", "nope,never", "--json"]);
    expect(outcome).toMatchObject({ code: 0, stdout: "" });
    expect(outcome.stderr).toMatch(/^--items: skipped 2 unknown items .*none is known.*\n$/);
  });

  test("refuses a count out of range, before reading the model", async () => {
    expectRefused(
      await gru4rec(["recommend", "no-such-model", "--items", "i1", "--count", "0"]),
      "--count",
    );
  });
});

test("GRU4REC_DEBUG=1 adds the stack", async () => {
  const { stderr } = await gru4rec(["train", "no-such-file.tsv"], { env: { GRU4REC_DEBUG: "1" } });
  expect(stderr).toMatch(/\n\s+at /);
});

test("a killed run leaves the old model whole", async () => {
  const folder = newFolder();
  const output = join(folder, "model.safetensors");
  writeFileSync(output, "precious");
  const outcome = await gru4rec(
    ["train", clicks, ...QUICK, "--epochs", "100000", "-o", output, "--json"],
    { onLine: (line, kill) => line.includes('"epoch"') && kill("SIGKILL") },
  );
  expect(outcome.code).toBe(-1);
  expect(existsSync(output) && readFileSync(output, "utf8")).toBe("precious");
});
