/** Training as its user sees it: an async generator of epochs. */

import type { Items } from "../data/items.js";
import type { Sessions } from "../data/sessions.js";
import { ConfigError, DivergedError } from "../errors.js";
import { type GRU4Rec, replaceWeights, weightsOf } from "../model/gru4rec.js";
import { Inference } from "../model/inference.js";
import type { ResolvedModelOptions } from "../model/options.js";
import { rowsPerPiece } from "../model/weights.js";
import { Job } from "../threads/job.js";
import { pacer, pause, SLICE_MS } from "../threads/pause.js";
import type { Finding } from "./diagnosis.js";
import { batchShape, type TrainingConfig } from "./memory.js";
import { type ResolvedLearningOptions, resolveTrainOptions, type TrainOptions } from "./options.js";
import { type SliceReport, trainingProgram } from "./program.js";

export interface EpochReport {
  /** Counted from 1. */
  readonly epoch: number;
  /** Mean loss of the epoch's events. */
  readonly loss: number;
  /** Pairs (click, next click) played. */
  readonly events: number;
  /** Mini-batches. */
  readonly steps: number;
  readonly seconds: number;
  readonly eventsPerSecond: number;
}

/** How long workers play before they report; the calling thread's turns are shorter. */
const WORKER_SLICE_MS = 100;
/** Elements of the click log that travel at a time. */
const LOG_PIECE = 2 ** 20;

/**
 * Trains a model on sessions; yields after every epoch.
 *
 * Works on a copy of the weights and puts them into the model at the end of each epoch, so the model
 * is whole at every moment and keeps its last whole epoch when training is stopped, by leaving the
 * loop, by `signal`, or by an error. Memory: the weights once more, their optimiser state, one step.
 *
 * @throws ConfigError when an option or the sessions do not fit; DivergedError when a weight,
 *   gradient, score or loss is no longer finite; WorkerError when a thread fails; the signal's reason when aborted
 */
