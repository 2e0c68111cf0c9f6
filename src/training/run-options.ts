/** The options of every training: progress, validation, checkpoints, snapshots. */

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
import type { Bytes, Signal } from "../platform.js";
import {
  CHOICE_DEFAULTS,
  CHOICE_OPTIONS,
  type ChoiceOptions,
  resolveChoices,
} from "../ranking/choices.js";
import { checkThreadOptions, THREAD_OPTIONS, type ThreadOptions } from "../threads/options.js";
import { checkSnapshots, type SnapshotOptions } from "./snapshot-options.js";

/**
 * The options that every training takes: progress, abort, validation, checkpoints. `evaluate` explains the options
 * that choose test cases and items of the validation.
 *
 * @typeParam Data of the validation: sessions; for two towers examples, too
 */
export interface RunOptions<Data> extends ThreadOptions, ChoiceOptions {
  /** Ends training after the current steps with the signal's reason. The model keeps its last whole epoch. */
  readonly signal?: Signal | undefined;
  /** Measures the phases of a step, for `EpochReport.phases`. Default false. */
  readonly profile?: boolean;
  /**
   * Called several times a second. When it returns a promise, training waits for it: use this to pause and
   * resume. `signal` ends a pause, too.
   */
  readonly onProgress?: ((progress: TrainProgress) => unknown) | undefined;
  /**
   * Data to measure the model on after every epoch. When training ends, in any way, the model is that of the
   * best epoch that was measured. If none was, the model is unchanged.
   */
  readonly validation?: Data | undefined;
  /** Training ends after so many epochs without a better one, ≥ 1; needs `validation`. Default: never. */
  readonly patience?: number | undefined;
  /**
   * What is measured: `"recall@20"` (default), `"mrr@5"`, `"ndcg@10"`, …; equal scores count against it.
   * Needs `validation`.
   */
  readonly monitor?: Monitor | undefined;
  /**
   * Goes on with the optimiser state that the model has of a training with this option, and keeps it with the
   * model, in its file too, for the next one. Else the optimiser begins anew. Not with `validation`. Default false.
   */
  readonly keepOptimizer?: boolean;
  /** Keeps checkpoints, to resume from after training or the machine was stopped. */
  readonly checkpoint?: CheckpointOptions | undefined;
  /** Copies of the item table within epochs, to show how it changes. */
  readonly snapshots?: SnapshotOptions | undefined;
}

/** What a measure of ranking is called. */
export type Monitor = `${"recall" | "mrr" | "ndcg"}@${number}`;

export const DEFAULT_MONITOR: Monitor = "recall@20";

/** Of the options that only count with a validation. */
export const VALIDATION_DEFAULTS: Readonly<Record<string, unknown>> = {
  monitor: DEFAULT_MONITOR,
  ...CHOICE_DEFAULTS,
};

/** Checkpoints as bytes; `gru4rec/node` keeps them in a file. */
export interface CheckpointOptions {
  /**
   * Keeps the bytes of a checkpoint, which it owns. Training waits for its promise. A failure becomes a
   * CheckpointError that carries the bytes: it goes to `onFailure`, or ends the training.
   */
  readonly save: (bytes: Bytes, at: CheckpointPlace) => void | Promise<void>;
  /** Seconds between two checkpoints, ≥ 0. The last one is made when training ends. Default 300. */
  readonly every?: number;
  /**
   * A checkpoint of the same training, to resume from. The model takes its weights. `epochs` may equal the
   * epochs that it has done: then nothing is left to do. Fewer are a ConfigError.
   */
  readonly resume?: Uint8Array | ArrayBuffer;
  /** Called with the place of the checkpoint, once model and training are restored. */
  readonly onResumed?: (at: CheckpointPlace) => void;
  /** Called when a checkpoint could not be kept. Training goes on, and tries again after `every` seconds. */
  readonly onFailure?: (error: CheckpointError) => void;
}

/** A place in a training. */
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
  "keepOptimizer",
  "checkpoint",
  "snapshots",
];

export const RUN_EFFECTS: Effects = {
  patience: [isGiven("validation")],
  monitor: [isGiven("validation")],
  ...Object.fromEntries(CHOICE_OPTIONS.map((name) => [name, [isGiven("validation")]])),
};

/** Throws ConfigError when one is out of range. The validation's data are checked later, with the model. */
export function checkRunOptions(options: RunOptions<unknown>): void {
  const { patience, monitor, checkpoint } = options;
  checkThreadOptions(options);
  if (options.profile !== undefined) checkBoolean("profile", options.profile);
  if (options.keepOptimizer !== undefined) checkBoolean("keepOptimizer", options.keepOptimizer);
  checkSignal(options.signal);
  checkFunction("onProgress", options.onProgress);
  if (patience !== undefined) checkInteger("patience", patience, 1);
  if (monitor !== undefined) {
    if (typeof monitor !== "string" || !/^(recall|mrr|ndcg)@[1-9]\d{0,8}$/.test(monitor)) {
      throw new ConfigError("monitor", '"recall@20" or another of recall, mrr and ndcg', monitor);
    }
  }
  resolveChoices(options);
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
