/** The examples run, on small data of the form that they expect, and print what they promise. */

import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { expect, test } from "vitest";
import { writeClicks } from "./readme/clicks.js";
import { ROOT } from "./sources.js";

const run = promisify(execFile);

test("examples/node/movielens.ts trains, measures, saves and recommends by title", async () => {
  // Inside the package, so that its own name resolves to dist/.
  const folder = join(ROOT, "build", "examples");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeClicks(folder);
  const source = readFileSync(join(ROOT, "examples/node/movielens.ts"), "utf8");
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(source, { compilerOptions: options });
  writeFileSync(join(folder, "movielens.mjs"), outputText);
  const { stdout, stderr } = await run(process.execPath, ["movielens.mjs"], { cwd: folder });
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^\d+ examples of \d+ users\n(epoch \d: loss [\d.]+ in [\d.]+ s\n){3}/);
  expect(stdout).toMatch(/top-100 0\.\d{4}\n(Movie \d+ \(1995\) -?[\d.]+\n){5}$/);
}, 60_000);
