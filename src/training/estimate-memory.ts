/** How much memory training will take, as its user asks. */

import type { ModelOptions } from "../models/gru4rec/options.js";
import type { TowerOptions } from "../models/two-towers/options.js";
import type { MemoryEstimate } from "./estimate.js";
import type { ExampleSize } from "./in-batch/estimate.js";
import type { TrainRetrievalOptions } from "./in-batch/options.js";
import type { TrainOptions } from "./options.js";
import { recipeNamed } from "./recipe.js";
import { estimate, type LogSize } from "./sampled/estimate.js";

/**
 * Plans a training without doing it.
 *
 * @param size items of the catalogue; events and sessions of the log, 0 when not given; for two towers the
 *   examples, and of each feature how many values and entries it has
 * @throws ConfigError when an option or a count is out of range
 */
export function estimateMemory(
  size: LogSize,
  model?: ModelOptions,
  training?: TrainOptions,
): MemoryEstimate;
export function estimateMemory(
  size: ExampleSize,
  towers?: TowerOptions,
  training?: TrainRetrievalOptions,
): MemoryEstimate;
export function estimateMemory(
  size: LogSize | ExampleSize,
  model: object = {},
  training: object = {},
): MemoryEstimate {
  const isExamples = typeof size === "object" && size !== null && Object.hasOwn(size, "examples");
  if (!isExamples) return estimate(size, model, training);
  return recipeNamed("size.examples", "two-towers").estimate(size, model, training);
}
