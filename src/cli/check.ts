/** Finds what is wrong with the options before any file is read. */
import {
  type EvaluateOptions,
  type ModelOptions,
  resolveEvaluateOptions,
  resolveModelOptions,
  resolveTrainOptions,
  type TrainOptions,
} from "../index.js";

/** @throws ConfigError naming the first option that is out of range */
export function checkOptions(options: {
  readonly model?: ModelOptions;
  readonly training?: TrainOptions;
  readonly evaluation?: EvaluateOptions;
}): void {
  const { windowLength } = resolveModelOptions(options.model);
  resolveTrainOptions(options.training, windowLength);
  resolveEvaluateOptions(options.evaluation);
}
