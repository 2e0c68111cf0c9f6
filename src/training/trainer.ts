/** Training as its user sees it: an async generator of epochs. */

import type { Sessions } from "../data/sessions.js";
import { claimed } from "../models/claim.js";
import type { GRU4Rec } from "../models/gru4rec/gru4rec.js";
import type { TrainOptions } from "./options.js";
import { type EpochReport, Run } from "./run.js";

/** What a generator holds that must be released even if nobody asks it to go on or to return. */
interface Held {
  run: Run | undefined;
}

const abandoned = new FinalizationRegistry<Held>(({ run }) => run?.[Symbol.dispose]());

/**
 * Trains a model on sessions; yields after every epoch.
 *
 * Works on a copy of the weights and puts them into the model at the end of each epoch, so the model
 * is whole at every moment and keeps its last whole epoch when training is stopped, by leaving the
 * loop, by `signal`, or by an error; with `validation` it then gets its best one back. Memory, all of it
 * taken before the first step: the weights once more with their optimiser state, once again for the best
 * ones with `validation`, and where a worker cannot share its memory for the next epoch's; one step.
 *
 * With `checkpoint.resume` it goes on where the checkpoint was made, and ends with the same bits as if it
 * had never stopped; epochs before it are not reported again.
 *
 * @throws ConfigError when an option, the sessions or a checkpoint do not fit, or another training has
 *   the model; FormatError when a checkpoint is broken; DivergedError when a weight, gradient, score or
 *   loss is no longer finite; WorkerError when a thread fails or does not answer; CheckpointError when a
 *   checkpoint cannot be kept; the signal's reason when aborted
 */
export function train(
  model: GRU4Rec,
  sessions: Sessions,
  options: TrainOptions = {},
): AsyncGenerator<EpochReport, void, void> {
  return claimed(model, () => {
    const held: Held = { run: undefined };
    const epochs = epochsOf(held, model, sessions, options);
    abandoned.register(epochs, held);
    return epochs;
  });
}

async function* epochsOf(
  held: Held,
  model: GRU4Rec,
  sessions: Sessions,
  options: TrainOptions,
): AsyncGenerator<EpochReport, void, void> {
  const run = await Run.start(model, sessions, options);
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
  options: TrainOptions = {},
): Promise<EpochReport[]> {
  const reports: EpochReport[] = [];
  for await (const report of train(model, sessions, options)) reports.push(report);
  return reports;
}
