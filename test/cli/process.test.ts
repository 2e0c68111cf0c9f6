/** Every command as a process: it ends by itself, and prints what the other tests see within their own. */
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { cycleClicks, gru4rec, inProcess, newFile, newFolder, QUICK } from "./children.js";

const folder = newFolder();
let clicks = "";
const model = join(folder, "model");
const SEEN = ["--cutoffs", "5", "--threads", "0"];

beforeAll(async () => {
  clicks = newFile("clicks.tsv", cycleClicks(), folder);
  await inProcess(["train", clicks, ...QUICK, "-o", model]);
});

/** Without what two runs never have alike: figures of time, the width of their columns, progress of what takes long. */
function alike(text: string): string {
  const lines = text.split("\n").filter((line) => !/ \d+ % /.test(line));
  const figures = /[\d.,:]+( ?(s|ms|events\/s|requests\/s|visits\/s)\b)?/g;
  return lines.join("\n").replace(figures, "n").replace(/ +/g, " ");
}

describe("as a process", () => {
  test.each([
    ["train", () => [clicks, ...QUICK, "--test-sessions", "9", "-o", join(folder, "other")]],
    [
      "train",
      () => [clicks, "--model", "two-towers", "--epochs", "1", "-o", join(folder, "towers")],
    ],
    ["evaluate", () => [model, clicks, ...SEEN]],
    ["recommend", () => [model, "--items", "i1,i2"]],
    ["recommend", () => [model, "--visits", clicks, "-o", join(folder, "lists.csv")]],
    ["inspect", () => [clicks]],
    [
      "compare",
      () => [clicks, "--test-sessions", "9", "--models", "pop,markov", "--samples", "100"],
    ],
    ["update", () => [model, clicks, "-o", join(folder, "updated")]],
    ["explain", () => [model, "--items", "i1,i2"]],
    ["export", () => [model, "--items-out", join(folder, "items.npy")]],
    ["train", () => ["no-such-file.tsv"]],
    ["trian", () => []],
  ])("%s ends, and prints the same", async (command, args) => {
    const own = await inProcess([command, ...args()]);
    const seen = await gru4rec([command, ...args()]);
    expect(own.code).toBe(seen.code);
    expect(alike(own.stdout)).toBe(alike(seen.stdout));
    expect(alike(own.stderr)).toBe(alike(seen.stderr));
  });
});
