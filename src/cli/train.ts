/** `gru4rec train`: click log in, model out; measured on the way if there are sessions to measure it on. */
import { setImmediate } from "node:timers/promises";
import {
  type EvaluateOptions,
  estimateMemory,
  GRU4Rec,
  type ModelOptions,
  type Sessions,
  TRAIN_DEFAULTS,
  type TrainOptions,
  train,
} from "../index.js";
import { checkWritable, saveModel } from "../node.js";
import { checkOptions } from "./check.js";
import { type DataOptions, readClicks } from "./clicks.js";
import { CommandError, describeError, EXIT_FAILED, InterruptedError, orAborted } from "./errors.js";
import type { Io } from "./io.js";
import { checkTest, measure } from "./measure.js";
import { createReport, type Report } from "./output.js";
import { refuseInput } from "./refuse-input.js";

export interface TrainCommand {
  readonly data: DataOptions;
  readonly model: ModelOptions;
  readonly training: TrainOptions;
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
  const { output } = command;
  const report = createReport(io, command.json);
  checkOptions(command);
  if (output !== undefined) {
    await refuseInput(output, [path, command.data.test]);
    await checkWritable(output).catch((error: unknown) => {
      const { message, exitCode } = describeError(error);
      throw new CommandError(`--output ${message}`, exitCode, { cause: error });
    });
  }

  const clicks = await orAborted(readClicks(path, command.data, report), io.signal);
  using model = await GRU4Rec.create(clicks.train.items, command.model);
  const { train: sessions, test } = clicks;
  if (test) checkTest(test, model, report);
  const { events, length } = sessions;
  const size = { items: model.items.size, events, sessions: length };
  report.model(model, estimateMemory(size, command.model, command.training).total);
  if (output === undefined && !command.json) {
    report.note("The model will not be saved, as no --output was given.");
  }

  const { epoch, failure } = await trainEpochs(model, sessions, command.training, report, io);
  const isSaved = output !== undefined && epoch > 0;
  const bytes = isSaved ? await save(model, output) : 0;
  try {
    if (failure !== undefined) throw ended(failure, epoch, output, io.signal);
    if (test) {
      await measure(model, test, { ...command.evaluation, report, signal: io.signal });
    }
  } finally {
    if (isSaved) report.saved(output, bytes);
  }
}

/** Where training got to: the last whole epoch (0 for none), the epoch it was in, and what ended it. */
interface Outcome {
  readonly epoch: number;
  readonly failure?: { readonly epoch: number; readonly error: unknown };
}

async function trainEpochs(
  model: GRU4Rec,
  sessions: Sessions,
  options: TrainOptions,
  report: Report,
  { signal }: Io,
): Promise<Outcome> {
  const epochs = options.epochs ?? TRAIN_DEFAULTS.epochs;
  const bar = report.progress("training");
  let whole = 0;
  const onProgress: TrainOptions["onProgress"] = ({ epoch, events, totalEvents, loss }) => {
    const note = `epoch ${epoch}/${epochs}  loss ${loss.toFixed(3)}`;
    bar.update((epoch - 1) * totalEvents + events, epochs * totalEvents, note);
  };
  try {
    for await (const epoch of train(model, sessions, { ...options, signal, onProgress })) {
      report.epoch(epoch, epochs);
      whole = epoch.epoch;
      await setImmediate(); // where an epoch takes but a millisecond, Ctrl-C must get its turn
      if (whole < epochs) signal.throwIfAborted();
    }
    return { epoch: whole };
  } catch (error) {
    return { epoch: whole, failure: { epoch: whole + 1, error } };
  } finally {
    bar.finish();
  }
}

/** The error that tells why training ended in epoch `failure.epoch`, and what became of the model. */
function ended(
  failure: { readonly epoch: number; readonly error: unknown },
  whole: number,
  output: string | undefined,
  signal: AbortSignal,
): CommandError {
  let fate = `saved the model of epoch ${whole} to ${output}`;
  if (whole === 0) fate = "no epoch was whole, so there is no model";
  else if (output === undefined) fate = "the model was not saved, as no --output was given";
  if (signal.aborted) {
    return new InterruptedError(`stopped in epoch ${failure.epoch}; ${fate}`);
  }
  const { message, exitCode } = describeError(failure.error);
  const said = message.replace(/\.$/, "");
  return new CommandError(`${said}; ${fate}`, exitCode, { cause: failure.error });
}

/** Returns the bytes written. Whatever goes wrong by now is not the command line's fault. */
async function save(model: GRU4Rec, path: string): Promise<number> {
  try {
    return await saveModel(model, path);
  } catch (error) {
    throw new CommandError(describeError(error).message, EXIT_FAILED, { cause: error });
  }
}
