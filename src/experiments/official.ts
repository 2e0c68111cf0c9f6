/**
 * The space in which the published parameters of GRU4Rec were found (200 trials for each data set and loss, by
 * MRR@20 on a validation): what `tune` searches where no other space is given.
 */

import { checkChoice } from "../checks.js";
import type { Space, SpaceValue } from "./space.js";

const LEARNING = {
  batchSize: { from: 32, to: 256, step: 16 },
  learningRate: { from: 0.01, to: 0.25, step: 0.005 },
  momentum: { from: 0, to: 0.9, step: 0.05 },
  sampleAlpha: { from: 0, to: 1, step: 0.1 },
  negatives: 2048,
  epochs: 10,
} as const;

const NETWORK = {
  layers: [{ from: 64, to: 512, step: 32 }],
  dropoutEmbedding: { from: 0, to: 0.5, step: 0.05 },
  dropoutHidden: { from: 0, to: 0.7, step: 0.05 },
} as const;

const OF_LOSS: Readonly<Record<"cross-entropy" | "bpr-max", Readonly<Record<string, SpaceValue>>>> =
  {
    "cross-entropy": { logQ: 1 },
    "bpr-max": {
      bprReg: { from: 0, to: 2, step: 0.05 },
      finalActivation: { choices: ["elu-0.5", "elu-1", "linear"] },
    },
  };

/** The official space of a loss. @throws ConfigError when it is another */
export function officialSpace(loss: "cross-entropy" | "bpr-max" = "cross-entropy"): Space {
  checkChoice("loss", loss, Object.keys(OF_LOSS));
  return { model: { ...NETWORK, loss, ...OF_LOSS[loss] }, train: LEARNING };
}
