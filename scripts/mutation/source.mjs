/**
 * Mutation testing of src/ by Stryker, in a copy of the repository, build/mutation-src: Stryker and
 * what it needs are a hundred packages that nobody else has to install.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../stages.mjs";

const SANDBOX = join(ROOT, "build/mutation-src");
const STRYKER = "9.6.1";
const COPIED = [
  ...["assembly", "src", "test", "asconfig.json", "package.json", "package-lock.json"],
  ...["tsconfig.json", "vitest.config.ts"],
];

/** Tests that are to notice what is wrong in a module; those without are mutated when asked for. */
const MODULES = {
  "src/data/read/lines.ts": ["test/data/{cases,formats,readers,readers-lies}.test.ts"],
  "src/data/sessions.ts": ["test/data/{sessions,items}.test.ts", "test/training/sessions.test.ts"],
  "src/data/split.ts": ["test/data/split.test.ts"],
  "src/data/windows.ts": ["test/data/windows.test.ts"],
  "src/ranking/cases.ts": ["test/ranking/evaluate.test.ts"],
  "src/ranking/counter.ts": ["test/ranking/{evaluate,agreement}.test.ts"],
  "src/ranking/metrics.ts": ["test/ranking/{metrics,evaluate,properties}.test.ts"],
  "src/models/gru4rec/format.ts": ["test/models/gru4rec/{format,lies}.test.ts"],
  "src/models/gru4rec/options.ts": ["test/models/gru4rec/options.test.ts"],
  "src/network/positions.ts": ["test/network/positions.test.ts"],
  "src/models/quantized.ts": ["test/models/{quantized,gru4rec/recommend}.test.ts"],
  "src/files/safetensors.ts": ["test/models/gru4rec/{format,lies}.test.ts"],
  "src/models/top-list.ts": ["test/models/{top-list,gru4rec/recommend}.test.ts"],
  "src/data/batches.ts": ["test/data/batches.test.ts"],
  "src/training/chance.ts": ["test/training/chance.test.ts"],
  "src/training/divergence.ts": ["test/training/faults.test.ts"],
  "src/training/sampled/negatives.ts": ["test/training/sampled/negatives.test.ts"],
  "src/training/optimizer.ts": ["test/{golden/trainings,training/optimizer}.test.ts"],
};

/** For other modules: all tests but those that start programs, take long or look at the clock. */
const OTHERS = [
  "test/{checks,random,portable-math}.test.ts",
  "test/{data,ranking,models,network,wasm}/**/*.test.ts",
];

/** @param files modules below src/; those of the table when empty */
export function mutateSource(files) {
  prepare();
  const mutated = files.length > 0 ? files : Object.keys(MODULES);
  const include = [...new Set(mutated.flatMap((file) => MODULES[file] ?? OTHERS))];
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
    timeoutMS: 8_000,
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
    testNamePattern: /^(?!.*\\bthreads?\\b)/,
    testTimeout: 60_000,
  },
}));
`;

function write(path, text) {
  writeFileSync(join(SANDBOX, path), text);
}
