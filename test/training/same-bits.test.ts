/** One seed, one result: twice, and on any number of threads. */

import { describe, expect, test } from "vitest";
import { fit, GRU4Rec, type ModelOptions, type TrainOptions } from "../../src/index.js";
import { clicks, fingerprint } from "./clicks.js";

const sessions = clicks(120, 20);

async function trained(model: ModelOptions, options: TrainOptions): Promise<string> {
  const gru4rec = await GRU4Rec.create(sessions.items, { layers: [12], ...model });
  const learning = { epochs: 1, batchSize: 30, negatives: 9, ...options };
  const reports = await fit(gru4rec, sessions, learning);
  const bits = `${fingerprint(gru4rec)} ${reports.at(-1)!.loss}`;
  gru4rec.dispose();
  return bits;
}

const MODELS: Readonly<Record<string, ModelOptions>> = {
  "cross-entropy with logQ and smoothing": { logQ: 1, smoothing: 0.1 },
  "bpr-max, separate": { loss: "bpr-max", embedding: "separate", embeddingSize: 7 },
  "top1-max, one-hot": { loss: "top1-max", embedding: "one-hot" },
  "bpr, reset after": { loss: "bpr", resetAfter: true },
  "top1, plain recurrent cells": { loss: "top1", cell: "rnn" },
  "dropout, two layers": { dropoutEmbedding: 0.3, dropoutHidden: 0.3, layers: [11, 6] },
  "dropout, one-hot, three layers": { dropoutHidden: 0.3, layers: [5, 9, 6], embedding: "one-hot" },
};

const LEARNING: Readonly<Record<string, TrainOptions>> = {
  "in-batch negatives only": { negatives: 0 },
  "a gradient cap": { gradientCap: 0.05 },
  "sgd with momentum and l2": { optimizer: "sgd", momentum: 0.3, l2: 0.01 },
  rmsprop: { optimizer: "rmsprop" },
  adadelta: { optimizer: "adadelta", momentum: 0.2 },
  adam: { optimizer: "adam", learningRate: 0.01 },
  "a random order": { order: "random" },
};

describe("training", () => {
  test.each(Object.keys(MODELS))("gives the same bits with %s on 0 to 4 threads", async (name) => {
    const expected = await trained(MODELS[name]!, { threads: 0 });
    for (const threads of [0, 1, 2, 4]) {
      expect(await trained(MODELS[name]!, { threads }), `${threads} threads`).toBe(expected);
    }
  });

  test.each(Object.keys(LEARNING))(
    "gives the same bits with %s on 0 to 3 threads",
    async (name) => {
      const model = { embedding: "one-hot", layers: [10, 6] } as const;
      const expected = await trained(model, { ...LEARNING[name]!, threads: 0 });
      for (const threads of [1, 3]) {
        const options = { ...LEARNING[name]!, threads };
        expect(await trained(model, options), `${threads} threads`).toBe(expected);
      }
    },
  );

  // More threads than cores: they overtake each other, and what is still read must not be overwritten.
  test.each([
    ["stacked layers", { layers: [64, 64] }],
    ["one-hot inputs that repeat", { layers: [160], embedding: "one-hot" }],
    ["one-hot inputs below two layers", { layers: [64, 64], embedding: "one-hot" }],
  ] as const)("has no race between threads with %s", async (_, model) => {
    const options = { batchSize: 96, epochs: 5, negatives: 0 };
    const expected = await trained(model, { ...options, threads: 0 });
    for (const threads of [2, 5, 8]) {
      expect(await trained(model, { ...options, threads }), `${threads} threads`).toBe(expected);
    }
  });
});
