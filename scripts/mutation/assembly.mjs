/**
 * Mutation testing of the kernels: every mutant of a file is compiled, alone and for one build, and
 * the tests of that file are to notice. Runs in a copy of the repository, build/mutation.
 */

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
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

const SANDBOX = join(ROOT, "build/mutation");
const COPIED = ["assembly", "src", "test", "asconfig.json", "package.json", "vitest.config.ts"];

/** A test run that takes longer has lost its way: a mutant in an endless loop is noticed too. */
const MOST_MS = 40_000;

/** Tests in test/assembly/ that look at a file first; all of them and the golden ones look later. */
const TESTS = {
  activation: ["activation", "shapes-elements", "loss"],
  barrier: ["barrier"],
  dropout: ["random", "shapes-ranks"],
  embedding: ["embedding", "shapes-sums", "shapes-ranks"],
  gemm: ["gemm", "shapes-sums"],
  gru: ["gru", "shapes-elements"],
  lanes: ["lanes", "activation", "loss"],
  loss: ["loss", "shapes-losses"],
  "loss-max": ["loss", "shapes-losses"],
  "loss-pairwise": ["loss", "shapes-losses"],
  optimizer: ["optimizer", "shapes-elements", "shapes-sums"],
  quantized: ["quantized", "shapes-ranks"],
  random: ["random", "sampling"],
  rank: ["rank", "shapes-ranks", "shapes-sums"],
  sampling: ["sampling"],
  tile: ["gemm", "shapes-sums"],
};
const LATER = [
  "test/assembly",
  "test/golden.test.ts",
  "test/golden",
  "test/training/same-bits.test.ts",
];

/** @param most mutants of each file, spread over it; all when not given */
export async function mutateAssembly(files, most = Number.POSITIVE_INFINITY) {
  prepare();
  const results = [];
  for (const file of files.length > 0 ? files : Object.keys(TESTS)) {
    const path = join(ROOT, `assembly/${file}.ts`);
    const text = readFileSync(path, "utf8");
    const plain = await compile(file, text, "portable");
    if (!plain) throw new Error(`${file} does not compile`);
    for (const mutant of spread(mutantsOf(text), most)) {
      const result = await fate(file, text, mutant);
      if (!result) continue;
      results.push({ file, ...mutant, ...result });
      const { line, was, now } = mutant;
      const change = `${file}:${line} ${short(was)} → ${short(now)}`;
      console.log(`${result.fate.padEnd(10)} ${change}${result.why ? ` (${result.why})` : ""}`);
    }
    restore(file, text);
    writeFileSync(join(SANDBOX, "report.json"), JSON.stringify(results, null, 1));
  }
  report(results);
}

/** What becomes of a mutant; undefined when it is no program or the same program. */
async function fate(file, text, mutant) {
  const target = targetOf(file, mutant, text);
  const changed = text.slice(0, mutant.at) + mutant.now + text.slice(mutant.end);
  restore(file, text);
  const before = await compile(file, text, target);
  const after = await compile(file, changed, target);
  if (!after || after.equals(before)) return undefined;
  const source = text.split("\n")[mutant.line - 1].trim();
  embed(target, after);
  const first = TESTS[file].map((name) => `test/assembly/${name}.test.ts`);
  if (!(await passes(first, target))) return { fate: "killed" };
  const why = reasonOf(file, source, mutant);
  if (why) return { fate: "equivalent", why };
  return { fate: (await passes(LATER, target)) ? "SURVIVED" : "killed", source };
}

/** Relaxed lines are in the relaxed build alone, the barrier in the shared ones. */
function targetOf(file, mutant, text) {
  const line = text.split("\n")[mutant.line - 1];
  if (file === "barrier") return "portable-shared";
  return /relaxed|FUSED|ROWS > 4|== [56]|s[45][01]|rows > [45]/.test(line) ? "relaxed" : "portable";
}

const compiled = new Map();

/** The binary of this build with `text` in place of a file, or undefined. */
async function compile(file, text, target) {
  const key = createHash("sha256").update(`${target}\0${file}\0${text}`).digest("hex");
  if (compiled.has(key)) return compiled.get(key);
  writeFileSync(join(SANDBOX, `assembly/${file}.ts`), text);
  const { default: asc } = await import("assemblyscript/asc");
  const out = `${target}.wasm`;
  // Optimised little: the same arithmetic, compiled six times as fast.
  const args = ["--target", target, "--optimizeLevel", "1", "--outFile", out, "--baseDir", SANDBOX];
  const { error } = await asc.main(args);
  const binary = error ? undefined : readFileSync(join(SANDBOX, out));
  if (compiled.size > 64) compiled.clear();
  compiled.set(key, binary);
  return binary;
}

function embed(target, binary) {
  const text = `const base64: string = "${binary.toString("base64")}";\nexport default base64;\n`;
  writeFileSync(join(SANDBOX, `src/wasm/binaries/${target}.ts`), text);
}

/** The tests of one build: others are as they were. */
function passes(files, target) {
  const not = { portable: "fast|shared true", relaxed: "portable|shared true" }[target];
  const filter = not ? ["-t", `^(?!.*(${not}))`] : [];
  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  const args = [
    vitest,
    "run",
    ...files,
    "--bail",
    "1",
    "--no-isolate",
    "--reporter",
    "dot",
    ...filter,
  ];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: SANDBOX, stdio: "ignore", detached: true });
    const timer = setTimeout(() => {
      process.kill(-child.pid, "SIGKILL");
    }, MOST_MS);
    child.on("exit", (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    });
  });
}

function prepare() {
  rmSync(SANDBOX, { recursive: true, force: true });
  mkdirSync(SANDBOX, { recursive: true });
  for (const path of COPIED) cpSync(join(ROOT, path), join(SANDBOX, path), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(SANDBOX, "node_modules"));
  if (!existsSync(join(SANDBOX, "src/wasm/binaries/portable.ts"))) {
    throw new Error("expected a build. Run `npm run build` first");
  }
  cpSync(join(SANDBOX, "src/wasm/binaries"), join(SANDBOX, "whole"), { recursive: true });
}

function restore(file, text) {
  writeFileSync(join(SANDBOX, `assembly/${file}.ts`), text);
  cpSync(join(SANDBOX, "whole"), join(SANDBOX, "src/wasm/binaries"), { recursive: true });
}

/** At most so many, evenly from the whole list. */
function spread(list, most) {
  if (list.length <= most) return list;
  return Array.from({ length: most }, (_, i) => list[Math.floor((i * list.length) / most)]);
}

function report(results) {
  const of = (list, fate) => list.filter((result) => result.fate === fate).length;
  const row = (name, list) => {
    const killed = of(list, "killed");
    const counted = list.length - of(list, "equivalent");
    const share = ((100 * killed) / Math.max(1, counted)).toFixed(1);
    console.log(
      `${name.padEnd(14)} ${String(list.length).padStart(5)} mutants, ${killed} killed, ` +
        `${of(list, "equivalent")} equivalent, ${of(list, "SURVIVED")} survived: ${share} %`,
    );
  };
  console.log();
  for (const file of new Set(results.map((result) => result.file))) {
    row(
      file,
      results.filter((result) => result.file === file),
    );
  }
  row("all", results);
}

function short(text) {
  const line = text.replace(/\s+/g, " ");
  return line.length > 50 ? `${line.slice(0, 50)}…` : line;
}
