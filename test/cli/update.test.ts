/** `gru4rec update`: files in, file out. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { loadModel } from "../../src/node.js";
import { cycleClicks, gru4rec, linesOf, newFile, newFolder, type Outcome } from "./children.js";

const TRAINING = ["--threads", "0", "--json", "--layers", "8", "--epochs", "1"];
const of = (outcome: Outcome, type: string): Record<string, unknown>[] =>
  linesOf(outcome).filter((line) => line.type === type);
const rows = (lines: readonly string[]): string =>
  `SessionId\tItemId\tTime\n${lines.map((line) => line.replaceAll(" ", "\t")).join("\n")}\n`;

let clicks = "";
let model = "";
let towers = "";
let index = "";
const day = newFile(
  "day.tsv",
  rows(["1 new 9000000001", "1 other 9000000002", "1 new 9000000003"]),
);

beforeAll(async () => {
  clicks = newFile("clicks.tsv", cycleClicks(100));
  const folder = newFolder();
  [model, towers, index] = ["model", "towers", "index"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await gru4rec(["train", clicks, ...TRAINING, "-o", model]);
  const quick = ["--threads", "0", "--epochs", "1", "--model", "two-towers"];
  await gru4rec(["train", clicks, ...quick, "-o", towers, "--index", index]);
});

const update = (args: readonly string[]): Promise<Outcome> =>
  gru4rec(["update", ...args, "--threads", "0", "--json"]);

describe("gru4rec update", () => {
  test("adds new items, drops those of a file, and tells of both", async () => {
    const before = readFileSync(model);
    const [item = ""] = (await loadModel(model)).items.ids.map(String);
    const gone = newFile("gone.txt", `${item}\r\nnobody's\r\n`);
    const next = join(dirname(model), "next");
    const run = await update([model, day, "--drop", gone, "-o", next]);
    expect(run.code).toBe(0);
    expect(run.stderr).toContain("--drop: skipped 1 item that the model does not know (nobody's).");
    expect(run.stderr).toContain("The model knew none of these items.");
    expect(of(run, "catalogue")).toMatchObject([
      { knownItems: 0, newItems: 2, droppedItems: 1, droppedEvents: 0 },
    ]);
    expect(of(run, "epoch")).toHaveLength(1);
    const made = await loadModel(next);
    expect([made.hasItem("new"), made.hasItem(item)]).toEqual([true, false]);
    expect(Buffer.compare(readFileSync(model), before)).toBe(0);
  });

  test("writes over the model that it read, and tells of clicks that it knew", async () => {
    const folder = newFolder();
    const own = join(folder, "own");
    await gru4rec(["train", clicks, ...TRAINING, "--keep-optimizer", "-o", own]);
    const run = await update([own, clicks, "--keep-optimizer", "-o", own]);
    expect(run.code).toBe(0);
    expect(run.stderr).toContain("All are not later than the last that the model was trained on.");
    expect(readFileSync(own).includes("optional/optimizer/about")).toBe(true);
    expect((await loadModel(own)).items.size).toBe((await loadModel(model)).items.size);
  });

  test("goes on after kill -9 with the kept state of the optimiser, to the same bits", async () => {
    const folder = newFolder();
    const [own, whole, pieces, checkpoint] = ["own", "whole", "pieces", "ck"].map((name) =>
      join(folder, name),
    ) as [string, string, string, string];
    await gru4rec(["train", clicks, ...TRAINING, "--keep-optimizer", "-o", own]);
    const more = newFile("more.tsv", cycleClicks(1500, 40));
    const going = [own, more, "--keep-optimizer", "--epochs", "2", "--batch-size", "8"];
    expect((await update([...going, "-o", whole])).code).toBe(0);
    const kept = [...going, "-o", pieces, "--checkpoint", checkpoint, "--resume"];
    const killed = await gru4rec(
      ["update", ...kept, "--checkpoint-every", "0", "--threads", "0", "--json"],
      { onLine: (line, kill) => line.includes('"checkpoint"') && kill("SIGKILL") },
    );
    expect(killed.code).toBe(-1);
    const again = await update(kept);
    expect([again.code, of(again, "resumed").length]).toEqual([0, 1]);
    expect(readFileSync(pieces)).toEqual(readFileSync(whole));
    expect(readFileSync(pieces).includes("optional/optimizer/about")).toBe(true);
  });

  test("takes the training of a file of parameters, which must be of such a model", async () => {
    const set = { model: { layers: [8] }, train: { epochs: 3, batchSize: 16, momentum: 0.1 } };
    const params = newFile("set.json", JSON.stringify(set));
    const next = join(newFolder(), "next");
    const run = await update([model, day, "--params", params, "--epochs", "2", "-o", next]);
    expect([run.code, of(run, "epoch").length]).toEqual([0, 2]);
    const other = newFile("other.json", JSON.stringify({ model: { layers: [16] } }));
    const refused = await update([model, day, "--params", other, "-o", next]);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining("model.layers: expected [8], as the model has, got"),
    ]);
  });

  test("updates towers and makes their index anew", async () => {
    const [next, answers] = [join(dirname(model), "t2"), join(dirname(model), "i2")];
    const run = await update([towers, day, "-o", next, "--index", answers]);
    expect(of(run, "saved").map(({ path }) => path)).toEqual([next, answers]);
    expect((await loadModel(answers, "index")).candidates.has("new")).toBe(true);
  });

  test.each<[string, () => string[], string]>([
    [
      "an index",
      () => [index, day, "-o", "x"],
      "expected a model to train on, got an index. It is made anew: update its towers, with --index.",
    ],
    ["no output", () => [model, day], "required option '-o, --output <file>' not specified"],
    [
      "a folder as output",
      () => [model, day, "-o", dirname(model)],
      "expected the path of a file to write, got a folder",
    ],
    [
      "the clicks as output",
      () => [model, day, "-o", day],
      "--output: expected another file, got the input",
    ],
    [
      "an option of two towers",
      () => [model, day, "-o", "x", "--reduction", "sum"],
      "--reduction: expected nothing with this model",
    ],
    [
      "an option of a GRU4Rec",
      () => [towers, day, "-o", "x", "--support", "new"],
      "--support: expected nothing with this model",
    ],
    [
      "an unknown way to start",
      () => [model, day, "-o", "x", "--new-items", "zero"],
      '--new-items: expected "neighbours", "popular", "mean" or "random", got "zero"',
    ],
    [
      "state beside a validation",
      () => [model, day, "-o", "x", "--keep-optimizer", "--validation", day],
      "--keep-optimizer: expected nothing beside a validation",
    ],
    [
      "a file to drop that is not there",
      () => [model, day, "-o", "x", "--drop", "gone"],
      "--drop gone: expected a file to read, got no such file",
    ],
    [
      "the state of another optimiser",
      () => [model, day, "-o", "x", "--momentum", "2"],
      "--momentum: expected a number in [0, 1), got 2",
    ],
  ])("refuses %s", async (_, args, message) => {
    const run = await update(args());
    expect([run.code, run.stderr.includes(message) ? message : run.stderr]).toEqual([2, message]);
  });
});
