/** Training as its user sees it: an async generator of epochs. */

import type { Examples } from "../data/examples.js";
import type { Sessions } from "../data/sessions.js";
import { claimed } from "../models/claim.js";
import type { GRU4Rec } from "../models/gru4rec/gru4rec.js";
import type { TwoTowers } from "../models/two-towers/two-towers.js";
import type { TrainRetrievalOptions } from "./in-batch/options.js";
import type { TrainOptions } from "./options.js";
import { type Recipe, recipeOf } from "./recipe.js";
import type { EpochReport } from "./report.js";
import { Run } from "./run.js";
import type { RunOptions } from "./run-options.js";
import { sampled } from "./sampled/recipe.js";

/** Resources of a generator. They are released even if the generator is abandoned. */
interface Held {
  run: Run | undefined;
}

type Epochs = AsyncGenerator<EpochReport, void, void>;
/** The overloads of `train` as one. */
type Train = (model: unknown, data: unknown, options: object) => Epochs;

const abandoned = new FinalizationRegistry<Held>(({ run }) => run?.[Symbol.dispose]());

/**
 * Trains a model; yields after every epoch. GRU4Rec learns from sessions; two towers learn to find, for each
 * example, its item among the items of its batch: from examples, or from sessions, of which they are made.
 *
 * Works on a copy of the weights and puts them into the model at the end of each epoch, so the model
 * is whole at every moment and keeps its last whole epoch when training is stopped, by leaving the
 * loop, by `signal`, or by an error; with `validation` it then gets its best one back. Memory, all of it
 * taken before the first step: the weights once more with their optimiser state, once again for the best
 * ones with `validation`, and where a worker cannot share its memory for the next epoch's; one step.
 *
 * With `checkpoint.resume` it goes on where the checkpoint was made, and ends with the same bits as if it
 * had never stopped; epochs before it are not reported again. A step is never cut: with `threads: 0` a batch
 * of 12,800 examples holds the calling thread for about a second.
 *
 * The sessions, or for two towers examples of the model's window, are over the catalogue of the model, or over
 * another one whose items it knows.
 *
 * @throws ConfigError when an option, the data or a checkpoint do not fit, or another training has the
 *   model; FormatError when a checkpoint is broken; DivergedError when a weight, gradient, score or
 *   loss is no longer finite; WorkerError when a thread fails or does not answer; CheckpointError when a
 *   checkpoint cannot be kept; the signal's reason when aborted
 */
export function train(model: GRU4Rec, sessions: Sessions, options?: TrainOptions): Epochs;
export function train(
  towers: TwoTowers,
  examples: Examples | Sessions,
  options?: TrainRetrievalOptions,
): Epochs;
export function train(
  model: GRU4Rec | TwoTowers,
  data: Sessions | Examples,
  options: RunOptions<Sessions | Examples> = {},
): Epochs {
  return claimed(model, () => {
    const held: Held = { run: undefined };
    const epochs = epochsOf(held, model, data, options);
    abandoned.register(epochs, held);
    return epochs;
  });
}

async function* epochsOf(
  held: Held,
  model: unknown,
  data: unknown,
  options: RunOptions<Sessions | Examples>,
): Epochs {
  const recipe: Recipe = recipeOf(model) ?? sampled;
  const run = await Run.start(await recipe.prepare(model, data, options), options);
  held.run = run;
  try {
    await run.load();
    while (!run.isOver) yield await run.epoch();
  } catch (error) {
    run.fail(error);
    throw error;
  } finally {
    await run.end();
  }
}

/** `train` to its end; the reports of all epochs. */
export async function fit(
  model: GRU4Rec,
  sessions: Sessions,
  options?: TrainOptions,
): Promise<EpochReport[]>;
export async function fit(
  towers: TwoTowers,
  examples: Examples | Sessions,
  options?: TrainRetrievalOptions,
): Promise<EpochReport[]>;
export async function fit(
  model: GRU4Rec | TwoTowers,
  data: Sessions | Examples,
  options: RunOptions<Sessions | Examples> = {},
): Promise<EpochReport[]> {
  const reports: EpochReport[] = [];
  const epochs = (train as Train)(model, data, options);
  for await (const report of epochs) reports.push(report);
  return reports;
}
