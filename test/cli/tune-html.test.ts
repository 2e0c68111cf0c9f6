/** The page of a tuning: all trials in it, text of the user as text, figures that press nothing together. */
import { describe, expect, test } from "vitest";
import { tuningReport } from "../../src/cli/tune-html.js";
import { type Objective, type Space, tune } from "../../src/index.js";

const SPACE: Space = {
  model: { finalActivation: { choices: ["<linear>", ["tanh", "elu-0.5", "a long name"]] } },
  train: {
    learningRate: { from: 0.001, to: 0.5, log: true },
    momentum: { from: 0, to: 0.9, step: 0.1 },
  },
};
const objective: Objective = ({ train }, { number, report }) => {
  if (number === 3) throw new Error("NaN");
  if (number === 4) return -1000;
  report(0.1);
  return 0.3 - (train.momentum as number) / 10;
};
const ABOUT = { path: "clicks.tsv", monitor: "mrr@20", kind: "gru4rec" };
const tuned = (trials: number) => tune(objective, { space: SPACE, trials, seed: 1 });
const countOf = (page: string, text: string) => page.split(text).length - 1;

describe("the page", () => {
  test("has each trial in each picture, and loads nothing", async () => {
    const page = tuningReport(await tuned(12), { ...ABOUT, path: "a <b>.tsv" });
    expect(countOf(page, "<svg")).toBe(4);
    expect(countOf(page, "<circle")).toBe(4 * 11);
    expect(page).toContain("a &lt;b&gt;.tsv: 12 trials, 11 complete, 0\nended early, 1 failed");
    expect(page).not.toMatch(/<linear>|NaN|Infinity|(src|href)=|url\(/);
    for (const tick of [
      "0.001",
      "0.01",
      "0.1",
      "0.5",
      "&lt;linear&gt;",
      "[&quot;tanh&quot;,&quot;…",
    ]) {
      expect(page).toContain(`class="mid">${tick}</text>`);
    }
  });

  test("shows a figure far below the others on the lowest line of theirs", async () => {
    const page = tuningReport(await tuned(12), ABOUT);
    const labels = [...page.matchAll(/class="end">([^<]*)</g)].map(([, label]) => Number(label));
    expect(Math.min(...labels)).toBeGreaterThan(0);
    expect(countOf(page, 'cy="220.0"')).toBe(1);
  });

  test("shows a single trial, whose figures are all the same", async () => {
    const page = tuningReport(await tuned(1), { ...ABOUT, monitor: "recall@20" });
    expect(page).not.toMatch(/NaN|Infinity|What mattered/);
    expect(countOf(page, "<circle")).toBe(4);
  });
});
