/** Training never keeps the event loop waiting: not a page's main thread, not a server. */

import { describe, expect, test } from "vitest";
import { type BaselineName, fitBaseline, GRU4Rec } from "../../src/index.js";
import { rankCases } from "../../src/ranking/case-ranks.js";
import { leastLongestTurn, longestTurn, ownTime } from "../longest-turn.js";
import { clicks } from "../training/clicks.js";
import { MODELS } from "./models.js";

const MOST_MS = 50;

const SMALL = { epochs: 1, batchSize: 32, negatives: 64, threads: 1 };

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

describe("The event loop has its turn: baselines", () => {
  const log = clicks(25_000, 9000);
  const kinds = [
    "pop",
    "s-pop",
    "item-knn",
    "bpr-mf",
    "markov",
    "ar",
    "sr",
    "v-sknn",
    "stan",
    "vstan",
  ];

  test.each(kinds as BaselineName[])("while %s is fitted", async (kind) => {
    const options = kind === "bpr-mf" ? { epochs: 1, factors: 16 } : {};
    await expectTurns(() => fitBaseline(kind, log, options));
  });

  test("while ranks are put to their events", async () => {
    const many = clicks(180_000, 20);
    using model = await GRU4Rec.create(many.items, { layers: [1] });
    await expectTurns(() => rankCases(model, many, { threads: 0, unknown: "miss" }));
  });
});

describe.each(MODELS)(
  "The event loop has its turn: $name",
  ({ wide, huge, evaluate, fromBytes, larger }) => {
    test.each([0, 1, 2])("while training on %i threads", async (threads) => {
      const options = { epochs: 2, batchSize: 32, negatives: 512, threads };
      await expectTurns(async () => wide.fit(await wide.create(), options));
    });

    test.each([0, 1])("while evaluating on %i threads", async (threads) => {
      const model = await wide.create();
      await expectTurns(() => evaluate(model, wide, { threads }));
    });

    test("while a checkpoint of 130 MB is made, and while training goes on from it", async () => {
      let resume: Uint8Array | undefined;
      const save = (bytes: Uint8Array): void => {
        resume = bytes;
      };
      const [first, second] = [await wide.create(larger), await wide.create(larger)];
      await expectTurns(() => wide.fit(first, { ...SMALL, checkpoint: { save, every: 1e6 } }));
      expect(resume!.length).toBeGreaterThan(125e6);
      const checkpoint = { save: () => {}, resume: resume! };
      await expectTurns(() => wide.fit(second, { ...SMALL, checkpoint }));
    });

    test("while a million of pairs or sessions begin to be trained on", async () => {
      const setting = huge();
      await expectTurns(async () => {
        const stop = new AbortController();
        const options = { ...SMALL, signal: stop.signal, onProgress: () => stop.abort() };
        const run = setting.fit(await setting.create(), options);
        await run.catch((error) => expect(error).toBe(stop.signal.reason));
      });
    });

    test("while a model of 43 MB is read", async () => {
      const bytes = (await wide.create(larger)).toBytes();
      expect(bytes.length).toBeGreaterThan(40e6);
      await expectTurns(() => fromBytes(bytes));
    });
  },
);
