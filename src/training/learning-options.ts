/** The options that every training has, whatever a mini-batch is compared with: each with defaults of its model. */

import { checkChoice, checkInteger, checkNames, checkNumber, withDefaults } from "../checks.js";
import { EPOCH_ORDERS, type EpochOrder } from "../data/sessions.js";
import { ConfigError } from "../errors.js";
import { atLeast, checkEffects, type Effects } from "../models/effects.js";
import {
  checkOptimizer,
  OPTIMIZER_EFFECTS,
  type ResolvedOptimizerOptions,
} from "./optimizer-options.js";
import {
  checkRunOptions,
  RUN_EFFECTS,
  RUN_OPTIONS,
  type RunOptions,
  VALIDATION_DEFAULTS,
} from "./run-options.js";

interface CommonOptions extends ResolvedOptimizerOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly order: EpochOrder;
  readonly negatives: number;
  readonly sampleAlpha: number;
}

export const LEARNING_EFFECTS: Effects = {
  sampleAlpha: [atLeast("negatives", 1)],
  ...OPTIMIZER_EFFECTS,
  ...RUN_EFFECTS,
};

/**
 * Fills in defaults and checks what all trainings have.
 *
 * @param defaults of all options that decide the result, by name
 * @param others   names of further options
 * @throws ConfigError naming an option that is unknown, out of range, or has no effect beside the others
 */
export function resolvedLearning<Options extends CommonOptions>(
  given: RunOptions<unknown>,
  defaults: Options,
  effects: Effects,
  others: readonly string[] = [],
): Options {
  checkNames(given, [...Object.keys(defaults), ...others, ...RUN_OPTIONS], "training");
  checkRunOptions(given);
  const known = Object.entries(given).filter(([name]) => Object.hasOwn(defaults, name));
  const options = withDefaults(defaults, Object.fromEntries(known) as Partial<Options>);
  checkInteger("epochs", options.epochs, 1);
  checkInteger("batchSize", options.batchSize, 1);
  checkChoice("order", options.order, EPOCH_ORDERS);
  checkInteger("negatives", options.negatives, 0);
  checkNumber("sampleAlpha", options.sampleAlpha, 0, 1, true);
  checkOptimizer(options);
  if (options.batchSize === 1 && options.negatives === 0) {
    const remedy = "Raise `batchSize` or `negatives`: a target must be compared with other items.";
    throw new ConfigError("batchSize", "an integer ≥ 2 without negatives", 1, remedy);
  }
  checkEffects(effects, { ...given, ...options }, { ...defaults, ...VALIDATION_DEFAULTS });
  return options;
}
