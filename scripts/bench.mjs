/**
 * Runs benchmarks: `npm run bench` all of them, `npm run bench -- gru train` those whose path has one of the words.
 *
 * Each bench/**\/*.bench.ts is bundled to plain JavaScript and run by a Node process of its own, one after the other,
 * so that none warms up or disturbs the next. What follows `--` again goes to the benchmarks: `-- gru -- --threads 2`.
 */

import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { rolldown } from "rolldown";
import { filesBelow, ROOT } from "./stages.mjs";

const [words, flags] = splitAt(process.argv.slice(2), "--");
const files = filesBelow("bench", (path) => path.endsWith(".bench.ts"));
const chosen = files.filter((path) => words.length === 0 || words.some((w) => path.includes(w)));
if (chosen.length === 0) {
  console.error(`gru4rec: no benchmark matches ${words.join(" ")}. There are: ${files.join(", ")}`);
  process.exitCode = 2;
}
for (const path of chosen) {
  const program = await bundle(path);
  const { status } = spawnSync(process.execPath, [program, ...flags], { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}

async function bundle(path) {
  const build = await rolldown({
    cwd: ROOT,
    input: resolve(ROOT, path),
    platform: "node",
    tsconfig: false,
    external: /^node:|^[a-z@][^:]*$/, // builtins and packages stay imports
    resolve: {
      alias: { "#host": resolve(ROOT, "src/threads/host.node.ts") },
      extensionAlias: { ".js": [".ts", ".js"] },
    },
  });
  const file = `build/${path.replace(/\.ts$/, ".mjs")}`;
  await build.write({ file, format: "esm", codeSplitting: false });
  await build.close();
  return resolve(ROOT, file);
}

function splitAt(list, mark) {
  const at = list.indexOf(mark);
  return at < 0 ? [list, []] : [list.slice(0, at), list.slice(at + 1)];
}
