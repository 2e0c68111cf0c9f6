/** Training never keeps the event loop waiting: not a page's main thread, not a server. */

import { describe, expect, test } from "vitest";
import { evaluate, fit, GRU4Rec, Items, Sessions, type TrainOptions } from "../../src/index.js";
import { leastLongestTurn, longestTurn, ownTime } from "../longest-turn.js";
import { clicks } from "./clicks.js";

const MOST_MS = 50;

/** 16 MB of weights: drawing, copying and checking them takes longer than a turn may. */
const items = Items.from(Array.from({ length: 40_000 }, (_, item) => `item ${item}`));
const sessions = clicks(900, 3000);
const QUICK: TrainOptions = { epochs: 1, batchSize: 32, negatives: 64, threads: 1 };

async function model(size = 100): Promise<GRU4Rec> {
  return GRU4Rec.create(items, { layers: [size] });
}

async function expectTurns(work: () => Promise<unknown>): Promise<void> {
  expect(await leastLongestTurn(work, MOST_MS)).toBeLessThan(MOST_MS);
}

describe("The measure of a turn", () => {
  const compute = (): void => {
    const until = ownTime() + 100;
    while (ownTime() < until);
  };
  const sleep = (): void => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  };

  test.each([
    ["computes", compute],
    ["sleeps", sleep],
  ])("finds one that %s for 100 ms among short ones", async (_, busy) => {
    const found = await longestTurn(async () => {
      for (let i = 0; i < 20; ++i) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (i === 10) busy();
      }
    });
    expect(found).toBeGreaterThan(95);
  });
});

describe("The event loop has its turn", () => {
  test.each([0, 1, 2])("while training on %i threads", async (threads) => {
    const options = { epochs: 2, batchSize: 32, negatives: 512, threads };
    await expectTurns(async () => fit(await model(), sessions, options));
  });

  test.each([0, 1])("while evaluating on %i threads", async (threads) => {
    const gru4rec = await model();
    await expectTurns(() => evaluate(gru4rec, sessions, { threads }));
  });

  test("while a checkpoint of 130 MB is made, and while training goes on from it", async () => {
    let resume: Uint8Array | undefined;
    const save = (bytes: Uint8Array): void => {
      resume = bytes;
    };
    const [first, second] = [await model(256), await model(256)];
    await expectTurns(() => fit(first, sessions, { ...QUICK, checkpoint: { save, every: 1e6 } }));
    expect(resume!.length).toBeGreaterThan(125e6);
    const checkpoint = { save: () => {}, resume: resume! };
    await expectTurns(() => fit(second, sessions, { ...QUICK, checkpoint }));
  });

  test("while a million sessions in no order begin to be trained on", async () => {
    const count = 1_000_000;
    const events = count + 100; // so many sessions have a second click
    const many = Sessions.from({
      sessionId: Array.from({ length: events }, (_, event) => event % count),
      itemId: Array.from({ length: events }, (_, event) => event % 50),
      time: Float64Array.from({ length: events }, (_, event) => (event * 7919) % 1_000_003),
    });
    const items = Items.from([...many.items.ids].reverse());
    await expectTurns(async () => {
      const stop = new AbortController();
      const options = { ...QUICK, signal: stop.signal, onProgress: () => stop.abort() };
      const gru4rec = await GRU4Rec.create(items, { layers: [8] });
      await fit(gru4rec, many, options).catch((error) => expect(error).toBe(stop.signal.reason));
    });
  });

  test("while a model of 43 MB is read", async () => {
    const bytes = (await model(256)).toBytes();
    expect(bytes.length).toBeGreaterThan(40e6);
    await expectTurns(() => GRU4Rec.fromBytes(bytes));
  });
});
