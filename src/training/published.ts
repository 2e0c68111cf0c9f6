/**
 * The parameter sets that the authors of GRU4Rec published for public click logs
 * (https://github.com/hidasib/GRU4Rec_PyTorch_Official; found by 200 trials each, by MRR@20 on a validation).
 */

import type { ModelOptions } from "../models/gru4rec/options.js";
import type { LearningOptions } from "./options.js";
import type { ParameterSet } from "./parameters.js";

/** The logs that a set was published for. */
export type PublishedName =
  | "rsc15"
  | "yoochoose"
  | "diginetica"
  | "retailrocket"
  | "rees46"
  | "coveo";

/** All sets have these options. They are written down, so that a new default changes no set. */
const MODEL: ModelOptions = {
  cell: "gru",
  resetAfter: true,
  embedding: "shared",
  hiddenActivation: "tanh",
  windowLength: 0,
  inBatchNegatives: "all",
  init: "uniform",
  sigma: 0,
};
const XE: ModelOptions = { ...MODEL, loss: "cross-entropy", logQ: 1, smoothing: 0 };
const BPR_MAX: ModelOptions = { ...MODEL, loss: "bpr-max" };
const TRAIN: LearningOptions = {
  epochs: 10,
  order: "time",
  negatives: 2048,
  optimizer: "adagrad",
  l2: 0,
  gradientCap: 0,
};

/** The published parameter sets, by log: `GRU4Rec.create(items, model)`, then `train(model, sessions, train)`. */
export const PARAMETER_SETS: Readonly<Record<PublishedName, ParameterSet>> = {
  rsc15: {
    model: {
      ...XE,
      layers: [100],
      dropoutEmbedding: 0,
      dropoutHidden: 0.4,
    },
    train: { ...TRAIN, batchSize: 32, learningRate: 0.2, momentum: 0.2, sampleAlpha: 0.5 },
  },
  yoochoose: {
    model: {
      ...XE,
      layers: [480],
      dropoutEmbedding: 0,
      dropoutHidden: 0.2,
    },
    train: { ...TRAIN, batchSize: 48, learningRate: 0.07, momentum: 0, sampleAlpha: 0.2 },
  },
  diginetica: {
    model: {
      ...BPR_MAX,
      layers: [512],
      dropoutEmbedding: 0.5,
      dropoutHidden: 0.3,
      bprReg: 0.9,
      eluParam: 1,
    },
    train: { ...TRAIN, batchSize: 128, learningRate: 0.05, momentum: 0.15, sampleAlpha: 0.3 },
  },
  retailrocket: {
    model: {
      ...BPR_MAX,
      layers: [224],
      dropoutEmbedding: 0.5,
      dropoutHidden: 0.05,
      bprReg: 1.95,
      eluParam: 0.5,
    },
    train: { ...TRAIN, batchSize: 80, learningRate: 0.05, momentum: 0.4, sampleAlpha: 0.4 },
  },
  rees46: {
    model: {
      ...XE,
      layers: [512],
      dropoutEmbedding: 0.45,
      dropoutHidden: 0,
    },
    train: { ...TRAIN, batchSize: 240, learningRate: 0.065, momentum: 0, sampleAlpha: 0.5 },
  },
  coveo: {
    model: {
      ...BPR_MAX,
      layers: [512],
      dropoutEmbedding: 0.35,
      dropoutHidden: 0,
      bprReg: 1.85,
      eluParam: 1,
    },
    train: { ...TRAIN, batchSize: 144, learningRate: 0.05, momentum: 0.4, sampleAlpha: 0.2 },
  },
};
