/**
 * Mutation testing of the kernels: every mutant of a file is compiled, alone and for one build, and
 * the tests of that file are to notice. Runs in a copy of the repository below build/mutation, where
 * what became of each mutant is left as <file>.json.
 */

import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { ROOT } from "../stages.mjs";
import { reasonOf } from "./equivalent.mjs";
import { mutantsOf } from "./operators.mjs";
import { printReport, printResult } from "./report.mjs";
import { sample } from "./sample.mjs";
import { Tests } from "./tests.mjs";

const REPORTS = join(ROOT, "build/mutation");
const SANDBOX = join(REPORTS, String(process.pid));
const COPIED = ["assembly", "src", "test", "asconfig.json", "package.json", "vitest.config.ts"];

/** Tests in test/assembly/ that are to notice, the likeliest first. */
const TESTS = {
  activation: ["activation", "shapes-elements", "loss"],
  barrier: ["barrier"],
  bounds: ["bounds"],
  dropout: ["random", "shapes-ranks"],
  embedding: ["embedding", "shapes-sums", "shapes-ranks"],
  gemm: ["gemm", "shapes-sums"],
  "gradient-cap": ["optimizer", "shapes-sums"],
  gru: ["gru", "shapes-elements"],
  lanes: ["bounds", "activation", "loss", "softmax", "shapes-sums", "lanes"],
  "left-out": ["softmax"],
  loss: ["loss", "shapes-losses"],
  "loss-max": ["loss", "shapes-losses"],
  "loss-pairwise": ["loss", "shapes-losses"],
  normalize: ["softmax"],
  optimizer: ["optimizer", "shapes-elements", "shapes-sums"],
  pack: ["gemm", "shapes-sums"],
  quantized: ["quantized", "shapes-ranks", "shortlist"],
  random: ["random", "sampling"],
  rank: ["rank", "shapes-ranks", "shapes-sums", "shortlist"],
  rounding: ["rounding", "sieve"],
  sampling: ["sampling"],
  shortlist: ["shortlist"],
  sieve: ["sift", "sieve", "rounding"],
  softmax: ["softmax"],
  tile: ["gemm", "shapes-sums"],
  "upper-bounds": ["quantized", "shapes-ranks", "shortlist"],
};

/**
 * Names of tests that are not of this build. None may look at two: the other one is as it was, and
 * would tell any mutant apart.
 */
const WITHOUT = {
  portable: "fast|debug|shared true|relaxed-simd",
  relaxed: "portable|debug|shared true|simd undefined",
  "portable-shared": undefined,
};

/** @param most mutants of each file, a random sample; all when not given */
export async function mutateAssembly(files, most = Number.POSITIVE_INFINITY) {
  prepare();
  const tests = new Tests(SANDBOX);
  const results = [];
  for (const file of files.length > 0 ? files : Object.keys(TESTS)) {
    const text = readFileSync(join(ROOT, `assembly/${file}.ts`), "utf8");
    const mutants = mutantsOf(text);
    const limits = await limitsOf(tests, file, text);
    for (const mutant of sample(mutants, most)) {
      const result = await fate(tests, file, text, mutant, limits);
      if (!result) continue;
      results.push({ file, of: mutants.length, ...mutant, ...result });
      printResult(results.at(-1));
    }
    restore(file, text);
    const own = results.filter((result) => result.file === file);
    writeFileSync(join(REPORTS, `${file}.json`), JSON.stringify(own, null, 1));
  }
  tests.end();
  rmSync(SANDBOX, { recursive: true });
  printReport(results);
}

/** How long the tests of a build may take: a mutant in an endless loop is noticed too. */
async function limitsOf(tests, file, text) {
  const limits = {};
  for (const target of Object.keys(WITHOUT)) {
    if ((file === "barrier") !== (target === "portable-shared")) continue;
    const binary = await compile(file, text, target);
    if (!binary) throw new Error(`${file} does not compile`);
    embed(target, binary);
    const start = performance.now();
    const { failed, ran } = await look(tests, file, target, 60_000);
    if (failed || ran === 0) throw new Error(`${file}: expected ${target} to pass its tests first`);
    limits[target] = 3_000 + 4 * (performance.now() - start);
  }
  return limits;
}

