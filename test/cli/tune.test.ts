/** `gru4rec tune`: trials in processes of their own, what is kept of them, and what is refused. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { cycleClicks, gru4rec, linesOf, newFile, newFolder } from "./children.js";

const SPACE = {
  model: { layers: [{ from: 4, to: 12, step: 4 }] },
  train: {
    learningRate: { from: 0.01, to: 1000, log: true },
    epochs: 2,
    batchSize: 32,
    negatives: 8,
  },
};

let clicks = "";
let space = "";
beforeAll(() => {
  clicks = newFile("clicks.tsv", cycleClicks(200));
  space = newFile("space.json", JSON.stringify(SPACE));
});

const tune = (...args: string[]) =>
  gru4rec([
    "tune",
    clicks,
    "--space",
    space,
    "--validation-sessions",
    "20",
    "--trials",
    "4",
    ...args,
  ]);

describe("tune", () => {
  test("keeps its trials, goes on from them, and writes what train --params reads", async () => {
    const log = join(newFolder(), "trials.jsonl");
    const output = join(newFolder(), "best.json");
    const found = await tune("--jobs", "2", "--log", log, "--json", "-o", output);
    expect(found.code, found.stderr).toBe(0);
    const lines = linesOf(found);
    expect(lines.map(({ type }) => type)).toEqual([...Array(4).fill("trial"), "tuned"]);
    const best = JSON.parse(readFileSync(output, "utf8"));
    expect(best).toMatchObject({ kind: "gru4rec", train: { epochs: 2, batchSize: 32 } });

    const kept = readFileSync(log, "utf8").split("\n");
    expect(kept).toHaveLength(6);
    writeFileSync(log, kept.slice(0, 3).join("\n")); // killed within its second trial's line
    const again = await tune("--log", log, "--json", "-o", output);
    expect(linesOf(again).map(({ type }) => type)).toEqual([...Array(3).fill("trial"), "tuned"]);
    expect(JSON.parse(readFileSync(output, "utf8"))).toEqual(best);

    const trained = await gru4rec(["train", clicks, "--params", output, "--threads", "0"]);
    expect(trained.code, trained.stderr).toBe(0);
  }, 120_000);

  test("refuses a test, another log, and options that there are not", async () => {
    const refusals: [string[], string][] = [
      [["--test-days", "1"], "unknown option '--test-days'"],
      [["--log", clicks], "--log: expected another file, got the input"],
      [["--sampler", "grid"], '--sampler: expected "tpe" or "random", got "grid"'],
      [["--loss", "bpr-max"], "cannot be used with option"],
    ];
    for (const [args, message] of refusals) {
      const { code, stderr } = await tune(...args);
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
    const wrong = newFile("wrong.json", JSON.stringify({ train: { ...SPACE.train, speed: 1 } }));
    const { code, stderr } = await gru4rec(["tune", clicks, "--space", wrong]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("speed")]);
  }, 120_000);
});
