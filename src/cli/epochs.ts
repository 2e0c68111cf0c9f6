/** The epochs of `gru4rec train`: progress, checkpoints, and what became of them when they ended early. */
import { setImmediate } from "node:timers/promises";
import {
  type CheckpointError,
  ConfigError,
  FormatError,
  type GRU4Rec,
  type Sessions,
  TRAIN_DEFAULTS,
  type TrainOptions,
} from "../index.js";
import { type FileCheckpoint, type NodeTrainOptions, train } from "../node.js";
import { CommandError, describeError, EXIT_USAGE, InterruptedError, warner } from "./errors.js";
import type { Io } from "./io.js";
import type { Report } from "./output.js";

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

/** Where training got to. */
export interface Outcome {
  /** The epoch whose weights the model has: the last whole one, or the best; 0 for none. */
  readonly epoch: number;
  /** Whether it is the best by a validation. */
  readonly isBest: boolean;
  /** The epoch it ended in, and why, unless all went well. */
  readonly failure?: { readonly epoch: number; readonly error: unknown };
  /** Whether the last checkpoint is that of where it ended. */
  readonly isKept: boolean;
}

/** Options of the library but for checkpoints, which have flags of their own. */
export type Training = Omit<TrainOptions, "checkpoint">;

/** @throws ConfigError, FormatError when training cannot begin, or the checkpoint is another's */
export async function trainEpochs(
  model: GRU4Rec,
  sessions: Sessions,
  { training, flags }: { readonly training: Training; readonly flags: CheckpointFlags },
  report: Report,
  { signal }: Io,
): Promise<Outcome> {
  const epochs = training.epochs ?? TRAIN_DEFAULTS.epochs;
  const bar = report.progress("training");
  let whole = 0;
  let best: number | undefined;
  let isThere = false;
  let lost: CheckpointError | undefined;
  const onProgress: TrainOptions["onProgress"] = ({ epoch, events, totalEvents, loss }) => {
    const note = `epoch ${epoch}/${epochs}  loss ${loss.toFixed(3)}`;
    bar.update((epoch - 1) * totalEvents + events, epochs * totalEvents, note);
  };
  const checkpoint = checkpointOf(flags, {
    onResumed(at) {
      whole = at.epochs;
      best = at.best;
      isThere = true;
      report.resumed(flags.checkpoint!, at);
    },
    onSaved(at) {
      isThere = true;
      lost = undefined;
      report.checkpoint(flags.checkpoint!, at);
    },
    onFailure(error) {
      if (!lost) report.note(`${describeError(error).message}; training goes on`);
      lost = error;
    },
  });
  const options: NodeTrainOptions = {
    ...{ ...training, signal, onProgress, onWarning: warner(report) },
    ...(checkpoint && { checkpoint }),
  };
  const outcome = (): Outcome => ({
    epoch: best ?? whole,
    isBest: best !== undefined,
    isKept: isThere && !lost,
  });
  try {
    for await (const epoch of train(model, sessions, options)) {
      report.epoch(epoch, epochs);
      whole = epoch.epoch;
      if (epoch.validation?.isBest) best = whole;
      await setImmediate(); // where an epoch takes but a millisecond, Ctrl-C must get its turn
      if (whole < epochs) signal.throwIfAborted();
    }
    if (lost) return { ...outcome(), failure: { epoch: whole, error: lost } };
    return outcome();
  } catch (error) {
    if (error instanceof ConfigError || error instanceof FormatError) throw error;
    return { ...outcome(), failure: { epoch: whole + 1, error } };
  } finally {
    bar.finish();
  }
}

function checkpointOf(
  { checkpoint: path, checkpointEvery: every, resume }: CheckpointFlags,
  listeners: Pick<Required<FileCheckpoint>, "onResumed" | "onSaved"> & {
    onFailure(error: CheckpointError): void;
  },
): FileCheckpoint | undefined {
  if (path === undefined) return undefined;
  return { path, ...listeners, ...(every !== undefined && { every }), ...(resume && { resume }) };
}

/** The error that tells why training ended early, and what became of the model and the checkpoint. */
export function ended(
  { epoch, failure, isKept }: Outcome & { readonly failure: NonNullable<Outcome["failure"]> },
  output: string | undefined,
  { checkpoint }: CheckpointFlags,
  signal: AbortSignal,
): CommandError {
  let fate = `saved the model of epoch ${epoch} to ${output}`;
  if (epoch === 0) fate = "no epoch was whole, so there is no model";
  else if (output === undefined) fate = "the model was not saved, as no --output was given";
  if (signal.aborted) {
    const kept = isKept ? `; --resume goes on from ${checkpoint}` : "";
    return new InterruptedError(`stopped in epoch ${failure.epoch}; ${fate}${kept}`);
  }
  const { message, exitCode } = describeError(failure.error);
  const said = message.replace(/\.$/, "");
  return new CommandError(`${said}; ${fate}`, exitCode, { cause: failure.error });
}