/** What becomes of a mutant; undefined when it is no program or the same program. */
async function fate(tests, file, text, mutant, limits) {
  const target = targetOf(file, mutant, text);
  const changed = text.slice(0, mutant.at) + mutant.now + text.slice(mutant.end);
  restore(file, text);
  const before = await compile(file, text, target);
  const after = await compile(file, changed, target);
  if (!after || after.equals(before)) return undefined;
  const source = text.split("\n")[mutant.line - 1].trim();
  embed(target, after);
  const { failed } = await look(tests, file, target, limits[target]);
  if (failed) return { fate: "killed", source };
  const why = reasonOf(file, source, mutant);
  if (why) return { fate: "equivalent", why, source };
  // What the optimiser makes the same program of is the same program.
  const optimised = await compile(file, changed, target, 1);
  if (optimised.equals(await compile(file, text, target, 1))) return undefined;
  return { fate: "SURVIVED", source };
}

/** Relaxed lines are in the relaxed build alone, the barrier in the shared ones. */
function targetOf(file, mutant, text) {
  const line = text.split("\n")[mutant.line - 1];
  if (file === "barrier") return "portable-shared";
  return /relaxed|FUSED|ROWS > 4|== [56]|s[45][01]|\ba[45]\b|rows > [45]/.test(line)
    ? "relaxed"
    : "portable";
}

const plain = new Map();

/** The binary of this build with `text` in place of a file, or undefined. Unoptimised is quick. */
async function compile(file, text, target, level = 0) {
  const key = `${target} ${file} ${level}`;
  const isPlain = text === readFileSync(join(ROOT, `assembly/${file}.ts`), "utf8");
  if (isPlain && plain.has(key)) return plain.get(key);
  writeFileSync(join(SANDBOX, `assembly/${file}.ts`), text);
  const { default: asc } = await import("assemblyscript/asc");
  const out = `${target}.wasm`;
  const { error } = await asc.main([
    ...["--target", target, "--outFile", out, "--baseDir", SANDBOX],
    ...["--optimizeLevel", String(level)],
  ]);
  const binary = error ? undefined : readFileSync(join(SANDBOX, out));
  if (isPlain) plain.set(key, binary);
  return binary;
}

const binaryOf = (target) => `src/wasm/binaries/${target}.ts`;

function embed(target, binary) {
  const text = `const hex: string = "${binary.toString("hex")}";\nexport default hex;\n`;
  writeFileSync(join(SANDBOX, binaryOf(target)), text);
}

/** Runs tests of one build: others are as they were. */
function look(tests, file, target, mostMs) {
  const files = TESTS[file].map((name) => `test/assembly/${name}.test.ts`);
  const changed = Object.keys(WITHOUT).map(binaryOf);
  return tests.run(files, { without: WITHOUT[target], changed, mostMs });
}

function prepare() {
  mkdirSync(SANDBOX, { recursive: true });
  for (const path of COPIED) cpSync(join(ROOT, path), join(SANDBOX, path), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(SANDBOX, "node_modules"));
  cpSync(join(ROOT, "build/debug.wasm"), join(SANDBOX, "build/debug.wasm")); // for tests of all builds
  if (!existsSync(join(SANDBOX, "src/wasm/binaries/portable.ts"))) {
    throw new Error("expected a build. Run `npm run build` first");
  }
  cpSync(join(SANDBOX, "src/wasm/binaries"), join(SANDBOX, "whole"), { recursive: true });
}

function restore(file, text) {
  writeFileSync(join(SANDBOX, `assembly/${file}.ts`), text);
  cpSync(join(SANDBOX, "whole"), join(SANDBOX, "src/wasm/binaries"), { recursive: true });
}
