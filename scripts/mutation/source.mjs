/**
 * Mutation testing of src/ by Stryker, in a copy of the repository, build/mutation-src: Stryker and
 * what it needs are a hundred packages that nobody else has to install.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../stages.mjs";
import { testsOf } from "./importers.mjs";

const SANDBOX = join(ROOT, "build/mutation-src");
const STRYKER = "9.6.1";
const COPIED = [
  ...["assembly", "src", "test", "asconfig.json", "package.json", "package-lock.json"],
  ...["tsconfig.json", "vitest.config.ts", "build/debug.wasm"],
];

/** Modules that are mutated when none is asked for: the tables of test/README.md. */
const MODULES = [
  ...["read/lines", "sessions", "split", "windows", "batches"].map((name) => `src/data/${name}.ts`),
  ...["cases", "counter", "metrics"].map((name) => `src/ranking/${name}.ts`),
  ...["gru4rec/format", "gru4rec/options"].map((name) => `src/models/${name}.ts`),
  ...["quantized", "top-list"].map((name) => `src/models/${name}.ts`),
  ...["src/network/positions.ts", "src/files/safetensors.ts"],
  ...["chance", "divergence", "optimizer", "negatives"].map((n) => `src/training/${n}.ts`),
];

/**
 * @param files modules below src/; those of the table when empty
 * @param given tests to run, if not those that come to the modules by imports
 */
export function mutateSource(files, given) {
  const mutated = files.length > 0 ? files : MODULES;
  const tests = given ? new Map(mutated.map((file) => [file, given])) : testsOf(mutated);
  for (const [file, own] of tests) {
    if (own.length === 0) throw new Error(`mutate: ${file} is imported by no test that is quick`);
    console.log(`${file}\n  ${own.join("\n  ")}`);
  }
  prepare();
  const include = [...new Set([...tests.values()].flat())];
  write("vitest.mutation.config.ts", configOf(include));
  write("stryker.config.json", JSON.stringify(settings(mutated)));
  const stryker = join(SANDBOX, "node_modules/@stryker-mutator/core/bin/stryker.js");
  const { status } = spawnSync(process.execPath, [stryker, "run"], {
    cwd: SANDBOX,
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
}

function prepare() {
  for (const path of COPIED) {
    rmSync(join(SANDBOX, path), { recursive: true, force: true });
    cpSync(join(ROOT, path), join(SANDBOX, path), { recursive: true });
  }
  const installed = join(SANDBOX, "node_modules/@stryker-mutator/core/package.json");
  if (existsSync(installed) && readFileSync(installed, "utf8").includes(`"${STRYKER}"`)) return;
  const npm = (...args) =>
    execFileSync("npm", args, { cwd: SANDBOX, stdio: "ignore", shell: true });
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund"];
  const packages = ["core", "vitest-runner"].map((name) => `@stryker-mutator/${name}@${STRYKER}`);
  npm("ci", ...quiet);
  npm("install", "--no-save", ...quiet, ...packages);
}

function settings(mutate) {
  return {
    mutate,
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner"],
    vitest: { configFile: "vitest.mutation.config.ts", related: false },
    coverageAnalysis: "perTest",
    disableTypeChecks: "src/**/*.ts", // assembly/ is no TypeScript
    concurrency: 1,
    timeoutMS: 20_000, // a whole training may be one test
    dryRunTimeoutMinutes: 30, // others may compute, too
    reporters: ["clear-text", "progress-append-only", "json"],
    jsonReporter: { fileName: "report.json" },
  };
}

const configOf = (include) => `import { defineConfig } from "vitest/config";
import base from "./vitest.config.js";

export default defineConfig((env) => ({
  ...base(env),
  test: {
    include: ${JSON.stringify(include)},
    // Workers run the program as it was built: they would tell any mutant apart.
    testNamePattern: /^(?:(?!.*\\bthreads?\\b)|.*\\bon 0 threads\\b)/,
    testTimeout: 60_000,
  },
}));
`;

function write(path, text) {
  writeFileSync(join(SANDBOX, path), text);
}
