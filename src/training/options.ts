/** The options of training, their defaults and their bounds. */

import { checkSessions, type EpochOrder, type Sessions } from "../data/sessions.js";
import { LEARNING_EFFECTS, resolvedLearning } from "./learning-options.js";
import { OPTIMIZER_DEFAULTS, type OptimizerOptions } from "./optimizer-options.js";
import type { RunOptions } from "./run-options.js";

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

/**
 * With a `windowLength` windows are shuffled: in order, a mini-batch would hold windows of one session. They keep
 * half the rate: without dropout the whole one overfits sooner, with it there is no difference (bench/log.md).
 */
const WINDOW_DEFAULTS: ResolvedLearningOptions = {
  ...TRAIN_DEFAULTS,
  order: "random",
  learningRate: 0.05,
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
  const defaults = windowLength > 0 ? WINDOW_DEFAULTS : TRAIN_DEFAULTS;
  const options = resolvedLearning(given, defaults, LEARNING_EFFECTS);
  if (given.validation !== undefined) checkSessions("validation", given.validation);
  return options;
}
