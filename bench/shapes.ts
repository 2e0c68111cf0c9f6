/**
 * The shapes that benchmarks run in: models that people train, not round numbers.
 *
 * Names are in results and on command lines, so they stay.
 */

import type { ModelOptions, TrainOptions } from "../src/index.js";

export interface Shape {
  readonly name: string;
  /** Where it comes from, and what it is hard on. */
  readonly reason: string;
  readonly model: ModelOptions;
  readonly train: TrainOptions;
}

/** Without dropout and correction, as these shapes have always been measured. */
export const PLAIN = { dropoutEmbedding: 0, dropoutHidden: 0, logQ: 0 } as const;

/** Size of the catalogue of Diginetica, and of the one that stands in for it. */
export const ITEMS = 43_097;

export const SHAPES: readonly Shape[] = [
  {
    name: "xe-100",
    reason: "the authors' usual first choice; small steps, 2,080 rows gathered for 32 slots",
    model: { layers: [100], loss: "cross-entropy", embedding: "shared", ...PLAIN },
    train: {
      ...{ batchSize: 32, negatives: 2048, sampleAlpha: 0.5 },
      ...{ learningRate: 0.1, momentum: 0.1 },
    },
  },
  {
    name: "bpr-max-100",
    reason: "the loss of the 2018 paper; D and B no multiples of 8, three passes over the scores",
    model: {
      ...{ layers: [100], loss: "bpr-max", embedding: "shared", eluParam: 0.5, bprReg: 1 },
      ...PLAIN,
    },
    train: { batchSize: 100, negatives: 2048, sampleAlpha: 0.5, learningRate: 0.05 },
  },
  {
    name: "paper-100",
    reason: "the 2016 paper's batches: one-hot input, other slots' targets as the only negatives",
    model: { layers: [100], loss: "cross-entropy", embedding: "one-hot", ...PLAIN },
    train: { batchSize: 50, negatives: 0, learningRate: 0.05 },
  },
  {
    name: "xe-512",
    reason: "plain arithmetic: nine tenths of the time are products that fill the caches",
    model: { layers: [512], loss: "cross-entropy", embedding: "shared", ...PLAIN },
    train: { batchSize: 256, negatives: 2048, sampleAlpha: 0.5, learningRate: 0.05 },
  },
  {
    name: "diginetica-512",
    reason: "the best parameters published for Diginetica; both dropouts, momentum",
    model: {
      ...{ layers: [512], loss: "bpr-max", embedding: "shared", eluParam: 1, bprReg: 0.9 },
      ...{ dropoutEmbedding: 0.5, dropoutHidden: 0.3 },
    },
    train: {
      ...{ batchSize: 128, negatives: 2048, sampleAlpha: 0.3 },
      ...{ learningRate: 0.05, momentum: 0.15 },
    },
  },
  {
    name: "a30-224",
    reason: "a middle size for which the authors publish mini-batches/s on a data-centre GPU",
    model: {
      ...{ layers: [224], loss: "bpr-max", embedding: "shared", eluParam: 0.5, bprReg: 1.95 },
      ...{ dropoutEmbedding: 0.5, dropoutHidden: 0.05 },
    },
    train: {
      ...{ batchSize: 80, negatives: 2048, sampleAlpha: 0.4 },
      ...{ learningRate: 0.05, momentum: 0.4 },
    },
  },
];

export function shapeOf(name: string): Shape {
  const shape = SHAPES.find((candidate) => candidate.name === name);
  if (!shape) throw new Error(`no shape "${name}": ${SHAPES.map((s) => s.name).join(", ")}`);
  return shape;
}
