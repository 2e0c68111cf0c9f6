/** Searches for the options of the tuned rows, and what they chose. */

import type { Tuning } from "../tuning.js";
import type { Options, Row } from "../types.js";

const DROPOUT: Options = {
  dropoutEmbedding: { from: 0, to: 0.7, step: 0.05 },
  dropoutHidden: { from: 0, to: 0.7, step: 0.05 },
};

/** As the published searches have it, with logQ. */
const LEARNING: Options = {
  learningRate: { from: 0.01, to: 0.4, log: true },
  momentum: { from: 0, to: 0.9, step: 0.05 },
  batchSize: { from: 32, to: 256, step: 16 },
  sampleAlpha: { from: 0, to: 1, step: 0.1 },
};

const SESSIONS: Options = {
  ...DROPOUT,
  ...LEARNING,
  layers: [{ choices: [100, 160, 224] }],
  resetAfter: { choices: [false, true] },
  logQ: { from: 0.5, to: 1.2, step: 0.1 },
  negatives: 2048,
};

const SEQUENCES: Options = {
  ...DROPOUT,
  ...LEARNING,
  layers: [{ choices: [100, 160, 256] }],
  resetAfter: { choices: [false, true] },
  logQ: { from: 0, to: 1.2, step: 0.1 },
};

/** Both towers are 128 wide. */
const TOWERS: Options = {
  embeddingSize: 128,
  layers: [128],
  dropoutHidden: { from: 0, to: 0.6, step: 0.1 },
  padding: "masked",
  learningRate: { from: 0.02, to: 0.5, log: true },
  batchSize: { choices: [256, 512, 1024] },
  order: "random",
  logQ: { choices: [0, 1] },
  removeAccidentalHits: { choices: [false, true] },
  temperature: { from: 0.5, to: 2, log: true },
};

export const TUNINGS: readonly Tuning[] = [
  {
    name: "yoochoose1_64",
    log: "yoochoose1_64",
    model: "gru4rec",
    space: { ...SESSIONS, epochs: 10 },
    trials: 40,
    part: 0.3,
  },
  {
    name: "rsc15_100k",
    log: "rsc15_100k",
    model: "gru4rec",
    space: { ...SESSIONS, epochs: 12 },
    trials: 40,
  },
  {
    name: "diginetica",
    log: "diginetica",
    model: "gru4rec",
    space: { ...SESSIONS, epochs: 10 },
    trials: 40,
    part: 0.2,
  },
  {
    name: "globo",
    log: "globo",
    model: "gru4rec",
    space: { ...SESSIONS, epochs: 4 },
    trials: 30,
    part: 0.1,
  },
  {
    name: "amazon-beauty",
    log: "amazon-beauty",
    model: "gru4rec",
    space: { ...SEQUENCES, windowLength: 50, negatives: 4096, epochs: 40 },
    trials: 30,
  },
  {
    name: "amazon-sports",
    log: "amazon-sports",
    model: "gru4rec",
    space: { ...SEQUENCES, windowLength: 50, negatives: 4096, epochs: 40 },
    trials: 30,
  },
  {
    name: "ml-1m-sequences",
    log: "ml-1m-sequences",
    model: "gru4rec",
    space: {
      ...SEQUENCES,
      layers: [256],
      windowLength: 100,
      lossAt: "every",
      batchSize: { choices: [16, 32, 64] },
      negatives: 2048,
      epochs: 30,
    },
    trials: 30,
  },
  {
    name: "amazon-beauty-towers",
    log: "amazon-beauty",
    model: "two-towers",
    space: { ...TOWERS, windowLength: 20, epochs: 20 },
    trials: 30,
  },
  {
    name: "amazon-sports-towers",
    log: "amazon-sports",
    model: "two-towers",
    space: { ...TOWERS, windowLength: 20, epochs: 20 },
    trials: 30,
  },
  {
    name: "ml-1m-sequences-towers",
    log: "ml-1m-sequences",
    model: "two-towers",
    space: { ...TOWERS, windowLength: 20, epochs: 8 },
    trials: 20,
  },
];

/** By the name of the tuning: what it printed at its end. A test compares it with the trials that are kept. */
export const CHOSEN: Readonly<Record<string, Options>> = {};

/** @param name of a tuning; the row is not run before there is something chosen */
export function tuned(name: string, seeds: readonly number[]): Row {
  const { model } = TUNINGS.find((tuning) => tuning.name === name)!;
  const options = CHOSEN[name];
  const label = model === "gru4rec" ? "GRU4Rec, tuned" : "two towers, tuned";
  return { label, model, seeds, tuning: name, ...(options && { options }) };
}
