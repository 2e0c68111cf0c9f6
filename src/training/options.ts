/** The options of training, their defaults and their bounds. */

import { checkChoice, checkInteger, checkNames, checkNumber, withDefaults } from "../checks.js";
import { checkSessions, EPOCH_ORDERS, type EpochOrder, type Sessions } from "../data/sessions.js";
import { ConfigError } from "../errors.js";
import { atLeast, checkEffects, type Effects } from "../models/effects.js";
import {
  checkOptimizer,
  OPTIMIZER_DEFAULTS,
  OPTIMIZER_EFFECTS,
  type OptimizerOptions,
} from "./optimizer-options.js";
import {
  checkRunOptions,
  RUN_EFFECTS,
  RUN_OPTIONS,
  type RunOptions,
  VALIDATION_DEFAULTS,
} from "./run-options.js";

/** Options that decide the result of training. ThreadOptions decide only how fast it is. */
export interface LearningOptions extends OptimizerOptions {
  /** Passes over the sessions, ≥ 1. Default 10. */
  readonly epochs?: number;
  /**
   * Slots of a mini-batch, ≥ 1: sessions that are played side by side, or windows; clamped to their
   * number. Default 64.
   */
  readonly batchSize?: number;
  /**
   * Order of the sessions in an epoch: oldest first (`"time"`), by id, as in `Sessions` (`"given"`), or shuffled
   * anew in each epoch (`"random"`). With windows `"random"` shuffles the windows. Default `"time"`, with windows
   * `"random"`.
   */
  readonly order?: EpochOrder;
  /** Negatives drawn per step and shared by its slots, ≥ 0; the other targets always count. Default 2048. */
  readonly negatives?: number;
  /** A negative is drawn with probability ∝ support^alpha, in [0, 1]; with `negatives`. Default 0.5. */
  readonly sampleAlpha?: number;
}

/** Options of `train` and `fit` for a GRU4Rec. */
export interface TrainOptions extends LearningOptions, RunOptions<Sessions> {}

export type ResolvedLearningOptions = Required<LearningOptions>;

/** The defaults of `LearningOptions`. */
export const TRAIN_DEFAULTS: ResolvedLearningOptions = {
  epochs: 10,
  batchSize: 64,
  order: "time",
  negatives: 2048,
  sampleAlpha: 0.5,
  ...OPTIMIZER_DEFAULTS,
};

/** With a `windowLength` windows are shuffled: in order, a mini-batch would hold windows of one session. */
const WINDOW_DEFAULTS: ResolvedLearningOptions = { ...TRAIN_DEFAULTS, order: "random" };

export const TRAIN_EFFECTS: Effects = {
  sampleAlpha: [atLeast("negatives", 1)],
  ...OPTIMIZER_EFFECTS,
  ...RUN_EFFECTS,
};

/**
 * Fills in defaults and checks every bound.
 *
 * @param windowLength the model's: some defaults depend on it
 * @throws ConfigError naming an option that is out of range, or has no effect beside the others
 */
export function resolveTrainOptions(
  given: TrainOptions = {},
  windowLength = 0,
): ResolvedLearningOptions {
  checkNames(given, [...Object.keys(TRAIN_DEFAULTS), ...RUN_OPTIONS], "training");
  checkRunOptions(given);
  if (given.validation !== undefined) checkSessions("validation", given.validation);
  const learning = Object.entries(given).filter(([name]) => Object.hasOwn(TRAIN_DEFAULTS, name));
  const defaults = windowLength > 0 ? WINDOW_DEFAULTS : TRAIN_DEFAULTS;
  const options = withDefaults(defaults, Object.fromEntries(learning));
  checkInteger("epochs", options.epochs, 1);
  checkInteger("batchSize", options.batchSize, 1);
  checkChoice("order", options.order, EPOCH_ORDERS);
  checkInteger("negatives", options.negatives, 0);
  checkNumber("sampleAlpha", options.sampleAlpha, 0, 1, true);
  checkOptimizer(options);
  if (options.batchSize === 1 && options.negatives === 0) {
    const remedy =
      "Raise `batchSize` or `negatives`: a target needs something to be compared with.";
    throw new ConfigError("batchSize", "an integer ≥ 2 without negatives", 1, remedy);
  }
  checkEffects(TRAIN_EFFECTS, { ...given, ...options }, { ...defaults, ...VALIDATION_DEFAULTS });
  return options;
}
