/** A training's plan as the calling thread sees it: names and shapes, without any memory. */

import { embeddingWidth, namedTensors, rawTables } from "../models/gru4rec/parameters.js";
import { statesBefore } from "../network/carry.js";
import { stackProducts } from "../network/stack.js";
import type { NamedTensor } from "../network/weights.js";
import type { JobSize } from "../threads/job.js";
import { jobArena } from "../threads/start.js";
import { batchShape, planTraining, type TrainingConfig } from "./sampled/memory.js";

export interface Plan {
  readonly config: TrainingConfig;
  /** Weights by name, as in model files; addresses are those in the job's memory. */
  readonly tensors: readonly NamedTensor[];
  /** Tables with their optimiser state. */
  readonly tables: readonly NamedTensor[];
  readonly slots: number;
  /** Width of each state of each layer, where they are carried from one mini-batch to the next. */
  readonly hidden: readonly number[];
  /** Length of the position of the mini-batches. */
  readonly position: number;
  readonly size: JobSize;
}

export function planOf(config: TrainingConfig): Plan {
  const windows = config.model.windowLength > 0;
  const { parameters, forward, B } = planTraining(jobArena().arena, config, 1);
  return {
    ...{ config, slots: B, size: sizeOf(config) },
    tensors: namedTensors(parameters),
    tables: rawTables(parameters),
    hidden: windows ? [] : statesBefore(forward.layers, 0).map(({ shape }) => shape[1]!),
    position: windows ? 1 : 2 + 2 * B,
  };
}

/** Beyond the useful threads, barriers cost more than they bring. */
function sizeOf(config: TrainingConfig): JobSize {
  const { learning, model } = config;
  const { B, T, S } = batchShape(config);
  const scoring = S * (S + learning.negatives) * model.layers.at(-1)!;
  const click = stackProducts(model, embeddingWidth(model));
  const useful = Math.floor((scoring + B * (T - 1) * click) / 2 ** 18);
  // Each product is made once forward and twice backward.
  return { useful: Math.max(1, useful), products: 3 * (scoring + B * T * click) };
}
