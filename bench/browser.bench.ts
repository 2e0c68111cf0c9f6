/**
 * Training in Chromium against this Node, in turns, on equal threads and numerics: run it under the Node whose V8 is
 * nearest (`npm run bench -- browser --node 26`). Skipped without a Chromium (`CHROMIUM` names one).
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { rolldown } from "rolldown";
import { GRU4Rec } from "../src/index.js";
import { findChromium, launch, serve } from "../test/browser/chromium.js";
import { type Burst, type BurstTime, trainingBurst } from "./bursts.js";
import { generated } from "./data.js";
import { duel } from "./duel.js";
import { readFlags } from "./flags.js";
import type { Bursts } from "./page/train.js";
import { Report } from "./report.js";
import { ITEMS, type Shape } from "./shapes.js";

const FOLDER = resolve("build/bench-page");
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** A catalogue of the usual size, and a log that a page is served quickly. */
const log = generated(ITEMS, 60_000, 300_000, 1);

async function makePage(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const build = await rolldown({
    input: "bench/page/train.ts",
    platform: "browser",
    tsconfig: false,
    resolve: {
      alias: { "#host": resolve("src/threads/host.web.ts") },
      extensionAlias: { ".js": [".ts", ".js"] },
    },
  });
  await build.write({ dir: FOLDER, format: "esm" });
  await build.close();
  writeFileSync(join(FOLDER, "index.html"), '<script type="module" src="train.js"></script>');
  const sessions = new Int32Array(log.events);
  for (let s = 0; s < log.length; ++s) sessions.fill(s, log.offsets[s], log.offsets[s + 1]);
  const items = log.itemIndices;
  writeFileSync(join(FOLDER, "log.bin"), Buffer.concat([bytesOf(sessions), bytesOf(items)]));
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

const flags = readFlags();
const report = new Report(flags);
const executable = findChromium();
if (!executable) console.log("Skipped: no Chromium found (set CHROMIUM to its path).");
else await race(executable);

async function race(chromium: string): Promise<void> {
  await makePage();
  const browser = await launch(chromium);
  const site = await serve(FOLDER, ISOLATED);
  const page = await browser.newPage();
  await page.goto(site.url);
  await page.waitForFunction(() => "trainBurst" in globalThis);
  const peer = `Node ${process.version}`;
  report.title(
    `Training in Chromium ${browser.version()} against ${peer}, ${log.items.size} items: events/s`,
  );
  for (const shape of flags.shapes) {
    const model = await GRU4Rec.create(log.items, shape.model);
    for (const threads of flags.threads === undefined ? [1, 2] : [flags.threads]) {
      const [numerics] = flags.numerics;
      const asked: Pick<Shape, "model" | "train"> = {
        model: shape.model,
        train: { ...shape.train, threads, numerics },
      };
      const here = (time: BurstTime): Promise<Burst> =>
        trainingBurst(model, log, asked.train, time);
      const there = (time: BurstTime): Promise<Burst> =>
        page.evaluate(([one, how]) => (globalThis as unknown as Bursts).trainBurst(one, how), [
          asked,
          time,
        ] as const);
      const side = (burst: typeof here) => ({
        threads,
        run: async (seconds: number) => rateOf(await burst({ warmup: 0.5, seconds })),
      });
      const names = { config: shape.name, peer, unit: "events/s" };
      report.peer(await duel({ ...names, ours: [side(there)], theirs: [side(here)] }, flags));
    }
    model.dispose();
  }
  await browser.close();
  await site[Symbol.asyncDispose]();
}

function rateOf({ events, seconds }: Burst): number {
  return events / seconds;
}
