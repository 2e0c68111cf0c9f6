/** `gru4rec recommend --visits`: files in, file out. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { loadModel } from "../../src/node.js";
import { cycleClicks, gru4rec, linesOf, newFile, newFolder, type Outcome } from "./children.js";

let model = "";
const item = (): Promise<string> => loadModel(model).then(({ items }) => String(items.ids[0]));
const ask = (args: readonly string[]): Promise<Outcome> =>
  gru4rec(["recommend", model, ...args, "--json"]);

beforeAll(async () => {
  model = join(newFolder(), "model");
  const quick = ["--threads", "0", "--layers", "8", "--epochs", "1"];
  await gru4rec(["train", newFile("clicks.tsv", cycleClicks(100)), ...quick, "-o", model]);
});

describe("gru4rec recommend --visits", () => {
  test("writes a row for each recommendation, and counts what it could not answer", async () => {
    const known = await item();
    const rows = ["v1", "v1", "v2"].map((visit, i) => `${visit}\t${i === 0 ? known : "who"}\t${i}`);
    const visits = newFile("visits.tsv", `SessionId\tItemId\tTime\n${rows.join("\n")}\n`);
    const out = join(dirname(model), "lists.csv");
    const run = await ask(["--visits", visits, "--count", "2", "-o", out, "--threads", "0"]);
    expect([run.code, run.stderr]).toEqual([0, ""]);
    expect(linesOf(run).find(({ type }) => type === "recommendations")).toMatchObject({
      ...{ visits: 2, unanswered: 1, unknownEvents: 2, rows: 2 },
    });
    const one = linesOf(await ask(["--items", known, "--count", "2"]));
    const expected = one.map(({ rank, itemId, score }) => `v1,${rank},${itemId},${score}`);
    expect(readFileSync(out, "utf8")).toBe(`visit,rank,item,score\n${expected.join("\n")}\n`);
  });

  test.each<[string, () => string[], string]>([
    [
      "no output",
      () => ["--visits", model],
      "--visits: expected --output <file> beside it, got none",
    ],
    [
      "an output without visits",
      () => ["--items", "1", "-o", "x.csv"],
      "--output: expected --visits beside it, got none",
    ],
    ["neither items nor visits", () => [], "recommend: expected --items or --visits, got none"],
    ["both", () => ["--items", "1", "--visits", "x"], "cannot be used with option"],
    [
      "a folder",
      () => ["--visits", "x", "-o", dirname(model)],
      "expected the path of a file to write, got a folder",
    ],
    [
      "the model as output",
      () => ["--visits", "x", "-o", model],
      "--output: expected another file, got the input",
    ],
  ])("refuses %s", async (_, args, message) => {
    const run = await ask(args());
    expect([run.code, run.stderr.includes(message) ? message : run.stderr]).toEqual([2, message]);
    expect(existsSync("x.csv")).toBe(false);
  });
});
