/** What Node is told whose flags take away WebAssembly, SIMD or workers, each with its own remedy. */

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { VERSION } from "../../src/threads/version.js";
import { compileKernels, linkKernels } from "../../src/wasm/kernels.js";
import { ROOT } from "../sources.js";

const run = promisify(execFile);

const major = Number.parseInt(process.versions.node, 10);
const PERMISSION = [major < 24 ? "--experimental-permission" : "--permission", "--allow-fs-read=*"];

/** Trains with 2 threads, then on its own; prints what it is told and when. */
const PROGRAM = `
  import { fit, GRU4Rec, Sessions } from "gru4rec";
  if (process.argv.includes("edge")) {
    const { createContext, runInContext } = await import("node:vm");
    const edge = createContext({}, { codeGeneration: { wasm: false } });
    WebAssembly.compile = runInContext("WebAssembly.compile", edge);
  }
  const visits = Array.from({ length: 60 }, (_, i) => ({ sessionId: i >> 2, itemId: i % 7, time: i }));
  const sessions = Sessions.from(visits);
  for (const threads of [2, 0]) {
    const begun = performance.now();
    const told = await GRU4Rec.create(sessions.items, { layers: [4] })
      .then((model) => fit(model, sessions, { epochs: 1, batchSize: 2, negatives: 2, threads }))
      .then(() => "none", String);
    console.log(JSON.stringify({ told, ms: performance.now() - begun }));
  }
`;

const NO_WASM =
  "ConfigError: WebAssembly: expected an engine that has it, got one without it. Run Node without --jitless";
const NO_COMPILER =
  "WebAssembly.compile(): Wasm code generation disallowed by embedder. Hand in compiled kernels with `provideKernels`.";
const NO_SIMD = "ConfigError: WebAssembly: expected an engine with SIMD, got ";

test.each([
  {
    title: "a runtime that compiles nothing while it runs",
    flags: [],
    words: ["edge"],
    told: [NO_COMPILER, NO_COMPILER],
  },
  { title: "--jitless", flags: ["--jitless"], told: [NO_WASM, NO_WASM] },
  { title: "no SIMD", flags: ["--no-enable-sse4-1"], told: [NO_SIMD, NO_SIMD] },
  {
    title: "the permission model without workers",
    flags: PERMISSION,
    told: [
      "WorkerError: worker: expected to start one, got Node's permission model without --allow-worker. Pass the flag --allow-worker or `threads: 0`.",
      "none",
    ],
  },
  {
    title: "the permission model with workers",
    flags: [...PERMISSION, "--allow-worker"],
    told: ["none", "none"],
  },
])("Node is told of $title", async ({ flags, words = [], told }) => {
  const args = [...flags, "--no-warnings", "--input-type=module", "-e", PROGRAM, ...words];
  const { stdout } = await run(process.execPath, args, { cwd: ROOT });
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(2);
  for (const [i, line] of lines.entries()) {
    expect(line.told).toContain(told[i]);
    expect(line.ms).toBeLessThan(5000);
  }
});

test("a page whose engine asks its policy when it links, not when it compiles, is told of it", async () => {
  const module = await compileKernels("portable", false);
  const { Instance } = WebAssembly;
  const refuses = function refuses(): never {
    throw new WebAssembly.CompileError("Refused to create a WebAssembly object");
  };
  try {
    WebAssembly.Instance = refuses as unknown as typeof Instance;
    expect(() => linkKernels(module, new WebAssembly.Memory({ initial: 1 }))).toThrow(
      "Allow 'wasm-unsafe-eval' in the script-src of the page's Content-Security-Policy.",
    );
  } finally {
    WebAssembly.Instance = Instance;
  }
});

test("the version that workers are told is the package's", () => {
  expect(VERSION).toBe(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).version);
});
