/** Kinds of training that between them use every option that decides the bits. */

import type { TowerOptions } from "../../../src/index.js";
import { clicks } from "../clicks.js";
import { answersOfGru4rec, answersOfTowers, gru4rec, type KnownBits, towers } from "./play.js";

const FEATURES = {
  title: { kind: "text" },
  kind: { kind: "category" },
  tags: { kind: "categories", minCount: 2 },
  year: { kind: "number" },
} as const;
const WIDE = {
  ...FEATURES,
  title: { kind: "text", size: 4 },
  year: { kind: "number", size: 4 },
} as const;
const DESCRIBED: TowerOptions = { features: FEATURES, timeBoundaries: [40_000, 90_000] };
/** Correct the scores by how often candidates are in a batch. */
const CORRECTED = { logQ: 1 } as const;
/** Shuffle the examples anew in each epoch. */
const SHUFFLED = { order: "random" } as const;

const NEGATIVES = { negatives: 9 } as const;
const WINDOWS = { windowLength: 3 } as const;

// biome-ignore format: one line each
export const GRU4REC: Readonly<Record<string, () => Promise<KnownBits>>> = {
  "cross-entropy, shared": () => gru4rec({}, NEGATIVES),
  "cross-entropy, separate, logQ, smoothing": () => gru4rec({ embedding: "separate", embeddingSize: 7, logQ: 1, smoothing: 0.1 }, NEGATIVES),
  "cross-entropy, reset after, momentum": () => gru4rec({ resetAfter: true }, { ...NEGATIVES, momentum: 0.3 }),
  "bpr-max, elu": () => gru4rec({ loss: "bpr-max", eluParam: 1, bprReg: 0.5 }, NEGATIVES),
  "bpr-max, separate, tanh, dropout of inputs": () => gru4rec({ loss: "bpr-max", finalActivation: "tanh", embedding: "separate", dropoutEmbedding: 0.3 }, NEGATIVES),
  "top1-max, one-hot, two layers": () => gru4rec({ loss: "top1-max", embedding: "one-hot", layers: [11, 6] }, NEGATIVES),
  "bpr, separate, reset after, two layers": () => gru4rec({ loss: "bpr", embedding: "separate", resetAfter: true, layers: [6, 10] }, NEGATIVES),
  "top1, plain recurrent cells, one-hot": () => gru4rec({ loss: "top1", cell: "rnn", embedding: "one-hot" }, NEGATIVES),
  "plain recurrent cells, relu, two layers": () => gru4rec({ cell: "rnn", hiddenActivation: "relu", layers: [9, 8] }, NEGATIVES),
  "dropout, selu, three layers": () => gru4rec({ dropoutEmbedding: 0.2, dropoutHidden: 0.3, hiddenActivation: "selu", layers: [5, 9, 6] }, NEGATIVES),
  "dropout, one-hot, reset after": () => gru4rec({ dropoutHidden: 0.3, embedding: "one-hot", resetAfter: true, layers: [64, 8] }, NEGATIVES),
  "negatives of the batch alone": () => gru4rec({ loss: "bpr-max" }, { negatives: 0 }),
  "sgd, momentum, l2, a gradient cap": () => gru4rec({ embedding: "one-hot", layers: [10, 6] }, { ...NEGATIVES, optimizer: "sgd", momentum: 0.3, l2: 0.01, gradientCap: 0.05 }),
  "rmsprop, a gradient cap": () => gru4rec({ loss: "top1-max", finalActivation: "leaky" }, { ...NEGATIVES, optimizer: "rmsprop", learningRate: 0.01, gradientCap: 0.5 }),
  "adadelta, momentum": () => gru4rec({ embedding: "separate" }, { ...NEGATIVES, optimizer: "adadelta", momentum: 0.2 }),
  "adam, l2": () => gru4rec({ loss: "bpr", finalActivation: "linear" }, { ...NEGATIVES, optimizer: "adam", learningRate: 0.01, l2: 0.001 }),
  "a random order, alpha 1": () => gru4rec({}, { ...NEGATIVES, ...SHUFFLED, sampleAlpha: 1 }),
  "normal initial weights, another seed": () => gru4rec({ init: "normal", sigma: 0.1, seed: 7 }, NEGATIVES),
  "windows, a loss at the last click": () => gru4rec({ ...WINDOWS, layers: [9, 7] }, NEGATIVES),
  "windows, a loss at every click, dropout": () => gru4rec({ ...WINDOWS, lossAt: "every", loss: "bpr-max", embedding: "separate", dropoutEmbedding: 0.2, dropoutHidden: 0.2 }, NEGATIVES),
  "windows, a loss at every click, one-hot, reset after": () => gru4rec({ ...WINDOWS, lossAt: "every", embedding: "one-hot", resetAfter: true, logQ: 0.5 }, { ...NEGATIVES, optimizer: "adam", learningRate: 0.01 }),
  "windows, pads": () => gru4rec({ ...WINDOWS, padding: "unmasked", embedding: "separate", embeddingSize: 6 }, { ...NEGATIVES, momentum: 0.2, gradientCap: 1 }),
  "windows, plain recurrent cells, oldest first": () => gru4rec({ ...WINDOWS, cell: "rnn", loss: "top1", layers: [8, 8] }, { ...NEGATIVES, order: "time" }),
  "the best of its epochs by a validation": () => gru4rec({ loss: "bpr-max" }, { ...NEGATIVES, epochs: 4, learningRate: 0.4, validation: clicks(30, 17, 3), monitor: "mrr@5", patience: 2 }),
};

