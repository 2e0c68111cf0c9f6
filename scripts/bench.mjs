/**
 * Runs benchmarks: `npm run bench` all of them, `npm run bench -- kernels train` those whose path has one of the words.
 *
 * Each bench/**\/*.bench.ts is bundled to plain JavaScript and run by a Node process of its own, one after the other,
 * so that none warms up or disturbs the next. Flags go to the benchmarks (bench/flags.ts); `--node 24` runs them under
 * another Node, which npm installs below build/ once.
 */

import { spawnSync } from "node:child_process";
import { bundleProgram } from "./bundle-program.mjs";
import { engineBinary } from "./engines.mjs";
import { filesBelow, ROOT } from "./stages.mjs";

const { words, node, engineFlags, flags } = readCommand(process.argv.slice(2));
const files = filesBelow("bench", (path) => path.endsWith(".bench.ts"));
const chosen = files.filter((path) => words.length === 0 || words.some((w) => path.includes(w)));
if (chosen.length === 0) {
  console.error(`gru4rec: no benchmark matches ${words.join(" ")}. There are: ${files.join(", ")}`);
  process.exitCode = 2;
}
const binary = node === undefined ? process.execPath : engineBinary(`node-${node}`);
for (const path of chosen) {
  const program = await bundleProgram(path);
  const run = ["--disable-warning=ExperimentalWarning", ...engineFlags, program, ...flags];
  const { status } = spawnSync(binary, run, { stdio: "inherit", cwd: ROOT });
  if (status !== 0) process.exitCode = 1;
}

/** Words choose benchmarks, `--node` and `--wide` the Node, all other flags are passed on with their values. */
function readCommand(list) {
  const command = { words: [], flags: [], engineFlags: [], node: undefined };
  for (let i = 0; i < list.length; ++i) {
    if (list[i] === "--node") command.node = list[++i];
    else if (list[i].startsWith("--node=")) command.node = list[i].slice(7);
    else if (list[i] === "--wide") command.engineFlags.push("--experimental-wasm-revectorize");
    else if (list[i] === "--json" || list[i].includes("=")) command.flags.push(list[i]);
    else if (list[i].startsWith("--")) command.flags.push(list[i], list[++i]);
    else command.words.push(list[i]);
  }
  return command;
}
