/** `gru4rec inspect`: a log, every kind of file, and neither. */
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { cycleClicks, gru4rec, linesOf, newFile, QUICK } from "./children.js";

let clicks = "";
let model = "";
let checkpoint = "";

beforeAll(async () => {
  clicks = newFile("clicks.tsv", cycleClicks(200));
  model = join(dirname(clicks), "model.safetensors");
  checkpoint = join(dirname(clicks), "training.ckpt");
  const outcome = await gru4rec([
    "train",
    clicks,
    ...QUICK,
    "-o",
    model,
    "--checkpoint",
    checkpoint,
  ]);
  expect(outcome.code).toBe(0);
});

describe("inspect", () => {
  test("tells what a log is like, in lines of at most 80 characters", async () => {
    const { code, stdout, stderr } = await gru4rec(["inspect", clicks]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.split("\n").filter((line) => !line.includes(clicks));
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toContain("read as: delimited text, cut at tabs");
    expect(stdout).toMatch(/^4 +50 {2}25\.0 % {2}█{40}$/m);
    expect(stdout).toMatch(/order: it matters\. A Markov chain has the next item among/);
    expect(stdout.replace(/\s+/g, " ")).toMatch(/a difference of [\d.]+ ± [\d.]+ points \(95 %\)/);
  });

  test("gives the numbers as JSON", async () => {
    const [data, inspection, ...rest] = linesOf(await gru4rec(["inspect", clicks, "--json"]));
    expect(data).toMatchObject({ type: "data", role: "log", path: clicks, sessions: 200 });
    expect(inspection).toMatchObject({ type: "inspection", sessions: 200, items: 12 });
    expect(inspection!.order).toMatchObject({ split: "time", recall: 1 });
    expect(rest).toEqual([]);
  });

  test("tells what a model and a checkpoint hold", async () => {
    const { stdout } = await gru4rec(["inspect", model]);
    expect(stdout).toMatch(/^model {2}gru 8, /);
    expect(stdout).toContain("trained: 3 epochs of 900 events");
    expect(stdout).toMatch(/options: .*layers \[8\]/);
    const kept = await gru4rec(["inspect", checkpoint]);
    expect(kept.stdout).toMatch(/^checkpoint {2}/);
    expect(kept.stdout).toContain("stands after 3 epochs");
    const [line] = linesOf(await gru4rec(["inspect", checkpoint, "--json"]));
    expect(line).toMatchObject({
      type: "file",
      kind: "checkpoint",
      items: 12,
      place: { epochs: 3 },
    });
  });

  test("refuses a path of nothing, and a broken model by its path", async () => {
    const none = await gru4rec(["inspect", "nowhere.tsv"]);
    expect(none).toMatchObject({ code: 2, stdout: "" });
    expect(none.stderr).toMatch(/^error: nowhere\.tsv: expected a file to read, got no such file/);
    const broken = newFile("broken.safetensors", `\x10\0\0\0\0\0\0\0{"a":`);
    const outcome = await gru4rec(["inspect", broken]);
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain(broken);
  });
});
