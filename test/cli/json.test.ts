/** The contract of `--json`: exactly these objects, one a line, and nothing else on standard output. */
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { GRU4Rec } from "../../src/index.js";
import { saveModel } from "../../src/node.js";
import { cycleClicks, gru4rec, linesOf, newFile, type Outcome, QUICK } from "./children.js";

let clicks = "";
let heldOut = "";
let model = "";
let trained: Outcome;

beforeAll(async () => {
  clicks = newFile("clicks.tsv", cycleClicks());
  heldOut = newFile("test.tsv", `${cycleClicks(8)}99\tnew\t1500000000\n`);
  model = join(dirname(clicks), "model.safetensors");
  const evaluation = ["--test", heldOut, "--cutoffs", "1,5"];
  trained = await gru4rec(["train", clicks, ...QUICK, ...evaluation, "-o", model, "--json"]);
});

const of = (outcome: Outcome, type: string): Record<string, unknown>[] =>
  linesOf(outcome).filter((line) => line.type === type);

describe("train --json", () => {
  test("succeeds, silent on standard error", () => {
    expect(trained).toMatchObject({ code: 0, stderr: "" });
  });

  test("tells what was read, with the columns guessed", () => {
    expect(of(trained, "data")).toMatchObject([
      {
        type: "data",
        role: "train",
        path: clicks,
        events: 270,
        sessions: 60,
        items: 12,
        format: "delimited",
        columns: {
          session: { name: "SessionId", position: 1, found: "guessed" },
          item: { name: "ItemId", position: 2, found: "guessed" },
          time: { name: "Time", position: 3, found: "guessed" },
        },
        leftOut: [],
        notes: [],
      },
      expect.objectContaining({ type: "data", role: "test", path: heldOut, unknownEvents: 1 }),
    ]);
  });

  test("gives one line an epoch", () => {
    const epochs = of(trained, "epoch");
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    for (const line of epochs) {
      expect(Object.keys(line)).toEqual([
        ...["type", "epoch", "loss", "events", "seconds", "eventsPerSecond"],
      ]);
      expect(line).toMatchObject({ events: 210, loss: expect.any(Number) });
      expect(Object.values(line).slice(1).every(Number.isFinite)).toBe(true);
    }
  });

  test("adds the phases of each epoch with --profile", async () => {
    const outcome = await gru4rec(["train", clicks, ...QUICK, "--profile", "--json"]);
    const [first] = of(outcome, "epoch");
    expect(first).toMatchObject({
      phases: { scores: expect.any(Number), loss: expect.any(Number) },
    });
    const text = await gru4rec(["train", clicks, ...QUICK, "--profile"]);
    expect(text.stdout).toMatch(/mini-batch [\d.]+ %, gather [\d.]+ %, forward [\d.]+ %, scores /);
  });

  test("gives one line a cutoff", () => {
    const evaluations = of(trained, "evaluation");
    expect(evaluations.map(({ cutoff }) => cutoff)).toEqual([1, 5]);
    for (const line of evaluations) {
      expect(Object.keys(line)).toEqual([
        ...["type", "cutoff", "recall", "mrr", "ndcg", "events", "ties"],
      ]);
      expect(line).toMatchObject({ events: 28, ties: "standard" });
      for (const name of ["recall", "mrr", "ndcg"]) {
        expect(line[name]).toBeGreaterThanOrEqual(0);
        expect(line[name]).toBeLessThanOrEqual(1);
      }
    }
  });

  test("says last where the model is, and how big", () => {
    const bytes = statSync(model).size;
    expect(linesOf(trained).at(-1)).toEqual({ type: "saved", path: model, bytes });
  });

  test("holds out the last sessions by number or by days", async () => {
    for (const split of [
      ["--test-sessions", "5"],
      ["--test-days", "0.2"],
    ]) {
      const outcome = await gru4rec(["train", clicks, ...QUICK, ...split, "--json"]);
      expect(outcome).toMatchObject({ code: 0, stderr: "" });
      const [train, test] = of(outcome, "data");
      expect(train).toMatchObject({ sessions: 55, fileEvents: 270 });
      expect(test).toMatchObject({ sessions: 5, unknownEvents: 0 });
      expect(of(outcome, "evaluation")).toHaveLength(1);
    }
  });
});

