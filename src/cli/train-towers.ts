/** `gru4rec train --model two-towers` and `gru4rec movielens`: clicks or ratings in, towers and index out. */
import {
  type EvaluateOptions,
  type Examples,
  estimateMemory,
  evaluate,
  type ItemRecord,
  resolveEvaluateOptions,
  Sessions,
  type TowerOptions,
  type TrainRetrievalOptions,
  TwoTowers,
} from "../index.js";
import { train } from "../node.js";
import { checkTowers } from "./check-options.js";
import { checkData, readClicks, type TrainClicks, validationOf } from "./clicks.js";
import type { Watch } from "./epochs.js";
import { orAborted } from "./errors.js";
import { type FeatureFlags, featureOptions, recordsFor, recordsOf } from "./features.js";
import { formatCount } from "./format.js";
import type { Io } from "./io.js";
import { checkWriting, learn, noteUnsaved, type TrainingCommand } from "./learn.js";
import { checkTests, measure } from "./measure.js";
import type { Report } from "./output.js";
import { checkRatings, type RatedExamples, type RatingOptions, readRated } from "./ratings.js";
import { chosenIn } from "./splits.js";

export interface TowersCommand extends TrainingCommand {
  readonly model: TowerOptions;
  readonly training: Omit<TrainRetrievalOptions, "checkpoint">;
  readonly features: FeatureFlags;
  /** Given where the file holds ratings. */
  readonly ratings?: RatingOptions;
}

/** Data to train and measure towers on: sessions, or the examples of ratings. */
interface Data {
  readonly train: Sessions | Examples;
  readonly test?: Sessions | Examples;
  readonly validation?: Sessions | Examples;
  /** Sessions as they were read, where there are no ratings. */
  readonly clicks?: TrainClicks;
  readonly rated?: RatedExamples;
}

interface Surroundings {
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** The data, and what the model reads besides ids. */
interface Read extends Data {
  readonly features: Pick<TowerOptions, "features" | "timeBoundaries">;
  readonly records: readonly ItemRecord[];
}

/**
 * Checks everything before the first step: options, output paths, then the files.
 *
 * @param rest what is done with the towers after they were measured, where there were ratings
 * @throws CommandError, ConfigError, FormatError
 */
export async function trainTowers(
  path: string,
  command: TowersCommand,
  report: Report,
  io: Io,
  rest?: (model: TwoTowers, rated: RatedExamples) => Promise<void>,
): Promise<void> {
  const { data, ratings, evaluation: given } = command;
  if (ratings) checkRatings(ratings);
  else checkData(data, given);
  const named = featureOptions(command.features, ratings !== undefined);
  const held = ratings ? ratings.validationFraction : validationOf(data);
  const checked = { training: command.training, isValidated: held !== undefined };
  const { epochs, batchSize, ...reading } = checkTowers({ ...command.model, ...named }, checked);
  resolveEvaluateOptions(given);
  const inputs = [path, data.test, data.validation, ratings?.titles, command.features.records];
  await checkWriting(command, inputs);

  const found = await orAborted(
    read(path, command, reading, { report, signal: io.signal }),
    io.signal,
  );
  const options = { ...command.model, ...found.features };
  using model = await TwoTowers.create(found.train.items, options, found.records);
  const evaluation = { ...found.clicks?.choices, ...given };
  if (found.clicks) checkTests(found.clicks, model, report, evaluation);
  const { validation, test, rated } = found;
  const validated = validation && { validation, ...chosenIn(evaluation) };
  const training = { ...command.training, ...validated };
  const examples = countOf(found.train);
  report.model(model, bytesOf(options, { items: model.items.size, examples }, training));
  noteUnsaved(command, report);
  if (batchSize > examples) {
    const count = formatCount(examples);
    report.note(`A batch holds all ${count} examples: --batch-size is larger than the data.`);
  }

  const course = {
    epochs,
    flags: command.checkpoint,
    targets: command.targets,
    start: (watch: Watch) => train(model, found.train, { ...training, ...watch }),
  };
  await learn(model, course, report, io, async () => {
    if (test) {
      const evaluated = (watch: EvaluateOptions) =>
        evaluate(model, test, { ...evaluation, ...watch });
      await measure(evaluated, report, io.signal);
    }
    if (rated) await rest?.(model, rated);
  });
}

async function read(
  path: string,
  command: TowersCommand,
  reading: { readonly windowLength: number; readonly seed: number },
  { report, signal }: Surroundings,
): Promise<Read> {
  const data = await readData(path, command, reading, { report, signal });
  const { train, rated } = data;
  const features = featureOptions(command.features, rated !== undefined, train.times);
  const records =
    (await recordsFor(train.items, command.features, features.features, report, signal)) ??
    recordsOf(rated?.titles ?? [], features.features);
  return { ...data, features, records };
}

async function readData(
  path: string,
  { data, ratings }: TowersCommand,
  reading: { readonly windowLength: number; readonly seed: number },
  { report, signal }: Surroundings,
): Promise<Data> {
  if (ratings) {
    const rated = await readRated(path, { ...ratings, ...reading }, report, signal);
    return { ...rated, rated };
  }
  const clicks = await readClicks(path, data, report, signal);
  const { train, test, validation } = clicks;
  return {
    clicks,
    train,
    ...(test && { test: test.sessions }),
    ...(validation && { validation: validation.sessions }),
  };
}

/** A session has an example for every click but its first. */
function countOf(data: Sessions | Examples): number {
  return data instanceof Sessions ? data.events - data.length : data.length;
}

/** The memory of training; not known with features, whose words are counted when the towers are made. */
function bytesOf(
  options: TowerOptions,
  size: { readonly items: number; readonly examples: number },
  training: TowersCommand["training"],
): number | undefined {
  if (Object.keys(options.features ?? {}).length > 0) return undefined;
  return estimateMemory(size, options, training).total;
}
