/** `gru4rec tune`: trials in processes of their own, what is kept of them, and what is refused. */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { loadModel } from "../../src/node.js";
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
      [["--model", "pop"], '--model: expected "gru4rec" or "two-towers", got "pop"'],
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

  test("searches for options of two towers, in a space of its own", async () => {
    const model = ["--model", "two-towers"];
    const { code, stderr } = await gru4rec(["tune", clicks, ...model]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("--space: expected a file with --model two-towers, got none."),
    ]);
    const own = newFile(
      "towers.json",
      JSON.stringify({
        model: { embeddingSize: { choices: [4, 8] }, layers: [4], normalize: true },
        train: { epochs: 1, batchSize: 64 },
      }),
    );
    const folder = newFolder();
    const [best, page] = [join(folder, "best.json"), join(folder, "report.html")];
    const search = ["--space", own, "--trials", "2", "--validation-sessions", "20"];
    const files = ["-o", best, "--html", page];
    const found = await gru4rec(["tune", clicks, ...model, ...search, ...files]);
    expect([found.code, found.stderr]).toEqual([0, ""]);
    expect(JSON.parse(readFileSync(best, "utf8"))).toMatchObject({ kind: "two-towers" });
    expect(readFileSync(page, "utf8")).toContain("2 trials, 2 complete");
    const off = ["--threads", "0", "--no-normalize", "-o", join(folder, "towers")];
    const trained = await gru4rec(["train", clicks, ...model, "--params", best, ...off]);
    expect([trained.code, trained.stderr]).toEqual([0, ""]);
    const { options } = await loadModel(join(folder, "towers"), "two-towers");
    expect(options.normalize).toBe(false);
  }, 120_000);

  test("Ctrl-C writes the best so far beside old files, marked, and says how to go on", async () => {
    const log = join(newFolder(), "trials.jsonl");
    const output = newFile("best.json", "of before");
    const page = join(newFolder(), "report.html");
    const args = ["tune", clicks, "--space", space, "--validation-sessions", "20"];
    const more = ["--trials", "100", "--jobs", "1", "--log", log, "-o", output, "--html", page];
    const { code, stdout, stderr } = await gru4rec([...args, ...more], {
      onLine: (line, kill) => line.startsWith("trial 1 ") && kill("SIGINT"),
    });
    expect(code).toBe(130);
    expect(stdout).toContain("best so far: trial ");
    expect(stderr).toMatch(/stopped after \d trials\. The same command goes on from /);
    expect(stderr).toContain(log);
    expect(readFileSync(output, "utf8")).toBe("of before");
    const beside = join(dirname(output), "best.stopped.json");
    const { kind, about } = JSON.parse(readFileSync(beside, "utf8"));
    expect([kind, about]).toEqual([
      "gru4rec",
      expect.stringMatching(/^Trial \d of \d: .* Stopped after \d trials\.$/),
    ]);
    expect(readFileSync(page, "utf8")).toMatch(/<strong>Stopped after \d trials\.<\/strong>/);
  }, 120_000);

  test("refuses to go on where the log has changed", async () => {
    const log = join(newFolder(), "trials.jsonl");
    const own = newFile("own.tsv", cycleClicks(60));
    const args = ["tune", own, "--space", space, "--validation-sessions", "20", "--log", log];
    expect((await gru4rec([...args, "--trials", "1"])).code).toBe(0);
    const again = await gru4rec([...args, "--trials", "1"]);
    expect(again.stdout).toContain(`goes on after 1 trial of ${log}`);
    writeFileSync(own, cycleClicks(60).replace("i1", "i2"));
    const { code, stderr } = await gru4rec([...args, "--trials", "2"]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(
        "--log: expected the trials of this tuning, got one with another log",
      ),
    ]);
  }, 120_000);
});
