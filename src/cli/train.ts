/** `gru4rec train`: click log in, model out; measured on the way if there are sessions to measure it on. */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import {
  type EvaluateOptions,
  estimateMemory,
  GRU4Rec,
  type ModelOptions,
  Sessions,
} from "../index.js";
import { checkWritable, saveModel } from "../node.js";
import { checkOptions } from "./check.js";
import { type DataOptions, readClicks } from "./clicks.js";
import {
  type CheckpointFlags,
  checkCheckpoint,
  ended,
  type Training,
  trainEpochs,
} from "./epochs.js";
import { CommandError, describeError, EXIT_FAILED, EXIT_USAGE, orAborted } from "./errors.js";
import type { Io } from "./io.js";
import { checkTest, measure } from "./measure.js";
import { createReport } from "./output.js";
import { refuseInput } from "./refuse-input.js";

export interface TrainCommand {
  readonly data: DataOptions;
  readonly model: ModelOptions;
  readonly training: Training;
  readonly checkpoint: CheckpointFlags;
  readonly evaluation: EvaluateOptions;
  readonly output?: string;
  readonly json: boolean;
}

/**
 * Everything that can be wrong is found before the first step: options, output path, then the files.
 *
 * Whatever ends the training early, the model of the last whole epoch is saved first.
 *
 * @throws CommandError, ConfigError, FormatError
 */
export async function runTrain(path: string, command: TrainCommand, io: Io): Promise<void> {
  const { output, data } = command;
  const report = createReport(io, command.json);
  checkOptions({ ...command, training: toCheck(command) });
  checkCheckpoint(command.checkpoint);
  const { checkpoint, resume } = command.checkpoint;
  const inputs = [path, data.test, data.validation];
  if (output !== undefined) await checkTarget("--output", output, inputs);
  if (checkpoint !== undefined) {
    await checkTarget("--checkpoint", checkpoint, inputs);
    if (output !== undefined && resolve(checkpoint) === resolve(output)) {
      const message = `--checkpoint: expected a file of its own, got that of --output, ${output}`;
      throw new CommandError(message, EXIT_USAGE);
    }
    if (!resume && (await stat(checkpoint).catch(() => undefined))) {
      const message = `--checkpoint: expected no file yet, got ${checkpoint}. Go on from it with --resume, or remove it.`;
      throw new CommandError(message, EXIT_USAGE);
    }
  }

  const clicks = await orAborted(readClicks(path, command.data, report), io.signal);
  using model = await GRU4Rec.create(clicks.train.items, command.model);
  const { train: sessions, test, validation } = clicks;
  if (test) checkTest(test, model, report);
  if (validation) checkTest(validation, model, report, "validation");
  const training = { ...command.training, ...(validation && { validation: validation.sessions }) };
  const { events, length } = sessions;
  const size = { items: model.items.size, events, sessions: length };
  report.model(model, estimateMemory(size, command.model, training).total);
  if (output === undefined && !command.json) {
    report.note("The model will not be saved, as no --output was given.");
  }

  const how = { training, flags: command.checkpoint };
  const outcome = await trainEpochs(model, sessions, how, report, io);
  const { epoch, failure } = outcome;
  if (outcome.isBest) report.best(epoch);
  const isSaved = output !== undefined && epoch > 0;
  const bytes = isSaved ? await save(model, output) : 0;
  try {
    if (failure) throw ended({ ...outcome, failure }, output, command.checkpoint, io.signal);
    if (test) {
      await measure(model, test, { ...command.evaluation, report, signal: io.signal });
    }
  } finally {
    if (isSaved) report.saved(output, bytes);
  }
}

/** Returns the bytes written. Whatever goes wrong by now is not the command line's fault. */
async function save(model: GRU4Rec, path: string): Promise<number> {
  try {
    return await saveModel(model, path);
  } catch (error) {
    throw new CommandError(describeError(error).message, EXIT_FAILED, { cause: error });
  }
}

/** Some options need a validation: where the flags name one, which is not read yet, another stands for it. */
function toCheck({ data, training }: TrainCommand): Training {
  const { validation, validationDays, validationSessions } = data;
  if ((validation ?? validationDays ?? validationSessions) === undefined) return training;
  return { ...training, validation: Sessions.from([{ sessionId: 0, itemId: 0, time: 0 }]) };
}

/** @throws CommandError when the file cannot be written, or is one of `inputs`, under whatever name */
async function checkTarget(
  flag: string,
  file: string,
  inputs: readonly (string | undefined)[],
): Promise<void> {
  await refuseInput(file, inputs, flag);
  await checkWritable(file).catch((error: unknown) => {
    const { message, exitCode } = describeError(error);
    throw new CommandError(`${flag} ${message}`, exitCode, { cause: error });
  });
}
