/** Resolves the options of a training for users. */

import { checkWindowLength } from "../models/gru4rec/options.js";
import type { ResolvedRetrievalOptions, TrainRetrievalOptions } from "./in-batch/options.js";
import {
  type ResolvedLearningOptions,
  resolveTrainOptions as resolveLearning,
  type TrainOptions,
} from "./options.js";
import { recipeNamed } from "./recipe.js";

/**
 * Fills in defaults and checks every bound that needs no data.
 *
 * @param windowLength of the GRU4Rec: some defaults depend on it
 * @throws ConfigError
 */
export function resolveTrainOptions(
  options?: TrainOptions,
  windowLength?: number,
): ResolvedLearningOptions;
export function resolveTrainOptions(
  options: TrainRetrievalOptions | undefined,
  model: "two-towers",
): ResolvedRetrievalOptions;
export function resolveTrainOptions(
  options: TrainOptions | TrainRetrievalOptions = {},
  model: number | "two-towers" = 0,
): object {
  if (model === "two-towers") return recipeNamed("model", model).resolve(options);
  checkWindowLength(model);
  return resolveLearning(options as TrainOptions, model);
}