describe("evaluate --json", () => {
  test("repeats the numbers of train", async () => {
    const args = ["evaluate", model, heldOut, "--cutoffs", "1,5", "--json"];
    const outcome = await gru4rec(args);
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    expect(of(outcome, "evaluation")).toEqual(of(trained, "evaluation"));
  });

  test("adds coverage and popularity with --lists", async () => {
    const outcome = await gru4rec(["evaluate", model, heldOut, "--lists", "--json"]);
    const [line] = of(outcome, "evaluation");
    expect(line).toMatchObject({
      cutoff: 20,
      coverage: expect.any(Number),
      popularity: expect.any(Number),
    });
  });

  test("takes other tie modes", async () => {
    const args = ["evaluate", model, heldOut, "--ties", "conservative", "--json"];
    expect(of(await gru4rec(args), "evaluation")[0]).toMatchObject({ ties: "conservative" });
  });
});

describe("recommend --json", () => {
  test("gives ranks, ids and falling scores", async () => {
    const args = ["recommend", model, "--items", "i3,i4", "--count", "4", "--json"];
    const outcome = await gru4rec(args);
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    const lines = linesOf(outcome);
    expect(lines.map(({ rank }) => rank)).toEqual([1, 2, 3, 4]);
    for (const line of lines) {
      expect(Object.keys(line)).toEqual(["type", "rank", "itemId", "score"]);
      expect(line.type).toBe("recommendation");
      expect(line.itemId).toMatch(/^i\d+$/);
    }
    const scores = lines.map(({ score }) => Number(score));
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  test("honours --exclude and --only, and --items given twice", async () => {
    const first = ["recommend", model, "--items", "i3", "--items", "i4", "--json"];
    const best = String(linesOf(await gru4rec(first))[0]?.itemId);
    const without = linesOf(await gru4rec([...first, "--exclude", best]));
    expect(without.length).toBeGreaterThan(0);
    expect(without.map(({ itemId }) => itemId)).not.toContain(best);
    const only = linesOf(await gru4rec([...first, "--only", "i7,i1"]));
    expect(only.map(({ itemId }) => itemId).sort()).toEqual(["i1", "i7"]);
  });
});

describe("a model with numbers for ids", () => {
  test("is found by the text of its ids, in recommend and in evaluate", async () => {
    const path = join(dirname(newFile("x", "")), "numbers.safetensors");
    using numbers = await GRU4Rec.create([214, 99, 7n, "7"], { layers: [4] });
    await saveModel(numbers, path);

    const recommended = await gru4rec(["recommend", path, "--items", "214, 99", "--json"]);
    expect(recommended).toMatchObject({ code: 0, stderr: "" });
    const ids = linesOf(recommended).map(({ itemId }) => itemId);
    expect(ids).toHaveLength(4);
    expect(ids).toEqual(expect.arrayContaining([214, 99, "7"]));

    const log = newFile("log.csv", "session,item,time\n1,214,1\n1,99,2\n1,7,3\n1,8,4\n");
    const evaluated = await gru4rec(["evaluate", path, log, "--json"]);
    expect(of(evaluated, "data")).toMatchObject([{ events: 4, unknownEvents: 1 }]);
    expect(of(evaluated, "evaluation")).toMatchObject([{ events: 2, recall: 1 }]);
  });
});

describe("text output", () => {
  test("tells the columns, each epoch, a table of measures and the file, without colour", async () => {
    const args = ["train", clicks, ...QUICK, "--test", heldOut, "--cutoffs", "1,5", "-o", model];
    const { code, stdout } = await gru4rec(args);
    expect(code).toBe(0);
    expect(stdout).toContain("read as: delimited text, cut at tabs");
    expect(stdout).toContain("columns: session SessionId, item ItemId, time Time");
    expect(stdout.match(/^epoch \d\/3 {2}loss \d/gm)).toHaveLength(3);
    expect(stdout).toMatch(/^ +Recall +MRR +NDCG\n@1 .*\n@5 /m);
    expect(stdout).toMatch(/^saved .*model\.safetensors, [\d.]+ k?B$/m);
    expect(stdout).not.toContain("\u001b");
  });

  test("ends quietly when nobody reads on", async () => {
    const args = ["train", clicks, ...QUICK, "--epochs", "1000000", "--json"];
    const outcome = await gru4rec(args, { closeStdout: true });
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
  });
});
