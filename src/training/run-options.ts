/** The options of a training's run: what is heard of it, measured, kept and shown. The same for every model. */

import {
  checkBoolean,
  checkedBytes,
  checkFunction,
  checkInteger,
  checkNames,
  checkNumber,
  checkSignal,
} from "../checks.js";
import { type CheckpointError, ConfigError } from "../errors.js";
import { type Effects, isGiven } from "../models/effects.js";
import { CHOICE_OPTIONS, type ChoiceOptions, checkChoices } from "../ranking/choices.js";
import { checkThreadOptions, THREAD_OPTIONS, type ThreadOptions } from "../threads/options.js";
import { checkSnapshots, type SnapshotOptions } from "./snapshot-options.js";

/**
 * What any training takes: progress, abort, validation, checkpoints. Which events of the validation are test
 * cases, and among what they are ranked, is said as for `evaluate`.
 *
 * @typeParam Data what a model is measured on: sessions, for two towers examples, too
 */
export interface RunOptions<Data> extends ThreadOptions, ChoiceOptions {
  /** Stops after the running steps; the model keeps its last whole epoch. The signal's reason is thrown. */
  readonly signal?: AbortSignal;
  /** Measures the phases of a step, for `EpochReport.phases`. Costs next to nothing. Default false. */
  readonly profile?: boolean;
  /**
   * Called several times a second. When it returns a promise, training waits for it: that is how to pause it
   * and let it go on. `signal` ends a pause, too.
   */
  readonly onProgress?: (progress: TrainProgress) => unknown;
  /**
   * What to measure the model on after every epoch. When training ends, in whatever way, the model
   * is that of the best epoch of those that were measured; before the first was, it is as it came.
   */
  readonly validation?: Data;
  /** Training ends after so many epochs without a better one, ≥ 1; needs `validation`. Default: never. */
  readonly patience?: number;
  /**
   * What is measured: `"recall@20"` (default), `"mrr@5"`, `"ndcg@10"`, …; equal scores count against it.
   * Needs `validation`.
   */
  readonly monitor?: Monitor;
  /** Keeps what training goes on from after it was stopped, or the machine was. */
  readonly checkpoint?: CheckpointOptions;
  /** Copies of the item table within epochs, for whoever draws what is being learnt. */
  readonly snapshots?: SnapshotOptions;
}

/** What a measure of ranking is called. */
export type Monitor = `${"recall" | "mrr" | "ndcg"}@${number}`;

export const DEFAULT_MONITOR: Monitor = "recall@20";

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

/** How far a training is. */
export interface TrainProgress {
  /** Epoch under way, counted from 1. */
  readonly epoch: number;
  /** Epochs there will be at most. */
  readonly epochs: number;
  /** Mini-batches done in this epoch. */
  readonly step: number;
  /** Events done in this epoch, and how many it has: pairs (click, next click), or examples. */
  readonly events: number;
  /** Events of the epoch. */
  readonly totalEvents: number;
  /** Mean loss of this epoch so far. */
  readonly loss: number;
  /** Events a second so far in this epoch. */
  readonly eventsPerSecond: number;
}

/** Names of all of them. */
export const RUN_OPTIONS: readonly string[] = [
  ...THREAD_OPTIONS,
  "signal",
  "onProgress",
  "profile",
  "validation",
  "patience",
  "monitor",
  ...CHOICE_OPTIONS,
  "checkpoint",
  "snapshots",
];

export const RUN_EFFECTS: Effects = {
  patience: [isGiven("validation")],
  monitor: [isGiven("validation")],
  ...Object.fromEntries(CHOICE_OPTIONS.map((name) => [name, [isGiven("validation")]])),
};

/** Throws ConfigError when one is not as it must be; what a validation is, is checked where it is known. */
export function checkRunOptions(options: RunOptions<unknown>): void {
  const { patience, monitor, checkpoint } = options;
  checkThreadOptions(options);
  if (options.profile !== undefined) checkBoolean("profile", options.profile);
  checkSignal(options.signal);
  checkFunction("onProgress", options.onProgress);
  if (patience !== undefined) checkInteger("patience", patience, 1);
  if (monitor !== undefined) {
    if (typeof monitor !== "string" || !/^(recall|mrr|ndcg)@[1-9]\d{0,8}$/.test(monitor)) {
      throw new ConfigError("monitor", '"recall@20" or another of recall, mrr and ndcg', monitor);
    }
  }
  checkChoices(options);
  checkSnapshots(options.snapshots);
  if (checkpoint !== undefined) checkCheckpoint(checkpoint);
}

function checkCheckpoint(checkpoint: CheckpointOptions): void {
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
