/** The package stage: src/ → dist/ (JavaScript and declarations), the kernels beside it, the command made executable. */

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, rmSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { isBundled } from "./build-bundle.mjs";
import { rollTypes } from "./build-types.mjs";
import { BUILDS } from "./build-wasm.mjs";
import { WORKER_FILE, WORKER_TYPES } from "./build-worker.mjs";
import { filesBelow, head, ROOT, stage, writeIfChanged } from "./stages.mjs";

const COMMAND = "dist/cli/main.js";
const SHEBANG = "#!/usr/bin/env node\n";

export async function buildPackage() {
  const inputs = [
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "tsconfig.build.json",
    "scripts/build-package.mjs",
    "scripts/build-types.mjs",
  ];
  await stage("package", [...inputs, ...filesBelow("src")], async () => {
    const code = [...emit(), ...BUILDS.map(copyWasm), WORKER_FILE, WORKER_TYPES];
    const outputs = [...code, ...(await rollTypes())];
    for (const path of filesBelow("dist")) {
      if (!outputs.includes(path) && !isBundled(path)) rmSync(resolve(ROOT, path)); // left over from a source that is gone
    }
    finishCommand();
    return { outputs, summary: `package: ${outputs.length} files` };
  });
}

/** Runs tsc and returns the JavaScript it wrote. */
function emit() {
  const tsc = resolve(ROOT, "node_modules/typescript/bin/tsc");
  const args = [tsc, "-p", "tsconfig.build.json", "--listEmittedFiles", "--pretty", "false"];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  if (status !== 0) {
    const errors = stdout.split("\n").filter((line) => !line.startsWith("TSFILE: "));
    throw new Error(`the sources do not compile\n${head(errors.join("\n"))}`);
  }
  return [...stdout.matchAll(/^TSFILE: (.+)$/gm)]
    .map(([, path]) =>
      relative(ROOT, path ?? "")
        .split(sep)
        .join("/"),
    )
    .filter((path) => path.startsWith("dist/"))
    .sort();
}

/** The kernels as they are, for those who compile or serve them themselves. */
function copyWasm(name) {
  const path = `dist/wasm/${name}.wasm`;
  writeIfChanged(path, readFileSync(resolve(ROOT, `build/${name}.wasm`)));
  return path;
}

function finishCommand() {
  const path = resolve(ROOT, COMMAND);
  if (!existsSync(path)) return;
  const code = readFileSync(path, "utf8");
  if (!code.startsWith("#!")) writeIfChanged(COMMAND, SHEBANG + code);
  chmodSync(path, 0o755);
}
