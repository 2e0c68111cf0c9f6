/** `gru4rec export`: vectors of items and visits in files. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { fitBaseline, itemVectors, onnxStep, Sessions, visitVectors } from "../../src/index.js";
import { loadModel, saveModel } from "../../src/node.js";
import { cycleClicks, gru4rec, linesOf, newFile, newFolder, type Outcome } from "./children.js";

let [folder, path] = ["", ""];
const ask = (args: readonly string[]): Promise<Outcome> => gru4rec(["export", path, ...args]);
const floats = (file: string): number[] => {
  const bytes = readFileSync(file).subarray(128);
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
};

beforeAll(async () => {
  folder = newFolder();
  path = join(folder, "model");
  const quick = ["--threads", "0", "--layers", "8", "--epochs", "1"];
  await gru4rec(["train", newFile("clicks.tsv", cycleClicks(100)), ...quick, "-o", path]);
});

describe("gru4rec export", () => {
  test("writes vectors of items and of visits", async () => {
    using model = await loadModel(path);
    const known = model.items.ids[0]!;
    const rows = ["v1", "v1", "v2"].map((visit, i) => `${visit}\t${i === 0 ? known : "who"}\t${i}`);
    const visits = newFile("visits.tsv", `SessionId\tItemId\tTime\n${rows.join("\n")}\n`);
    const [items, asked] = [join(folder, "items.npy"), join(folder, "visits.npy")];
    const run = await ask([
      "--items-out",
      items,
      "--visits",
      visits,
      "--visits-out",
      asked,
      "--json",
    ]);
    expect([run.code, run.stderr]).toEqual([
      0,
      `${visits}: left out 1 visit without a known item.\n`,
    ]);
    const saved = linesOf(run).filter(({ type }) => type === "saved");
    expect(saved.map((line) => line.path)).toEqual([items, asked]);
    expect(floats(items)).toEqual([...(await itemVectors(model)).values]);
    expect(floats(asked)).toEqual([...(await visitVectors(model, [[known]])).values]);
    expect(readFileSync(join(folder, "visits.ids.ndjson"), "utf8")).toBe('"v1"\n');
  });

  test("writes a step as ONNX", async () => {
    const file = join(folder, "step.onnx");
    const run = await ask(["--onnx", file]);
    expect([run.code, run.stderr]).toEqual([0, ""]);
    using model = await loadModel(path);
    expect(readFileSync(file).equals(await onnxStep(model))).toBe(true);
  });

  test("refuses a baseline, which has no vectors", async () => {
    const sessions = Sessions.from({ sessionId: [1, 1], itemId: [2, 3], time: [4, 5] });
    const file = join(folder, "baseline");
    await saveModel(await fitBaseline("markov", sessions), file);
    const run = await gru4rec(["export", file, "--items-out", join(folder, "b.npy")]);
    expect([run.code, run.stderr]).toEqual([
      2,
      expect.stringContaining("expected a model, two towers or an index, got a baseline"),
    ]);
  });

  test.each<[string, () => string[], string]>([
    ["nothing to write", () => [], "export: expected --items-out, --visits or --onnx, got none"],
    [
      "visits without an output",
      () => ["--visits", path],
      "--visits: expected --visits-out beside it",
    ],
    [
      "an output without visits",
      () => ["--visits-out", "x.npy"],
      "--visits-out: expected --visits beside it",
    ],
    [
      "a column without visits",
      () => ["--items-out", "x.npy", "--item-column", "2"],
      "--item-column: expected --visits",
    ],
    [
      "another form",
      () => ["--items-out", "x.txt"],
      "--items-out: expected a name that ends in .npy or .parquet",
    ],
    [
      "a folder that is not there",
      () => ["--items-out", join(folder, "no", "x.npy")],
      "--items-out",
    ],
  ])("refuses %s", async (_, args, message) => {
    const run = await ask(args());
    expect([run.code, run.stderr.includes(message) ? message : run.stderr]).toEqual([2, message]);
    expect(existsSync("x.npy")).toBe(false);
  });
});
