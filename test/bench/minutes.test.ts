/** `npm run experiments -- minutes`: rounds in turns, and the median of them on the page. */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readTimes, TIMED, TIMES, type Time } from "../../bench/experiments/minutes.js";
import { PAGE, rendered } from "../../bench/experiments/page.js";
import { bundleProgram } from "../../scripts/bundle-program.mjs";
import { writeClicks } from "../readme/clicks.js";

const [FIRST, , SECOND] = TIMED;

describe("the command", () => {
  let root: string;
  let program: string;
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "minutes-"));
    program = await bundleProgram("bench/experiments/main.ts");
    writeClicks(root);
    for (const folder of ["src", "assembly", "data/yoochoose1_64"]) {
      mkdirSync(join(root, folder), { recursive: true });
    }
    for (const [from, to] of Object.entries({ clicks: "train", test: "test" })) {
      const bytes = readFileSync(join(root, `${from}.tsv.gz`));
      writeFileSync(join(root, `data/yoochoose1_64/${to}.tsv.gz`), bytes);
    }
    writeFileSync(join(root, "package.json"), '{ "version": "1.2.3" }');
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const played = (): string[] => {
    const args = [program, "minutes", "--only", "GRU4Rec, the defaults", "--data", "data"];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: root,
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
    return stdout.split("\n").filter((line) => line.includes("epoch 1,"));
  };

  test("times each row three times, in turns, and what is missing after an end", async () => {
    const labels = [FIRST!.label, SECOND!.label];
    expect(played().map((line) => line.split(":")[0])).toEqual([...labels, ...labels, ...labels]);
    const times = await readTimes(root);
    const rounds = times.map(({ label, round }) => [label, round]);
    expect(rounds).toEqual([1, 2, 3].flatMap((round) => labels.map((label) => [label, round])));
    for (const time of times) {
      expect(time).toMatchObject({ isReached: true, threads: 2, version: "1.2.3" });
      expect(time.seconds).toBeGreaterThan(0);
    }
    const lines = readFileSync(join(root, TIMES), "utf8").split("\n");
    writeFileSync(join(root, TIMES), lines.filter((_, i) => i !== 3).join("\n"));
    expect(played()).toHaveLength(1);
    const again = await readTimes(root);
    expect(again.map(({ label, round }) => [label, round]).sort()).toEqual(rounds.sort());
    expect(played()).toEqual([]);
    expect(readFileSync(join(root, PAGE), "utf8")).toMatch(
      new RegExp(`\\| ${FIRST!.label} \\| \\d+ \\| \\d+ to \\d+ \\| 3 \\|`),
    );
  }, 120_000);
});

describe("the page", () => {
  const time = (seconds: number, round: number): Time => ({
    ...FIRST!,
    ...{ seconds, round, epoch: 4, recall: 0.7, mrr: 0.31, measuring: 1, isReached: true },
    ...{ threads: 2, code: "c", commit: null, version: "1", node: "20", machine: "m" },
  });
  const rowIn = (times: readonly Time[]): string => {
    const { page } = rendered([], times);
    return page.split("\n").find((line) => line.startsWith(`| ${FIRST!.label} |`))!;
  };

  test.each<[readonly number[], string]>([
    [[30], "30 |  | 1"],
    [[40, 30], "30 | 30 to 40 | 2"],
    [[50, 30, 37], "37 | 30 to 50 | 3"],
  ])("of %j seconds has the median and the spread", (seconds, cells) => {
    const times = seconds.map((each, i) => time(each, i + 1));
    expect(rowIn(times)).toBe(`| ${FIRST!.label} | ${cells} | 4 | .7000 | .3100 |`);
  });

  test("says when the quality was not reached, and what nobody ran", () => {
    expect(rowIn([{ ...time(50, 1), isReached: false }])).toContain("| not in 50 |");
    expect(rowIn([])).toContain("| not run |");
    expect(rowIn([{ ...time(50, 1), options: {} }])).toContain("| not run |");
  });
});
