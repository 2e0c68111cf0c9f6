/** The optimiser's options: the same for every training. Each model has its defaults. */

import { checkChoice, checkNumber } from "../checks.js";
import { ConfigError } from "../errors.js";
import { type Effects, isNot } from "../models/effects.js";

/** The optimisers that there are. */
export type OptimizerName = "adagrad" | "sgd" | "rmsprop" | "adadelta" | "adam";

/** The optimiser and its constants. */
export interface OptimizerOptions {
  /** Default `"adagrad"`. */
  readonly optimizer?: OptimizerName;
  /** > 0. Default 0.1, of a GRU4Rec with windows 0.05. Adadelta takes none. */
  readonly learningRate?: number;
  /** Classical momentum, in [0, 1). Default 0. */
  readonly momentum?: number;
  /** L2 penalty (weight decay) of the rows that a step touches, ≥ 0. Default 0. */
  readonly l2?: number;
  /** Gradients are scaled so that their global norm stays below it; 0 is no cap. Default 0. */
  readonly gradientCap?: number;
}

export type ResolvedOptimizerOptions = Required<OptimizerOptions>;

export const OPTIMIZER_DEFAULTS: ResolvedOptimizerOptions = {
  optimizer: "adagrad",
  learningRate: 0.1,
  momentum: 0,
  l2: 0,
  gradientCap: 0,
};

/** Adadelta needs no learning rate. All optimisers take a momentum. */
export const OPTIMIZER_EFFECTS: Effects = { learningRate: [isNot("optimizer", "adadelta")] };

/** Throws ConfigError when one is out of range. */
export function checkOptimizer(options: ResolvedOptimizerOptions): void {
  checkChoice("optimizer", options.optimizer, ["adagrad", "sgd", "rmsprop", "adadelta", "adam"]);
  checkPositive("learningRate", options.learningRate);
  checkNumber("momentum", options.momentum, 0, 1);
  checkNumber("l2", options.l2, 0);
  checkNumber("gradientCap", options.gradientCap, 0);
}

export function checkPositive(path: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return;
  throw new ConfigError(path, "a number > 0", value);
}
