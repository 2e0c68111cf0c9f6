/** Runs the epochs of any training: progress, checkpoints, and the message when it ends early. */
import { setImmediate } from "node:timers/promises";
import {
  type CheckpointError,
  ConfigError,
  type EpochReport,
  FormatError,
  type TrainProgress,
} from "../index.js";
import type { FileCheckpoint } from "../node.js";
import {
  CommandError,
  describeError,
  EndedError,
  EXIT_FAILED,
  EXIT_USAGE,
  InterruptedError,
  OutputError,
  warner,
} from "./errors.js";
import type { Io } from "./io.js";
import type { Report } from "./output.js";
import type { Target } from "./targets.js";

/** The flags of checkpoints, by name. */
export interface CheckpointFlags {
  readonly checkpoint?: string;
  readonly checkpointEvery?: number;
  readonly resume?: boolean;
}

/** @throws CommandError when one of them is given without `--checkpoint`, or out of range */
export function checkCheckpoint({ checkpoint, checkpointEvery, resume }: CheckpointFlags): void {
  const alone = checkpointEvery !== undefined ? "--checkpoint-every" : resume && "--resume";
  if (alone && checkpoint === undefined) {
    throw new CommandError(
      `${alone}: expected --checkpoint <file> beside it, got none`,
      EXIT_USAGE,
    );
  }
  if (checkpointEvery === undefined || checkpointEvery >= 0) return;
  const message = `--checkpoint-every: expected a number ≥ 0, got ${checkpointEvery}`;
  throw new CommandError(message, EXIT_USAGE);
}

/** Progress and abort, as options of the library. */
export interface Watch {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: TrainProgress) => void;
  readonly onWarning: (warning: Error) => void;
  readonly checkpoint?: FileCheckpoint;
}

/** A training of either model that is ready to begin. */
export interface Course {
  readonly epochs: number;
  readonly flags: CheckpointFlags;
  start(watch: Watch): AsyncIterable<EpochReport>;
}

/** How far training came. */
export interface Outcome {
  /** The epoch whose weights the model has: the last whole one, or the best; 0 for none. */
  readonly epoch: number;
  /** Whether it is the best by a validation. */
  readonly isBest: boolean;
  /** The epoch it ended in, and why, unless all went well. */
  readonly failure?: { readonly epoch: number; readonly error: unknown };
  /** Whether the last checkpoint is of the place where training ended. */
  readonly isKept: boolean;
}

/** @throws ConfigError, FormatError when training cannot begin, or the checkpoint is another's */
export async function trainEpochs(
  { epochs, flags, start }: Course,
  report: Report,
  { signal }: Io,
): Promise<Outcome> {
  const bar = report.progress("training");
  const kept = new Kept(flags, report);
  const watch: Watch = {
    signal,
    onProgress({ epoch, events, totalEvents, loss }) {
      const note = `epoch ${epoch}/${epochs}  loss ${loss.toFixed(3)}`;
      bar.update((epoch - 1) * totalEvents + events, epochs * totalEvents, note);
    },
    onWarning: warner(report),
    ...(kept.checkpoint && { checkpoint: kept.checkpoint }),
  };
  try {
    for await (const epoch of start(watch)) {
      report.epoch(epoch, epochs);
      kept.whole = epoch.epoch;
      if (epoch.validation?.isBest) kept.best = kept.whole;
      await setImmediate(); // where an epoch takes but a millisecond, Ctrl-C must get its turn
      if (kept.whole < epochs) signal.throwIfAborted();
    }
    return kept.outcome(kept.lost && { epoch: kept.whole, error: kept.lost });
  } catch (error) {
    if (error instanceof ConfigError || error instanceof FormatError) throw error;
    return kept.outcome({ epoch: kept.whole + 1, error });
  } finally {
    bar.finish();
  }
}

/** The results of a training: its epochs and its checkpoints. */
class Kept {
  whole = 0;
  best: number | undefined;
  /** Why the last checkpoint could not be kept. */
  lost: CheckpointError | undefined;
  readonly checkpoint: FileCheckpoint | undefined;
  #isThere = false;

  constructor({ checkpoint, checkpointEvery, resume }: CheckpointFlags, report: Report) {
    if (checkpoint === undefined) return;
    this.checkpoint = {
      path: checkpoint,
      ...(checkpointEvery !== undefined && { every: checkpointEvery }),
      ...(resume && { resume }),
      onResumed: (at) => {
        this.whole = at.epochs;
        this.best = at.best;
        this.#isThere = true;
        report.resumed(checkpoint, at);
      },
      onSaved: (at) => {
        this.#isThere = true;
        this.lost = undefined;
        report.checkpoint(checkpoint, at);
      },
      onFailure: (error) => {
        if (!this.lost) report.note(`${describeError(error).message}; training goes on`);
        this.lost = error;
      },
    };
  }

  outcome(failure: Outcome["failure"] | undefined): Outcome {
    return {
      epoch: this.best ?? this.whole,
      isBest: this.best !== undefined,
      isKept: this.#isThere && !this.lost,
      ...(failure && { failure }),
    };
  }
}

/** The error that says why training ended early, and which model and checkpoint were kept. */
export function ended(
  { epoch, failure, isKept }: Outcome & { readonly failure: NonNullable<Outcome["failure"]> },
  targets: readonly Target[],
  { checkpoint }: CheckpointFlags,
  signal: AbortSignal,
): CommandError {
  const files = targets.map(({ what, path }) => `the ${what} of epoch ${epoch} to ${path}`);
  let fate = `saved ${files.join(" and ")}`;
  if (epoch === 0) fate = "no epoch was whole, so there is no model";
  else if (files.length === 0) fate = "the model was not saved, as no --output was given";
  if (signal.aborted) {
    const kept = isKept ? `; --resume goes on from ${checkpoint}` : "";
    const told = `stopped in epoch ${failure.epoch}; ${fate}${kept}`;
    const { reason } = signal;
    if (!(reason instanceof OutputError)) return new InterruptedError(told);
    if (files.length === 0 && !isKept) return reason;
    return new EndedError(`${reason.message}; ${told}`, EXIT_FAILED);
  }
  const { message, exitCode } = describeError(failure.error);
  const said = message.replace(/\.$/, "");
  return new CommandError(`${said}; ${fate}`, exitCode, { cause: failure.error });
}
