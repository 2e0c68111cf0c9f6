/** The kernels are the same bytes whenever they are built, and wherever: who doubts a published binary can make it. */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "../sources.js";

const folder = mkdtempSync(join(tmpdir(), "gru4rec-wasm-"));
const BUILDS = [
  "portable",
  "portable-shared",
  "relaxed",
  "relaxed-shared",
  "serving",
  "serving-relaxed",
];

beforeAll(() => {
  for (const path of [
    "assembly",
    "scripts",
    "asconfig.json",
    "package.json",
    "package-lock.json",
  ]) {
    cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"), "junction");
  execFileSync(process.execPath, ["scripts/build.mjs", "--wasm"], { cwd: folder });
}, 600_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(BUILDS)("%s.wasm has the same hash when it is built again in another folder", (name) => {
  const hash = (root: string, path: string): string =>
    createHash("sha256")
      .update(readFileSync(join(root, path)))
      .digest("hex");
  expect(hash(folder, `build/${name}.wasm`)).toBe(hash(ROOT, `dist/wasm/${name}.wasm`));
});
