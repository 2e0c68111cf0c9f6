/**
 * Vitest that stays: the process that scripts/mutation/tests.mjs starts and asks, over and over, for
 * a run of some test files. What it has read and transformed once it keeps; kernels it reads anew.
 */

import { join } from "node:path";
import { createVitest } from "vitest/node";

/** The files of a run are taken as they were asked for: the likeliest to fail is first. */
class AsAsked {
  async sort(specifications) {
    const place = ({ moduleId }) => asked.findIndex((file) => moduleId.includes(file));
    return [...specifications].sort((a, b) => place(a) - place(b));
  }
  async shard(specifications) {
    return specifications;
  }
}

let asked = [];
const root = process.cwd();
const vitest = await createVitest("test", {
  root,
  config: "vitest.config.ts",
  watch: false,
  reporters: [{}],
  pool: "threads", // in this process: what ends it ends a test that hangs
  isolate: false,
  fileParallelism: false,
  bail: 1,
  sequence: { sequencer: AsAsked },
});
await vitest.standalone();

process.on("message", async ({ files, without, changed }) => {
  asked = files;
  for (const file of changed) vitest.invalidateFile(join(root, file));
  vitest.setGlobalTestNamePattern(new RegExp(without ? `^(?!.*(${without}))` : ""));
  // What earlier runs left would count as this one's.
  vitest.state.filesMap.clear();
  vitest.state.idMap.clear();
  const found = await vitest.globTestSpecifications(files);
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(found);
  const failed = testModules.some((module) => !module.ok()) || unhandledErrors.length > 0;
  let ran = 0;
  for (const module of testModules) {
    for (const test of module.children.allTests()) if (test.result().state === "passed") ran++;
  }
  process.send({ failed, ran });
});
process.send("ready");
