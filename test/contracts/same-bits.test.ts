/** One seed, one result: twice, on any number of threads, in each build. */

import { describe, expect, test } from "vitest";
import { fingerprint, MODELS } from "./models.js";

const BUILDS = ["portable", "fast"] as const;

describe.each(MODELS)("$name", ({ tiny, small, kinds, evaluate }) => {
  describe.each(Object.keys(kinds))("%s", (name) => {
    const { model: options, training } = kinds[name]!;
    test.each(BUILDS)("gives the same bits on 0 to 4 threads (%s)", async (numerics) => {
      const trained = async (threads: number): Promise<string> => {
        using model = await tiny.create(options);
        const quick = { epochs: 1, batchSize: 30, negatives: 9, numerics, ...training, threads };
        const reports = await tiny.fit(model, quick);
        return `${fingerprint(model)} ${reports.at(-1)!.loss}`;
      };
      const expected = await trained(0);
      for (const threads of [0, 1, 2, 3, 4]) {
        expect(await trained(threads), `${threads} threads`).toBe(expected);
      }
    });
  });

  test.each(BUILDS)("is measured alike on 0 to 4 threads (%s)", async (numerics) => {
    using model = await small.create();
    await small.fit(model, { epochs: 1, batchSize: 16, negatives: 8, threads: 0 });
    const expected = await evaluate(model, small, { threads: 0, numerics });
    for (const threads of [1, 2, 3, 4]) {
      expect(await evaluate(model, small, { threads, numerics })).toBe(expected);
    }
  });
});