export async function* train(
  model: GRU4Rec,
  sessions: Sessions,
  options: TrainOptions = {},
): AsyncGenerator<EpochReport, void, void> {
  const learning = resolveTrainOptions(options, model.options.windowLength);
  const itemIndices = rowsOf(model, sessions);
  checkSessions(sessions, learning, model.options);
  options.signal?.throwIfAborted();

  const config: TrainingConfig = {
    ...{ model: model.options, learning, items: model.items.size },
    ...{ events: sessions.events, sessions: sessions.length },
  };
  const job = await Job.start("training", trainingProgram, config, options, usefulThreads(config));
  try {
    await loadLog(job, sessions, itemIndices, learning);
    await job.call("loadSupport", model.items.support.slice());
    await loadWeights(job, weightsOf(model));
    for (let epoch = 1; epoch <= learning.epochs; ++epoch) {
      // An epoch may be over within a slice: events of the caller, an abort too, have their turn here.
      await pause();
      options.signal?.throwIfAborted();
      const report = await playEpoch(
        job,
        epoch,
        sessions.events - sessions.length,
        learning,
        options,
        model.items,
      );
      replaceWeights(model, await storeWeights(job, model, report, learning));
      yield report;
    }
  } finally {
    job.dispose();
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

async function playEpoch(
  job: Job,
  epoch: number,
  totalEvents: number,
  learning: ResolvedLearningOptions,
  { signal, onProgress }: TrainOptions,
  items: Items,
): Promise<EpochReport> {
  // An epoch may be over in one slice, so it is not enough to look between slices.
  signal?.throwIfAborted();
  const started = performance.now();
  await job.together("beginEpoch", epoch);
  for (;;) {
    const slice = job.inline ? SLICE_MS : WORKER_SLICE_MS;
    const { events, steps, loss, done, finding } = await job.together<SliceReport>("run", slice);
    if (finding) throw diverged(epoch, steps, said(finding, items), learning);
    const seconds = (performance.now() - started) / 1000;
    const figures = { epoch, loss: loss / Math.max(1, events), events };
    const eventsPerSecond = events / Math.max(seconds, 1e-6);
    onProgress?.({
      ...{ ...figures, step: steps, epochs: learning.epochs, totalEvents, eventsPerSecond },
    });
    if (done) return { ...figures, steps, seconds, eventsPerSecond };
    signal?.throwIfAborted();
  }
}

function diverged(
  epoch: number,
  step: number,
  found: string,
  { learningRate, optimizer }: ResolvedLearningOptions,
): DivergedError {
  const rate = optimizer === "adadelta" ? "" : ` (now ${learningRate})`;
  return new DivergedError(epoch, step, found, `Lower \`learningRate\`${rate} or \`momentum\`.`);
}

/** `a gradient of Wy, item "tent", is NaN` */
function said({ what, value, item }: Finding, items: Items): string {
  const owner = item === undefined ? "" : `, item ${JSON.stringify(String(items.idOf(item)))},`;
  return `${what}${owner} is ${value}`;
}

/** Rows of the model's catalogue for each event. */
function rowsOf(model: GRU4Rec, sessions: Sessions): Int32Array {
  if (sessions.items === model.items) return sessions.itemIndices;
  const rows = Int32Array.from(sessions.items.ids, (id) => model.items.indexOf(id));
  const unknown = rows.indexOf(-1);
  if (unknown >= 0) {
    const remedy = "Create the model from the items of all sessions it will be trained on.";
    const id = sessions.items.idOf(unknown);
    throw new ConfigError("sessions", "only items that the model knows", id, remedy);
  }
  return sessions.itemIndices.map((item) => rows[item]!);
}

function checkSessions(
  sessions: Sessions,
  { negatives }: ResolvedLearningOptions,
  { windowLength }: ResolvedModelOptions,
): void {
  const { offsets, length, events } = sessions;
  let playable = 0;
  for (let s = 0; s < length; ++s) if (offsets[s + 1]! - offsets[s]! > 1) playable++;
  if (playable === 0) {
    const got = `${length} of one click each`;
    throw new ConfigError("sessions", "at least one session of two clicks or more", got);
  }
  if (windowLength > 0 && negatives === 0 && events - length < 2) {
    const remedy = "Raise `negatives`: a lone target has no other to be compared with.";
    throw new ConfigError("sessions", "two clicks or more to predict", events - length, remedy);
  }
  if (playable === 1 && negatives === 0 && windowLength === 0) {
    const remedy = "Raise `negatives`: a lone session has no other slot to be compared with.";
    throw new ConfigError("sessions", "two sessions of two clicks or more", playable, remedy);
  }
}

/** More threads than this cost more at the barriers than they bring. */
function usefulThreads(config: TrainingConfig): number {
  const { learning, model } = config;
  const { B, T, S } = batchShape(config);
  const scoring = S * (S + learning.negatives) * model.layers.at(-1)!;
  const later = model.layers.reduce((work, D) => work + B * (T - 1) * 6 * D * D, 0);
  return Math.max(1, Math.floor((scoring + later) / 2 ** 18));
}

async function loadLog(
  job: Job,
  sessions: Sessions,
  itemIndices: Int32Array,
  { order }: ResolvedLearningOptions,
): Promise<void> {
  const parts = { itemIndices, offsets: sessions.offsets, order: sessions.order(orderNow(order)) };
  for (const [name, all] of Object.entries(parts)) {
    for (let at = 0; at < all.length; at += LOG_PIECE) {
      const values = all.slice(at, at + LOG_PIECE);
      await job.call("loadLog", { name, at, values }, [values.buffer]);
    }
  }
}

/** A random order is drawn by the job at the start of each epoch. */
function orderNow(order: ResolvedLearningOptions["order"]): "time" | "session" {
  return order === "random" ? "session" : order;
}

async function loadWeights(job: Job, weights: Inference): Promise<void> {
  for (const tensor of weights.tensors) {
    const piece = rowsPerPiece(tensor);
    for (let begin = 0; begin < tensor.rows; begin += piece) {
      const values = weights.read(tensor, begin, Math.min(piece, tensor.rows - begin));
      await job.call("loadWeights", { name: tensor.name, begin, values }, [values.buffer]);
    }
  }
}

/** The epoch's weights in an arena of their own. Throws DivergedError when one is not finite. */
async function storeWeights(
  job: Job,
  model: GRU4Rec,
  { epoch, steps }: EpochReport,
  learning: ResolvedLearningOptions,
): Promise<Inference> {
  const weights = await Inference.create(model.options, model.items.size);
  const pace = pacer();
  for (const tensor of weights.tensors) {
    const { name } = tensor;
    const piece = rowsPerPiece(tensor);
    for (let begin = 0; begin < tensor.rows; begin += piece) {
      const rows = Math.min(piece, tensor.rows - begin);
      const values = await job.call<Float32Array | undefined>("storeWeights", {
        name,
        begin,
        rows,
      });
      if (!values) throw diverged(epoch, steps, `a weight of ${name} is not finite`, learning);
      weights.write(tensor, begin, values);
      await pace();
    }
  }
  return weights;
}
