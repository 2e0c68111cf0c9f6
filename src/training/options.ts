/** The options of training, their defaults and their bounds. */

import {
  checkBoolean,
  checkChoice,
  checkedBytes,
  checkFunction,
  checkInteger,
  checkNames,
  checkNumber,
  checkSignal,
  withDefaults,
} from "../checks.js";
import { checkSessions, EPOCH_ORDERS, type EpochOrder, type Sessions } from "../data/sessions.js";
import { type CheckpointError, ConfigError } from "../errors.js";
import { checkEffects } from "../models/effects.js";
import { checkThreadOptions, THREAD_OPTIONS, type ThreadOptions } from "../threads/options.js";

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
   * How an epoch walks through the sessions: oldest first (`"time"`), as they stand in `Sessions`, by
   * id (`"given"`), or shuffled anew in each (`"random"`); shuffled windows are shuffled among
   * themselves. Default `"time"`, with windows `"random"`.
   */
  readonly order?: EpochOrder;
  /** Negatives drawn per step and shared by its slots, ≥ 0; the other targets always count. Default 2048. */
  readonly negatives?: number;
  /** A negative is drawn with probability ∝ support^alpha, in [0, 1]; with `negatives`. Default 0.5. */
  readonly sampleAlpha?: number;
  /** Default `"adagrad"`. */
  readonly optimizer?: OptimizerName;
  /** > 0. Default 0.05. Adadelta has none. */
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
  /** Measures the phases of a step, for `EpochReport.phases`. Costs next to nothing. Default false. */
  readonly profile?: boolean;
  /** Called several times a second. */
  readonly onProgress?: (progress: TrainProgress) => void;
  /**
   * Sessions to measure the model on after every epoch. When training ends, in whatever way, the model
   * is that of the best epoch of those that were measured; before the first was, it is as it came.
   */
  readonly validation?: Sessions;
  /** Training ends after so many epochs without a better one, ≥ 1; needs `validation`. Default: never. */
  readonly patience?: number;
  /**
   * What is measured: `"recall@20"` (default), `"mrr@5"`, `"ndcg@10"`, …; equal scores count against it.
   * Needs `validation`.
   */
  readonly monitor?: Monitor;
  /** Keeps what training goes on from after it was stopped, or the machine was. */
  readonly checkpoint?: CheckpointOptions;
}

/** What a measure of ranking is called. */
export type Monitor = `${"recall" | "mrr" | "ndcg"}@${number}`;

/** Checkpoints as bytes; `gru4rec/node` keeps them in a file. */
export interface CheckpointOptions {
  /**
   * Keeps the bytes, which are its own; training waits. A failure is a CheckpointError, which carries
   * them: it goes to `onFailure`, or ends the training.
   */
  readonly save: (bytes: Uint8Array<ArrayBuffer>, at: CheckpointPlace) => void | Promise<void>;
  /** Seconds between two checkpoints, ≥ 0. One more is made when training ends. Default 300. */
  readonly every?: number;
  /**
   * A checkpoint of the same training, to go on from; the model's weights are then its. Of as many
   * epochs as it has done, nothing is left to do; fewer are an error.
   */
  readonly resume?: Uint8Array | ArrayBuffer;
  /** Hears where training goes on from, once model and training stand there. */
  readonly onResumed?: (at: CheckpointPlace) => void;
  /** Hears of a checkpoint that could not be kept; training goes on, and tries again after `every`. */
  readonly onFailure?: (error: CheckpointError) => void;
}

/** Where a training stands. */
export interface CheckpointPlace {
  /** Whole epochs. */
  readonly epochs: number;
  /** Mini-batches done in the epoch after them. */
  readonly step: number;
  /** The best epoch so far, counted from 1; only with a validation. */
  readonly best?: number;
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

export const DEFAULT_MONITOR: Monitor = "recall@20";

const RUN_OPTIONS = [
  ...["signal", "onProgress", "profile", ...THREAD_OPTIONS],
  ...["validation", "patience", "monitor", "checkpoint"],
];

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
  checkThreadOptions(given);
  if (given.profile !== undefined) checkBoolean("profile", given.profile);
  const learning = Object.entries(given).filter(([name]) => Object.hasOwn(TRAIN_DEFAULTS, name));
  const defaults = windowLength > 0 ? WINDOW_DEFAULTS : TRAIN_DEFAULTS;
  const options = withDefaults(defaults, Object.fromEntries(learning));
  checkRunOptions(given);
  checkInteger("epochs", options.epochs, 1);
  checkInteger("batchSize", options.batchSize, 1);
  checkChoice("order", options.order, EPOCH_ORDERS);
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
  checkEffects("training", { ...given, ...options }, { ...defaults, monitor: DEFAULT_MONITOR });
  return options;
}

function checkRunOptions(options: TrainOptions): void {
  const { validation, patience, monitor, checkpoint } = options;
  checkSignal(options.signal);
  checkFunction("onProgress", options.onProgress);
  if (validation !== undefined) checkSessions("validation", validation);
  if (patience !== undefined) checkInteger("patience", patience, 1);
  if (monitor !== undefined) {
    if (typeof monitor !== "string" || !/^(recall|mrr|ndcg)@[1-9]\d{0,8}$/.test(monitor)) {
      throw new ConfigError("monitor", '"recall@20" or another of recall, mrr and ndcg', monitor);
    }
  }
  if (checkpoint === undefined) return;
  checkNames(checkpoint, ["save", "every", "resume", "onResumed", "onFailure"], "checkpoint");
  const { every = 0, resume } = checkpoint;
  checkNumber("checkpoint.every", every, 0);
  if (resume !== undefined) {
    checkedBytes("checkpoint.resume", resume, "a checkpoint's bytes, in a Uint8Array");
  }
  checkFunction("checkpoint.onResumed", checkpoint.onResumed);
  checkFunction("checkpoint.onFailure", checkpoint.onFailure);
  if (typeof checkpoint.save === "function") return;
  throw new ConfigError("checkpoint.save", "a function", checkpoint.save);
}
