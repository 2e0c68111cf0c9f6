/** The examples run, on small data of the form that they expect, and print what they promise. */

import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { beforeAll, expect, test } from "vitest";
import { outdoorShop } from "../src/index.js";
import { writeClicks } from "./readme/clicks.js";
import { ROOT } from "./sources.js";

const run = promisify(execFile);

/** Inside the package, so that its own name resolves to dist/. */
const folder = join(ROOT, "build", "examples");

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "logs"), { recursive: true });
  writeClicks(folder);
  writeVisits();
});

/** The visits of 35 days, in one file and in one a day; the last is kept back. */
function writeVisits(): void {
  const { train } = outdoorShop({ sessions: 3000 });
  const head = "session,item,time\n";
  const days = new Map<number, string>();
  for (let s = 0; s < train.offsets.length - 1; ++s) {
    for (let i = train.offsets[s]!; i < train.offsets[s + 1]!; ++i) {
      const time = 1_700_000_000 + 1000 * s + i - train.offsets[s]!;
      const day = Math.floor(time / 86_400);
      const row = `${s},${train.items.ids[train.itemIndices[i]!]},${time}\n`;
      days.set(day, (days.get(day) ?? "") + row);
    }
  }
  const tomorrow = Math.max(...days.keys());
  for (const [day, rows] of days) {
    const name = day === tomorrow ? "tomorrow.csv" : `logs/clicks-${day}.csv`;
    writeFileSync(join(folder, name), head + rows);
  }
  writeFileSync(join(folder, "clicks.csv"), head + [...days.values()].join(""));
}

/** What an example prints. */
async function printed(name: string): Promise<string> {
  const source = readFileSync(join(ROOT, `examples/node/${name}.ts`), "utf8");
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(source, { compilerOptions: options });
  writeFileSync(join(folder, `${name}.mjs`), outputText);
  const { stdout, stderr } = await run(process.execPath, [`${name}.mjs`], { cwd: folder });
  expect(stderr).toBe("");
  return stdout;
}

test("examples/node/next-items.ts writes what is clicked next after every item", async () => {
  expect(await printed("next-items")).toMatch(/ recommendations in next.csv\n$/);
  const [head, ...rows] = readFileSync(join(folder, "next.csv"), "utf8").trim().split("\n");
  expect(head).toBe("item,next,score");
  expect(rows.length).toBeGreaterThan(1000);
}, 60_000);

test("examples/node/nightly.ts keeps the better model, night after night", async () => {
  expect(await printed("nightly")).toMatch(/^recall@20 0\.0000 → 0\.\d{4}\n$/);
  renameSync(join(folder, "tomorrow.csv"), join(folder, "logs/clicks-tomorrow.csv"));
  expect(await printed("nightly")).toMatch(/^recall@20 0\.[1-9]\d{3} → 0\.\d{4}\n$/);
}, 120_000);

test("examples/node/compare.ts compares two settings with the baselines", async () => {
  const text = await printed("compare");
  for (const name of ["popularity", "Markov chain", "cross-entropy", "BPR-max"]) {
    expect(text).toContain(name);
  }
}, 120_000);

test("examples/node/movielens.ts trains, measures, saves and recommends by title", async () => {
  const stdout = await printed("movielens");
  expect(stdout).toMatch(/^\d+ examples of \d+ users\n(epoch \d: loss [\d.]+ in [\d.]+ s\n){3}/);
  expect(stdout).toMatch(/top-100 0\.\d{4}\n(Movie \d+ \(1995\) -?[\d.]+\n){5}$/);
}, 60_000);
