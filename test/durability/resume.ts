/** The same training whole, and in pieces that each stop at some step and go on in a new process. */

import { join } from "node:path";
import { expect } from "vitest";
import { type ChildOptions, newFolder, randomOf, run } from "./processes.js";

const GRU4REC: Readonly<Record<string, Omit<ChildOptions, "kind">>> = {
  adagrad: {},
  "adam, momentum, two layers": {
    training: { optimizer: "adam", momentum: 0.3, learningRate: 0.01 },
    model: { layers: [9, 6] },
  },
  "adadelta, separate, random order": {
    training: { optimizer: "adadelta", order: "random" },
    model: { embedding: "separate", embeddingSize: 5 },
  },
  "rmsprop, one-hot, dropout": {
    training: { optimizer: "rmsprop", learningRate: 0.01 },
    model: { embedding: "one-hot", dropoutHidden: 0.3 },
  },
  "sgd, momentum, reset after": {
    training: { optimizer: "sgd", momentum: 0.5, l2: 0.01 },
    model: { resetAfter: true, loss: "bpr-max" },
  },
  "in-batch negatives, gradient cap": {
    training: { negatives: 0, gradientCap: 0.1 },
    model: { loss: "top1-max", dropoutEmbedding: 0.2 },
  },
  "a validation": { validated: true, training: { epochs: 6, learningRate: 0.5 } },
  "windows, loss at the last click": { model: { windowLength: 4, layers: [9, 6] } },
  "windows, loss at every click, padded": {
    model: { windowLength: 3, lossAt: "every", dropoutHidden: 0.2 },
    training: { order: "time", negatives: 0 },
  },
  "lstm, two layers, dropout": { model: { cell: "lstm", layers: [9, 6], dropoutHidden: 0.2 } },
  "plain recurrent cells, logQ": { model: { cell: "rnn", logQ: 1 } },
};

const TOWERS: Readonly<Record<string, Omit<ChildOptions, "kind">>> = {
  adagrad: {},
  "masked, dropout, adam, momentum": {
    model: { padding: "masked", layers: [9, 8], dropoutHidden: 0.3 },
    training: { optimizer: "adam", momentum: 0.3, learningRate: 0.01 },
  },
  "negatives, corrected, a random order": { training: { logQ: 1, order: "random" } },
  "hard negatives, gradient cap": {
    training: { hardNegatives: 3, gradientCap: 0.1, temperature: 0.5 },
    model: { normalize: true },
  },
  "sgd, momentum, l2, the mean": {
    training: { optimizer: "sgd", momentum: 0.5, l2: 0.01, reduction: "mean" },
  },
  "a validation": { validated: true, training: { epochs: 6, learningRate: 0.5 } },
};

/** Trainings of both models that differ in everything a checkpoint has to keep. */
export const TRAININGS: Readonly<Record<string, ChildOptions>> = Object.fromEntries([
  ...Object.entries(GRU4REC).map(([name, own]) => [
    `GRU4Rec, ${name}`,
    { kind: "GRU4Rec", ...own },
  ]),
  ...Object.entries(TOWERS).map(([name, own]) => [
    `TwoTowers, ${name}`,
    { kind: "TwoTowers", ...own },
  ]),
]);

/** Stops and goes on `stops` times at random steps; the hash at the end must be that of the whole. */
export async function expectSameBits(
  training: ChildOptions,
  whole: string,
  stops: number,
  seed: number,
): Promise<void> {
  const path = join(newFolder(), "checkpoint");
  const random = randomOf(seed);
  const told: string[] = [];
  for (let i = 0; i < stops; ++i) {
    const stop = 1 + Math.floor(random() * 12);
    told.push(await run({ ...training, path, stop, seed: seed + i }));
    if (told.at(-1) !== "stopped") break; // it was done before
  }
  const end = await run({ ...training, path });
  const [, hash] = end.split(" ");
  expect(hash, `${JSON.stringify(training)}, seed ${seed}, ${told.join(", ")}`).toBe(whole);
}

export async function hashOf(training: ChildOptions): Promise<string> {
  return (await run(training)).split(" ")[1]!;
}
