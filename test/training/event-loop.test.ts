/** Training never keeps the event loop waiting: not a page's main thread, not a server. */

import { monitorEventLoopDelay } from "node:perf_hooks";
import { describe, expect, test } from "vitest";
import { evaluate, fit, GRU4Rec, Items } from "../../src/index.js";
import { clicks } from "./clicks.js";

const MOST_MS = 50;
const RESOLUTION_MS = 5;

/** Delay of the event loop beyond its timer, ms: all but the worst 2 % of the turns. */
async function delayWhile(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  await work();
  delay.disable();
  expect(delay.count).toBeGreaterThan(10); // or it measured nothing
  return delay.percentile(98) / 1e6 - RESOLUTION_MS;
}

/** The least of a few tries: whatever else runs here can only add. */
async function leastDelay(work: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 4 && least > MOST_MS; ++attempt) {
    least = Math.min(least, await delayWhile(work));
  }
  return least;
}

/** 16 MB of weights: drawing, copying and checking them takes longer than a turn may. */
const items = Items.from(Array.from({ length: 40_000 }, (_, item) => `item ${item}`));
const sessions = clicks(900, 3000);

async function model(): Promise<GRU4Rec> {
  return GRU4Rec.create(items, { layers: [100] });
}

describe("The event loop has its turn", () => {
  test.each([0, 1, 2])("while training on %i threads", async (threads) => {
    const delay = await leastDelay(async () => {
      await fit(await model(), sessions, { epochs: 2, batchSize: 32, negatives: 512, threads });
    });
    expect(delay).toBeLessThan(MOST_MS);
  });

  test.each([0, 1])("while evaluating on %i threads", async (threads) => {
    const gru4rec = await model();
    const delay = await leastDelay(() => evaluate(gru4rec, sessions, { threads }));
    expect(delay).toBeLessThan(MOST_MS);
  });
});
