/**
 * `gru4rec movielens`: the tutorial "retrieval using a sequential model" of TensorFlow Recommenders on
 * a ratings file, from reading it to a few recommendations with titles.
 */
import { setImmediate } from "node:timers/promises";
import {
  type EvaluateOptions,
  type Examples,
  evaluate,
  RETRIEVAL_DEFAULTS,
  type RetrievalIndex,
  resolveEvaluateOptions,
  resolveTowerOptions,
  resolveTrainOptions,
  type TowerOptions,
  type TrainRetrievalOptions,
  TwoTowers,
  train,
} from "../index.js";
import { checkWritable, saveModel } from "../node.js";
import {
  CommandError,
  describeError,
  EXIT_FAILED,
  InterruptedError,
  orAborted,
  warner,
} from "./errors.js";
import { formatCount } from "./format.js";
import type { Io } from "./io.js";
import { type MovieExamples, type RatingOptions, readMovies } from "./movielens-data.js";
import { featureOptions } from "./movielens-features.js";
import { createReport, type Report } from "./output.js";
import { refuseInput } from "./refuse-input.js";

export interface MovieLensCommand {
  readonly ratings: RatingOptions;
  readonly model: TowerOptions;
  readonly training: TrainRetrievalOptions;
  readonly evaluation: EvaluateOptions;
  readonly output?: string;
  readonly json: boolean;
}

/** Users shown, and how many titles each. */
const SHOWN = 3;
const TITLES = 5;
/** The tutorial's. */
const CUTOFFS = [1, 5, 10, 50, 100];

/** @throws CommandError, ConfigError, FormatError */
export async function runMovieLens(path: string, command: MovieLensCommand, io: Io): Promise<void> {
  const { output } = command;
  const report = createReport(io, command.json);
  const named = featureOptions(command.ratings.features);
  const options = resolveTowerOptions({ ...command.model, ...named });
  const task = resolveTrainOptions(command.training, "two-towers");
  resolveEvaluateOptions(command.evaluation);
  if (output !== undefined) {
    await refuseInput(output, [path, command.ratings.titles]);
    await checkWritable(output).catch((error: unknown) => {
      const { message, exitCode } = describeError(error);
      throw new CommandError(`--output ${message}`, exitCode, { cause: error });
    });
  }
  const { windowLength, seed } = options;
  const reading = readMovies(path, { ...command.ratings, windowLength, seed }, report);
  const movies = await orAborted(reading, io.signal);
  const towers = { ...command.model, ...movies.features };
  using model = await TwoTowers.create(movies.train.items, towers, movies.records);
  report.towers(model);
  if (task.batchSize > movies.train.length) {
    const count = formatCount(movies.train.length);
    report.note(`A batch holds all ${count} examples: --batch-size is larger than the data.`);
  }

  const { whole, failure } = await trainEpochs(model, movies.train, command.training, report, io);
  let saved = 0;
  if (whole > 0) {
    using index = await model.index();
    if (output !== undefined) saved = await save(index, output);
    if (failure === undefined) await show(model, index, movies, command, report, io);
  }
  if (output !== undefined && saved > 0) report.saved(output, saved);
  if (failure !== undefined) throw ended(failure, whole, output, io.signal);
}

async function show(
  model: TwoTowers,
  index: RetrievalIndex,
  { test, titles }: MovieExamples,
  { evaluation }: MovieLensCommand,
  report: Report,
  { signal }: Io,
): Promise<void> {
  const bar = report.progress("measuring");
  try {
    const onProgress: EvaluateOptions["onProgress"] = ({ events, totalEvents }) =>
      bar.update(events, totalEvents);
    const found = await evaluate(model, test, {
      cutoffs: CUTOFFS,
      ...evaluation,
      signal,
      onProgress,
    });
    bar.finish();
    report.evaluation(found);
  } catch (error) {
    if (signal.aborted) throw new InterruptedError("stopped before the measures were complete");
    throw error;
  } finally {
    bar.finish();
  }
  const named = (itemId: unknown): string => titles.get(String(itemId)) ?? `item ${itemId}`;
  const hasTime = model.options.timeBoundaries.length > 0;
  for (let n = 0; n < Math.min(SHOWN, test.length); ++n) {
    const context = test.contexts.subarray(n * test.windowLength, (n + 1) * test.windowLength);
    const itemIds = [...context.filter((item) => item >= 0)].map((item) => test.items.idOf(item));
    const list = index.recommend(itemIds, {
      ...{ count: TITLES, exclude: itemIds },
      ...(hasTime && { time: test.times[n]! }),
    });
    report.titles(
      itemIds.map((itemId) => ({ itemId, title: named(itemId) })),
      list.map((found) => ({ ...found, title: named(found.itemId) })),
    );
  }
}

async function trainEpochs(
  model: TwoTowers,
  examples: Examples,
  options: TrainRetrievalOptions,
  report: Report,
  { signal }: Io,
): Promise<{ whole: number; failure?: unknown }> {
  const epochs = options.epochs ?? RETRIEVAL_DEFAULTS.epochs;
  const bar = report.progress("training");
  let whole = 0;
  const onProgress: TrainRetrievalOptions["onProgress"] = (at) => {
    const note = `epoch ${at.epoch}/${epochs}  loss ${at.loss.toFixed(3)}`;
    bar.update((at.epoch - 1) * at.totalEvents + at.events, epochs * at.totalEvents, note);
  };
  try {
    const how = { ...options, signal, onProgress, onWarning: warner(report) };
    for await (const epoch of train(model, examples, how)) {
      report.epoch(epoch, epochs);
      whole = epoch.epoch;
      await setImmediate(); // where an epoch takes but a moment, Ctrl-C must get its turn
      if (whole < epochs) signal.throwIfAborted();
    }
    return { whole };
  } catch (failure) {
    return { whole, failure };
  } finally {
    bar.finish();
  }
}

/** The error that tells why training ended, and what became of the model. */
function ended(
  failure: unknown,
  whole: number,
  output: string | undefined,
  signal: AbortSignal,
): CommandError {
  let fate = `saved the index of epoch ${whole} to ${output}`;
  if (whole === 0) fate = "no epoch was whole, so there is no model";
  else if (output === undefined) fate = "nothing was saved, as no --output was given";
  if (signal.aborted) return new InterruptedError(`stopped in epoch ${whole + 1}; ${fate}`);
  const { message, exitCode } = describeError(failure);
  return new CommandError(`${message.replace(/\.$/, "")}; ${fate}`, exitCode, { cause: failure });
}

/** Returns the bytes written. Whatever goes wrong by now is not the command line's fault. */
async function save(index: RetrievalIndex, path: string): Promise<number> {
  try {
    return await saveModel(index, path);
  } catch (error) {
    throw new CommandError(describeError(error).message, EXIT_FAILED, { cause: error });
  }
}
