/** The options of training, their defaults and their bounds. */

import { checkChoice, checkInteger, checkNames, checkNumber, withDefaults } from "../checks.js";
import type { SessionOrder } from "../data/sessions.js";
import { ConfigError } from "../errors.js";
import { checkThreadOptions, type ThreadOptions } from "../threads/options.js";

export type OptimizerName = "adagrad" | "sgd" | "rmsprop" | "adadelta" | "adam";

/** What decides the result of training; ThreadOptions decide only how fast it comes. */
export interface LearningOptions {
  /** Passes over the sessions, ≥ 1. Default 10. */
  readonly epochs?: number;
  /**
   * Slots of a mini-batch, ≥ 1: sessions that are played side by side, or windows; clamped to their
   * number. Default 64.
   */
  readonly batchSize?: number;
  /**
   * How an epoch walks through the sessions: oldest first, by id, or shuffled; shuffled windows are
   * shuffled among themselves. Default `"time"`, with windows `"random"`.
   */
  readonly order?: SessionOrder;
  /** Negatives drawn per step and shared by its slots, ≥ 0; the other targets always count. Default 2048. */
  readonly negatives?: number;
  /** A negative is drawn with probability ∝ support^alpha, in [0, 1]. Default 0.5. */
  readonly sampleAlpha?: number;
  /** Default `"adagrad"`. */
  readonly optimizer?: OptimizerName;
  /** > 0. Default 0.05. Adadelta has none and ignores it. */
  readonly learningRate?: number;
  /** Classical momentum, in [0, 1). Default 0. */
  readonly momentum?: number;
  /** L2 penalty (weight decay) of the rows that a step touches, ≥ 0. Default 0. */
  readonly l2?: number;
  /** Gradients are scaled so that their global norm stays below it; 0 is no cap. Default 0. */
  readonly gradientCap?: number;
}

export interface TrainOptions extends LearningOptions, ThreadOptions {
  /** Stops after the running steps; the model keeps its last whole epoch. The signal's reason is thrown. */
  readonly signal?: AbortSignal;
  /** Called several times a second. */
  readonly onProgress?: (progress: TrainProgress) => void;
}

export interface TrainProgress {
  /** Epoch under way, counted from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Mini-batches done in this epoch. */
  readonly step: number;
  /** Events done in this epoch, and how many it has. */
  readonly events: number;
  readonly totalEvents: number;
  /** Mean loss of this epoch so far. */
  readonly loss: number;
  readonly eventsPerSecond: number;
}

export type ResolvedLearningOptions = Required<LearningOptions>;

export const TRAIN_DEFAULTS: ResolvedLearningOptions = {
  epochs: 10,
  batchSize: 64,
  order: "time",
  negatives: 2048,
  sampleAlpha: 0.5,
  optimizer: "adagrad",
  learningRate: 0.05,
  momentum: 0,
  l2: 0,
  gradientCap: 0,
};

/** Of a model with a `windowLength`: windows of one session side by side would teach the same thing. */
const WINDOW_DEFAULTS: ResolvedLearningOptions = { ...TRAIN_DEFAULTS, order: "random" };

const RUN_OPTIONS = ["threads", "numerics", "createWorker", "signal", "onProgress"];

/**
 * Fills in defaults and checks every bound.
 *
 * @param windowLength the model's: some defaults depend on it
 * @throws ConfigError
 */
export function resolveTrainOptions(
  given: TrainOptions = {},
  windowLength = 0,
): ResolvedLearningOptions {
  checkNames(given, [...Object.keys(TRAIN_DEFAULTS), ...RUN_OPTIONS], "training");
  checkThreadOptions(given);
  const learning = Object.entries(given).filter(([name]) => name in TRAIN_DEFAULTS);
  const options = withDefaults(
    windowLength > 0 ? WINDOW_DEFAULTS : TRAIN_DEFAULTS,
    Object.fromEntries(learning),
  );
  checkInteger("epochs", options.epochs, 1);
  checkInteger("batchSize", options.batchSize, 1);
  checkChoice("order", options.order, ["time", "session", "random"]);
  checkInteger("negatives", options.negatives, 0);
  checkNumber("sampleAlpha", options.sampleAlpha, 0, 1, true);
  checkChoice("optimizer", options.optimizer, ["adagrad", "sgd", "rmsprop", "adadelta", "adam"]);
  const { learningRate } = options;
  if (!(Number.isFinite(learningRate) && learningRate > 0)) {
    throw new ConfigError("learningRate", "a number > 0", learningRate);
  }
  checkNumber("momentum", options.momentum, 0, 1);
  checkNumber("l2", options.l2, 0);
  checkNumber("gradientCap", options.gradientCap, 0);
  if (options.batchSize === 1 && options.negatives === 0) {
    const remedy =
      "Raise `batchSize` or `negatives`: a target needs something to be compared with.";
    throw new ConfigError("batchSize", "an integer ≥ 2 without negatives", 1, remedy);
  }
  return options;
}
