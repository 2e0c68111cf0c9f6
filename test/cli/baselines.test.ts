/** Baselines on the command line: fitted, saved, measured, asked and looked at by the commands of models. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { loadModel, readSessions } from "../../src/node.js";
import { cycleClicks, gru4rec, linesOf, newFile, newFolder } from "./children.js";

let clicks = "";
let folder = "";
let model = "";
const SPLIT = ["--test-sessions", "12", "--split", "sessions"];

beforeAll(async () => {
  folder = newFolder();
  clicks = newFile("clicks.tsv", cycleClicks(80), folder);
  model = join(folder, "sr.safetensors");
});

describe("a baseline on the command line", () => {
  test("is fitted, measured and saved by train, with the options of a file", async () => {
    const options = newFile("options.json", '{ "sr": { "rules": 3 }, "pop": {} }', folder);
    const args = ["train", clicks, ...SPLIT, "--model", "sr", "--model-options", options];
    const run = await gru4rec([...args, "-o", model, "--json"]);
    expect([run.code, run.stderr]).toEqual([0, `${options}: left out, of other models: pop.\n`]);
    const lines = linesOf(run);
    expect(lines.find(({ type }) => type === "model")).toMatchObject({
      ...{ kind: "baseline", baseline: "sr", items: 12, options: { rules: 3, steps: 10 } },
    });
    expect(lines.find(({ type }) => type === "evaluation")?.recall).toBe(1);
    expect(lines.at(-1)).toMatchObject({ type: "saved", path: model });
    expect((await loadModel(model, "baseline")).options).toMatchObject({ rules: 3 });
  });

  test("is measured by evaluate, as compare measures it", async () => {
    const test = newFile("test.tsv", cycleClicks(9).replaceAll("\t14", "\t15"), folder);
    const saved = linesOf(await gru4rec(["evaluate", model, test, "--json"]));
    const options = newFile("sr.json", '{ "sr": { "rules": 3 } }', folder);
    const log = join(folder, "all.safetensors");
    await gru4rec(["train", clicks, "--model", "sr", "--model-options", options, "-o", log]);
    const args = ["--test", test, "--models", "sr", "--model-options", options, "--cutoffs", "20"];
    const compared = linesOf(await gru4rec(["compare", clicks, ...args, "--json"]));
    const whole = linesOf(await gru4rec(["evaluate", log, test, "--json"]));
    const figures = (lines: typeof saved) => {
      const { recall, mrr, ndcg, events } = lines.find(({ type }) => type === "evaluation")!;
      return { recall, mrr, ndcg, events };
    };
    expect(figures(whole)).toEqual(figures(compared));
    expect(figures(saved).events).toBe(figures(whole).events);
  });

  test("recommends after one visit, and after each of a file, in as many ways", async () => {
    const asked = ["--items", "i3", "--count", "2"];
    const one = linesOf(await gru4rec(["recommend", model, ...asked, "--json"]));
    expect(one[0]).toMatchObject({ type: "recommendation", rank: 1, itemId: "i4" });
    const baseline = await loadModel(model, "baseline");
    expect(one.map(({ itemId }) => itemId)).toEqual(
      baseline.recommend(["i3"], { count: 2 }).map(({ itemId }) => itemId),
    );
    const out = join(folder, "lists.csv");
    const more = ["--count", "3", "--exclude", "i4", "-o", out];
    const run = await gru4rec(["recommend", model, "--visits", clicks, ...more]);
    expect([run.code, run.stderr]).toEqual([0, ""]);
    const sessions = await readSessions(clicks);
    const rows = Array.from({ length: sessions.length }, (_, s) => {
      const [begin, end] = [sessions.offsets[s]!, sessions.offsets[s + 1]!];
      const visit = [...sessions.itemIndices.subarray(begin, end)].map(
        (i) => sessions.items.ids[i]!,
      );
      const list = baseline.recommend(visit, { count: 3, exclude: ["i4"] });
      return list.map(
        ({ itemId, score }, i) => `${sessions.sessionIds[s]},${i + 1},${itemId},${score}`,
      );
    });
    const written = readFileSync(out, "utf8").trim().split("\n");
    expect(written).toEqual(["visit,rank,item,score", ...rows.flat()]);
  });

  test("is told by inspect", async () => {
    const { code, stdout } = await gru4rec(["inspect", model]);
    expect(stdout).toMatch(/sr, a baseline\n {2}12 items, \d+ B fitted/);
    expect(stdout).toMatch(/options: baseline sr, rules 3, steps 10, decay div/);
    expect(stdout).not.toMatch(/not trained|unknown/);
    expect(code).toBe(0);
    const [, file] = linesOf(await gru4rec(["inspect", model, "--json"]));
    expect(file).toMatchObject({ type: "file", kind: "baseline", options: { baseline: "sr" } });
  });

  test.each<[string, () => string[], RegExp]>([
    [
      "an unknown kind",
      () => ["--model", "v-knn"],
      /^error: --model: expected "gru4rec", .*"vstan"/,
    ],
    [
      "options of models",
      () => ["--model", "pop", "--epochs", "3"],
      /--epochs: expected nothing with --model pop, got 3/,
    ],
    [
      "threads",
      () => ["--model", "pop", "--threads", "2"],
      /--threads: expected nothing with --model pop/,
    ],
    [
      "a validation",
      () => ["--model", "pop", "--validation-sessions", "2"],
      /--validation-sessions: expected nothing/,
    ],
    [
      "its options beside a model",
      () => ["--model-options", "x"],
      /--model-options: expected nothing with --model gru4rec/,
    ],
    [
      "options that it has not",
      () => ["--model", "sr", "--model-options", newFile("a.json", '{ "sr": { "k": 1 } }')],
      /options of sr: k: expected one of the sr options/,
    ],
    [
      "options of others alone",
      () => ["--model", "sr", "--model-options", newFile("a.json", '{ "ar": {} }')],
      /expected options of sr, as .*got those of ar/,
    ],
    [
      "options without a name",
      () => ["--model", "sr", "--model-options", newFile("a.json", '{ "rules": 3 }')],
      /models: expected .*got "rules"/,
    ],
    [
      "no object",
      () => ["--model", "sr", "--model-options", newFile("a.json", "null")],
      /--model-options: expected an object/,
    ],
  ])("refuses %s", async (_, args, message) => {
    const out = join(folder, "none.safetensors");
    const { code, stderr } = await gru4rec(["train", clicks, ...args(), "-o", out]);
    expect(stderr).toMatch(message);
    expect([code, existsSync(out)]).toEqual([2, false]);
  });

  test("is no model to train on", async () => {
    const { code, stderr } = await gru4rec(["update", model, clicks, "-o", join(folder, "u")]);
    expect(stderr).toMatch(/expected a model to train on, got a baseline\. It is fitted anew/);
    expect(code).toBe(2);
  });
});
