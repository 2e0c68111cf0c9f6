/**
 * assembly/ and src/ → dist/, in five stages that are skipped when their inputs did not change:
 *
 *   wasm     asc: assembly/ → build/*.wasm → src/wasm/binaries/*.ts (hexadecimal, one module a binary)
 *   debug    asc: assembly/ → build/debug.wasm, with asserts and names: for tests and for a debugger
 *   worker   rolldown: src/threads/worker.ts → src/threads/program.{node,web}.ts, self-contained text
 *   package  tsc: src/ → dist/, plus dist/threads/worker.web.js
 *   bundle   rolldown: src/browser/ → dist/gru4rec.js and what stands beside it
 *
 *   node scripts/build.mjs           all stages
 *   node scripts/build.mjs --wasm    the wasm stage only
 *   node scripts/build.mjs --debug   the debug stage only
 */

import { parseArgs } from "node:util";
import { buildBundle } from "./build-bundle.mjs";
import { buildPackage } from "./build-package.mjs";
import { buildDebug, buildWasm } from "./build-wasm.mjs";
import { buildWorker } from "./build-worker.mjs";

/** Builds what is out of date. Throws an Error whose message is the tool's own output. */
export async function build() {
  await buildWasm();
  await buildDebug();
  await buildWorker();
  await buildPackage();
  await buildBundle();
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: { wasm: { type: "boolean" }, debug: { type: "boolean" } },
  });
  process.argv.length = 2; // asc reads it too, and has a --wasm of its own
  const run = values.debug ? buildDebug : values.wasm ? buildWasm : build;
  run().catch((error) => {
    console.error(`gru4rec: ${error.message}`);
    process.exitCode = 1;
  });
}
