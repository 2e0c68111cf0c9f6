/**
 * One seed, one result: the weights after three epochs have one hash per numeric mode, in every engine, on
 * every number of threads, with shared memory and without.
 *
 * "fast" fuses multiply and add where the engine has relaxed SIMD and is "portable" where it has not (Node
 * 20 and Bun as of this writing), so each engine has one of two values there.
 */

import { expect, test } from "vitest";
import { ENGINE_NAMES, engineBinary } from "../../scripts/engines.mjs";
import { bundlePage } from "../browser/bundle.js";
import { type Browser, isInstalled, trainedIn } from "./browsers.js";
import { install, type Trained, trainedUnder } from "./engines.js";

/** Makes vectors of 256 bits of pairs of 128, without another bit in any result. */
const WIDE_VECTORS = "--experimental-wasm-revectorize";
const HAVE_WIDE_VECTORS = ["node-24", "node-26"];

test("every engine gives the same bits", async () => {
  const all: Trained[] = [];
  const apps = { true: await install(true), false: await install(false) };
  for (const engine of ENGINE_NAMES) {
    const binary = engineBinary(engine);
    for (const shared of [true, false]) {
      const app = apps[`${shared}`];
      all.push(...(await trainedUnder(engine, binary, app, shared)));
      if (!HAVE_WIDE_VECTORS.includes(engine)) continue;
      const name = `${engine}, 256 bits`;
      all.push(...(await trainedUnder(name, binary, app, shared, [WIDE_VECTORS])));
    }
  }
  const page = await bundlePage("engines");
  for (const browser of ["chromium", "firefox", "webkit"] as const satisfies Browser[]) {
    if (!isInstalled(browser)) {
      console.log(`Skipped ${browser}: it is not installed.`);
      continue;
    }
    for (const shared of [true, false]) all.push(...(await trainedIn(browser, page, shared)));
  }

  const portable = new Set(all.filter((t) => t.numerics === "portable").map(({ hash }) => hash));
  expect(portable.size, JSON.stringify(all)).toBe(1);
  const fast = all.filter(({ numerics }) => numerics === "fast");
  const fused = new Set(fast.map(({ hash }) => hash).filter((hash) => !portable.has(hash)));
  expect(fused.size, JSON.stringify(fast)).toBe(1);
  for (const engine of new Set(all.map((t) => t.engine))) {
    const own = new Set(fast.filter((t) => t.engine === engine).map(({ hash }) => hash));
    expect(own.size, engine).toBe(1);
    const isFused = !portable.has([...own][0]!);
    console.log(
      `${engine}: ${all.filter((t) => t.engine === engine).length} trainings, fast is ${isFused ? "fused" : "portable"}`,
    );
  }
});
