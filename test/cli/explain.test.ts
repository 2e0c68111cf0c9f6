/** `gru4rec explain`: what `explain` finds, as tables and as lines of JSON. */
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { explain } from "../../src/index.js";
import { loadModel } from "../../src/node.js";
import { cycleClicks, gru4rec, linesOf, newFile, newFolder, type Outcome } from "./children.js";

let path = "";
let ids: string[] = [];
const ask = (args: readonly string[]): Promise<Outcome> => gru4rec(["explain", path, ...args]);

beforeAll(async () => {
  path = join(newFolder(), "model");
  const quick = ["--threads", "0", "--layers", "8", "--epochs", "1"];
  await gru4rec(["train", newFile("clicks.tsv", cycleClicks(100)), ...quick, "-o", path]);
  using model = await loadModel(path);
  ids = model.items.ids.slice(0, 3).map(String);
});

describe("gru4rec explain", () => {
  test("prints what explain finds, a line a click and a line an item", async () => {
    const run = await ask(["--items", `${ids.join(",")},who`, "--count", "2", "--json"]);
    expect([run.code, run.stderr]).toEqual([
      0,
      "--items: skipped 1 unknown item that the model was not trained on (who).\n",
    ]);
    using model = await loadModel(path);
    const { clicks, items, mattersMost } = await explain(model, ids, { count: 2 });
    expect(linesOf(run)).toEqual([
      ...clicks.map((click, c) => ({
        ...{ type: "click", place: c + 1, ...click, mattersMost: c === mattersMost },
      })),
      ...items.map((item, i) => ({ type: "explained", rank: i + 1, ...item })),
    ]);
  });

  test("prints tables, with a column for each click", async () => {
    const run = await ask(["--items", ids.join(","), "--count", "2"]);
    const lines = run.stdout.split("\n").filter((line) => line !== "");
    expect(lines[0]).toBe("   click  weight  first without it");
    expect(lines.slice(1, 4).filter((line) => line.endsWith("matters most"))).toHaveLength(1);
    expect(lines[4]).toMatch(/^ {3}item +score +without 1 +without 2 +without 3$/);
    expect(lines).toHaveLength(7);
    expect(lines[5]).toMatch(/^ 1 \S+ +-?\d+\.\d{4}( +\d+ [+−]\d+\.\d){3}$/);
  });

  test("of one click says that it is all there is", async () => {
    const { stdout } = await ask(["--items", ids[0]!, "--count", "1"]);
    expect(stdout).toMatch(/ +all +nothing {2}matters most\n/);
    expect(stdout).toMatch(/^ 1 \S+ +\S+ +–$/m);
  });

  test.each<[string, string[], string]>([
    ["nothing", [], "--items"],
    [
      "a list that is too long",
      ["--items", "1", "--count", "1025"],
      "--count: expected an integer",
    ],
    [
      "a time of a model that knows none",
      ["--items", "1", "--time", "3"],
      "--time: expected nothing",
    ],
  ])("refuses %s", async (_, args, message) => {
    const run = await ask(args);
    expect([run.code, run.stderr.includes(message) ? message : run.stderr]).toEqual([2, message]);
  });
});
