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
  negatives: 512,
};

/**
 * Both towers are 128 wide and compare by cosines: a trial by hand had them at NDCG@10 .064 of Beauty's validation, inner
 * products at .058, and a first space (64 wide, windows of 10, targets of the batch alone) at .035 (bench/log.md).
 */
const TOWERS: Options = {
  embeddingSize: 128,
  layers: [128],
  windowLength: 20,
  padding: "masked",
  normalize: true,
  dropoutHidden: { from: 0, to: 0.6, step: 0.1 },
  learningRate: { from: 0.03, to: 0.3, log: true },
  batchSize: { choices: [128, 256] },
  order: "random",
  negatives: 512,
  sampleAlpha: { from: 0, to: 1, step: 0.25 },
  logQ: { from: 0.5, to: 1, step: 0.25 },
  removeAccidentalHits: { choices: [false, true] },
  temperature: { from: 0.04, to: 0.2, log: true },
};

/** Around what the search on Beauty found: a trial of a log with seven times its examples takes ten minutes. */
const NEAR_BEAUTY: Options = {
  dropoutHidden: { from: 0, to: 0.2, step: 0.1 },
  learningRate: { from: 0.03, to: 0.1, log: true },
  batchSize: 128,
  sampleAlpha: { from: 0.5, to: 1, step: 0.25 },
  logQ: 1,
  removeAccidentalHits: false,
  temperature: { from: 0.08, to: 0.16, log: true },
};

export const TUNINGS: readonly Tuning[] = [
  {
    name: "yoochoose1_64",
    log: "yoochoose1_64",
    model: "gru4rec",
    space: { ...SESSIONS, epochs: 6 },
    trials: 20,
    part: 0.3,
  },
  {
    name: "rsc15_100k",
    log: "rsc15_100k",
    model: "gru4rec",
    space: { ...SESSIONS, epochs: 12 },
    trials: 24,
  },
  {
    name: "diginetica",
    log: "diginetica",
    model: "gru4rec",
    space: { ...SESSIONS, epochs: 8 },
    trials: 20,
    part: 0.2,
  },
  {
    name: "globo",
    log: "globo",
    model: "gru4rec",
    space: { ...SESSIONS, epochs: 3 },
    trials: 16,
    part: 0.1,
  },
  {
    name: "amazon-beauty-towers",
    log: "amazon-beauty",
    model: "two-towers",
    space: { ...TOWERS, epochs: 8 },
    trials: 12,
  },
  {
    name: "ml-1m-sequences-towers",
    log: "ml-1m-sequences",
    model: "two-towers",
    space: { ...TOWERS, ...NEAR_BEAUTY, windowLength: 10, epochs: 4 },
    trials: 3,
  },
];

/** By the name of the tuning: what it printed at its end. A test compares it with the trials that are kept. */
export const CHOSEN: Readonly<Record<string, Options>> = {
  rsc15_100k: {
    dropoutEmbedding: 0.25,
    dropoutHidden: 0.5,
    layers: [100],
    resetAfter: false,
    logQ: 0.9,
    learningRate: 0.06711956643683195,
    momentum: 0.2,
    batchSize: 208,
    sampleAlpha: 0.3,
    negatives: 512,
    epochs: 12,
  },
  diginetica: {
    dropoutEmbedding: 0.25,
    dropoutHidden: 0.4,
    layers: [224],
    resetAfter: false,
    logQ: 0.9,
    learningRate: 0.053870150704540855,
    momentum: 0.25,
    batchSize: 128,
    sampleAlpha: 0,
    negatives: 512,
    epochs: 6,
  },
  globo: {
    dropoutEmbedding: 0.4,
    dropoutHidden: 0.3,
    layers: [224],
    resetAfter: false,
    logQ: 1.1,
    learningRate: 0.023579846842700324,
    momentum: 0.25,
    batchSize: 32,
    sampleAlpha: 0.3,
    negatives: 512,
    epochs: 3,
  },
  yoochoose1_64: {
    dropoutEmbedding: 0.45,
    dropoutHidden: 0.1,
    layers: [224],
    resetAfter: false,
    logQ: 1,
    learningRate: 0.050857390253721955,
    momentum: 0.4,
    batchSize: 32,
    sampleAlpha: 0.2,
    negatives: 512,
    epochs: 6,
  },
  "amazon-beauty-towers": {
    embeddingSize: 128,
    layers: [128],
    windowLength: 20,
    padding: "masked",
    normalize: true,
    dropoutHidden: 0,
    learningRate: 0.04006238676633892,
    batchSize: 128,
    order: "random",
    negatives: 512,
    sampleAlpha: 0.75,
    logQ: 1,
    removeAccidentalHits: false,
    temperature: 0.12928448286289768,
    epochs: 7,
  },
  "ml-1m-sequences-towers": {
    embeddingSize: 128,
    layers: [128],
    windowLength: 10,
    padding: "masked",
    normalize: true,
    dropoutHidden: 0.1,
    learningRate: 0.07559880000867283,
    batchSize: 128,
    order: "random",
    negatives: 512,
    sampleAlpha: 0.5,
    logQ: 1,
    removeAccidentalHits: false,
    temperature: 0.09042695668746933,
    epochs: 4,
  },
};

/**
 * @param name of a tuning; the row is not run before there is something chosen
 * @param note what a reader has to know of it
 */
export function tuned(name: string, seeds: readonly number[], note?: string): Row {
  const { model } = TUNINGS.find((tuning) => tuning.name === name)!;
  const options = CHOSEN[name];
  const label = model === "gru4rec" ? "GRU4Rec, tuned" : "two towers, tuned";
  return { label, model, seeds, tuning: name, ...(options && { options }), ...(note && { note }) };
}