// biome-ignore format: one line each
export const TOWERS: Readonly<Record<string, () => Promise<KnownBits>>> = {
  "two towers": () => towers({}, {}),
  "features and times, summed": () => towers(DESCRIBED, {}),
  "features and times side by side, dense layers, cosines, a temperature": () => towers({ ...DESCRIBED, combine: "concatenate", features: WIDE, queryLayers: [10, 6], candidateLayers: [6], normalize: true }, { temperature: 0.1 }),
  "hard negatives, exclusions, accidental hits": () => towers({}, ({ items, length }) => ({ hardNegatives: 5, removeAccidentalHits: true, exclude: Array.from({ length }, (_, i) => [items.ids[i % 19]!, items.ids[(i * 5) % 19]!]) })),
  "negatives drawn, corrected": () => towers({ normalize: true }, { ...CORRECTED, negatives: 7, sampleAlpha: 0.75, temperature: 0.2 }),
  "two layers, masked, dropout, adam": () => towers({ layers: [12, 8], padding: "masked", dropoutHidden: 0.2 }, { optimizer: "adam", learningRate: 0.01 }),
  "plain recurrent cells, a random order, sgd, momentum, l2, a cap, the mean": () => towers({ cell: "rnn", resetAfter: false }, { ...SHUFFLED, optimizer: "sgd", momentum: 0.3, l2: 0.01, gradientCap: 0.5, reduction: "mean" }),
  "reset before, weights of examples, rmsprop": () => towers({ resetAfter: false, seed: 3 }, ({ length }) => ({ optimizer: "rmsprop", learningRate: 0.01, sampleWeights: Array.from({ length }, (_, i) => i % 3) })),
  "adadelta": () => towers({ ...DESCRIBED, candidateLayers: [8], queryLayers: [8] }, { optimizer: "adadelta" }),
};

/** Figures and lists. */
export const ANSWERS: Readonly<Record<string, () => Promise<unknown>>> = {
  GRU4Rec: () => answersOfGru4rec({}),
  "GRU4Rec, two layers, separate": () =>
    answersOfGru4rec({ layers: [10, 6], embedding: "separate" }),
  "GRU4Rec, windows": () => answersOfGru4rec(WINDOWS),
  "two towers": () => answersOfTowers({}),
  "two towers, described": () => answersOfTowers(DESCRIBED),
};
