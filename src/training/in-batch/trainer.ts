/** Training for retrieval as its user sees it: an async generator of epochs. */

import { checkInstance } from "../../checks.js";
import type { Examples } from "../../data/examples.js";
import { orderInTime } from "../../data/time-order.js";
import { ConfigError, words } from "../../errors.js";
import { claimed } from "../../models/claim.js";
import { rowsOf } from "../../models/two-towers/example-rows.js";
import { TowerInference } from "../../models/two-towers/inference.js";
import { shapesOf } from "../../models/two-towers/parameters.js";
import { productsOf } from "../../models/two-towers/products.js";
import { doorOf, featuresOf, TwoTowers } from "../../models/two-towers/two-towers.js";
import { piecesOf } from "../../network/weights.js";
import { inTurns, pacer, pause, SLICE_MS } from "../../pause.js";
import { ln, pow } from "../../portable-math.js";
import { Job, type JobSize } from "../../threads/job.js";
import { diverged } from "../divergence.js";
import { recordOf } from "../record.js";
import type { EpochReport } from "../run.js";
import { exclusionsOf } from "./exclusions.js";
import type { RetrievalConfig } from "./memory.js";
import {
  type ResolvedRetrievalOptions,
  resolveRetrievalOptions,
  type TrainRetrievalOptions,
} from "./options.js";
import { type CandidateChances, type RetrievalSlice, retrievalProgram } from "./program.js";

/** How long workers play before they report; the calling thread's turns are shorter. */
const WORKER_SLICE_MS = 100;
/** Elements that travel at a time. */
const PIECE = 2 ** 20;
/** Bounds of a probability whose logarithm is subtracted. */
const LEAST_PROBABILITY = 1e-6;

/**
 * Trains two towers to find, for each example, its item among the items of its batch; yields after
 * every epoch. `events` of a report are examples.
 *
 * Works on a copy of the weights and puts them into the model at the end of each epoch, so the model
 * is whole at every moment and keeps its last whole epoch when training is stopped, by leaving the
 * loop, by `signal`, or by an error. A step is never cut: with `threads: 0` a batch of 12,800 holds
 * the calling thread for about a second.
 *
 * @param examples over the model's own catalogue or one with the same ids, of the model's window
 * @throws ConfigError when an option or the examples do not fit, or another training has the model;
 *   DivergedError when a loss or a
 *   weight is no longer finite; WorkerError when a thread fails; the signal's reason when aborted
 */
export function trainRetrieval(
  model: TwoTowers,
  examples: Examples,
  options: TrainRetrievalOptions = {},
): AsyncGenerator<EpochReport, void, void> {
  return claimed(model, () => epochsOf(model, examples, options));
}

async function* epochsOf(
  model: TwoTowers,
  examples: Examples,
  options: TrainRetrievalOptions,
): AsyncGenerator<EpochReport, void, void> {
  const task = resolveRetrievalOptions(options);
  checkInstance("model", model, TwoTowers, "a TwoTowers");
  const { contexts, targets, moments } = await rowsOf(model, examples);
  const weights = weightsOf(examples, options);
  const exclusions = exclusionsOf(model.items, targets, options.exclude);
  checkExamples(examples, task);
  const chances = chancesOf(model, targets, task);
  options.signal?.throwIfAborted();

  const { logQ: _, ...rest } = task;
  const others = Math.min(task.batchSize, examples.length) + task.negatives - 1;
  // Lists of all negatives leave nothing out: they would only take time and room.
  const hardNegatives = task.hardNegatives < others ? task.hardNegatives : 0;
  const config: RetrievalConfig = {
    ...{ model: model.options, items: model.items.size, examples: examples.length },
    excluded: exclusions.excluded.length,
    features: shapesOf(model.options, featuresOf(model)),
    task: { ...rest, hardNegatives },
  };
  const record = recordOf(examples.times);
  const job = await Job.start("retrieval", retrievalProgram, config, options, sizeOf(config));
  try {
    const order = task.order === "time" ? await inTurns(orderOf(examples)) : new Int32Array(0);
    const columns = { contexts, targets, moments, order, weights, ...exclusions };
    for (const [name, all] of Object.entries(columns)) {
      for (let at = 0; at < all.length; at += PIECE) {
        const values = all.slice(at, at + PIECE);
        await job.call("loadExamples", { name, at, values }, [values.buffer]);
      }
    }
    await job.call("loadChances", chances);
    await job.call("loadBags", featuresOf(model)?.bags ?? []);
    await doorOf(model).during((towers) => loadWeights(job, towers));
    for (let epoch = 1; epoch <= task.epochs; ++epoch) {
      // An epoch may be over within a slice: events of the caller, an abort too, have their turn here.
      await pause();
      options.signal?.throwIfAborted();
      const report = await playEpoch(job, epoch, examples.length, task, options);
      const weights = await storeWeights(job, model, report, task);
      await doorOf(model).bring((towers) => towers.copy(weights), record(epoch));
      yield report;
    }
  } finally {
    job.dispose();
  }
}

/** `trainRetrieval` to its end; the reports of all epochs. */
export async function fitRetrieval(
  model: TwoTowers,
  examples: Examples,
  options: TrainRetrievalOptions = {},
): Promise<EpochReport[]> {
  const reports: EpochReport[] = [];
  for await (const report of trainRetrieval(model, examples, options)) reports.push(report);
  return reports;
}

async function playEpoch(
  job: Job,
  epoch: number,
  totalEvents: number,
  task: ResolvedRetrievalOptions,
  { signal, onProgress }: TrainRetrievalOptions,
): Promise<EpochReport> {
  signal?.throwIfAborted();
  const started = performance.now();
  await job.together("beginEpoch", epoch);
  for (;;) {
    const slice = job.inline ? SLICE_MS : WORKER_SLICE_MS;
    const played = await job.together<RetrievalSlice>("run", slice);
    const { events, steps, loss, done, fault } = played;
    if (fault) throw diverged(epoch, steps, `${fault} is not finite`, task);
    const seconds = (performance.now() - started) / 1000;
    const figures = { epoch, loss: loss / Math.max(1, events), events };
    const eventsPerSecond = events / Math.max(seconds, 1e-6);
    onProgress?.({
      ...{ ...figures, step: steps, epochs: task.epochs, totalEvents, eventsPerSecond },
    });
    if (done) return { ...figures, steps, seconds, eventsPerSecond };
    signal?.throwIfAborted();
  }
}

function weightsOf({ length }: Examples, { sampleWeights }: TrainRetrievalOptions): Float32Array {
  if (!sampleWeights) return new Float32Array(length).fill(1);
  if (sampleWeights.length !== length) {
    throw new ConfigError("sampleWeights", `${length}, one an example`, sampleWeights.length);
  }
  const weights = Float32Array.from(sampleWeights);
  const bad = weights.findIndex((weight) => !(weight >= 0 && Number.isFinite(weight)));
  if (bad < 0) return weights;
  throw new ConfigError(`sampleWeights[${bad}]`, "a number ≥ 0", sampleWeights[bad]);
}

function checkExamples({ length }: Examples, { negatives }: ResolvedRetrievalOptions): void {
  if (length + negatives >= 2) return;
  const remedy = "Raise `negatives`: a lone example has no other to be compared with.";
  throw new ConfigError("examples", "at least two", words(`${length}`), remedy);
}

/** The examples by the times of their targets. */
function orderOf({ times, length }: Examples): Generator<void, Int32Array> {
  if (times.length !== length) {
    throw new ConfigError("examples", `${length} times, one an example`, times.length);
  }
  return orderInTime(
    times,
    Int32Array.from({ length: length + 1 }, (_, n) => n),
  );
}

/** How candidates are drawn, and the logarithms that correct their scores: 0 where nothing does. */
function chancesOf(
  { items }: TwoTowers,
  targets: Int32Array,
  { logQ, sampleAlpha }: ResolvedRetrievalOptions,
): CandidateChances {
  const support = new Int32Array(items.size);
  for (const item of targets) support[item]!++;
  const clipped = (q: number): number => ln(Math.min(1, Math.max(LEAST_PROBABILITY, q)));
  if (typeof logQ !== "number") {
    if (logQ.length !== items.size) {
      throw new ConfigError("logQ", `a number, or ${items.size}, one an item`, logQ.length);
    }
    const all = Float64Array.from(logQ);
    const bad = all.findIndex((q) => !(q >= 0 && q <= 1));
    if (bad >= 0) throw new ConfigError(`logQ[${bad}]`, "a number in [0, 1]", logQ[bad]);
    const corrections = Float32Array.from(all, clipped);
    return { support, lnOwn: corrections, lnDrawn: corrections };
  }
  if (logQ === 0) {
    const none = new Float32Array(items.size);
    return { support, lnOwn: none, lnDrawn: none };
  }
  const powers = Float64Array.from(support, (count) => pow(count, sampleAlpha));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return {
    support,
    lnOwn: Float32Array.from(support, (count) => logQ * clipped(count / targets.length)),
    lnDrawn: Float32Array.from(powers, (power) => logQ * clipped(power / total)),
  };
}

/**
 * More threads than this cost more at the barriers than they bring. Finding the hardest negatives
 * compares each score with up to 32 bounds, and a comparison counts as a multiply-add.
 */
export function sizeOf({ model, task, examples }: RetrievalConfig): JobSize {
  const B = Math.min(task.batchSize, examples);
  const { query, candidate, score } = productsOf(model);
  const comparisons = task.hardNegatives > 0 ? 32 : 0;
  const work = B * query + (B + task.negatives) * (candidate + B * (score + comparisons));
  return { useful: Math.max(1, Math.floor(work / 2 ** 20)), products: 3 * work };
}

async function loadWeights(job: Job, weights: TowerInference): Promise<void> {
  for (const tensor of [...weights.tensors.query, ...weights.tensors.candidate]) {
    for (const { name, begin, rows } of piecesOf(tensor)) {
      const values = weights.read(tensor, begin, rows);
      await job.call("loadWeights", { name, begin, values }, [values.buffer]);
    }
  }
}

/** The epoch's weights in an arena of their own. Throws DivergedError when one is not finite. */
async function storeWeights(
  job: Job,
  model: TwoTowers,
  { epoch, steps }: EpochReport,
  task: ResolvedRetrievalOptions,
): Promise<TowerInference> {
  const { options, items } = model;
  const shapes = shapesOf(options, featuresOf(model));
  const weights = await TowerInference.create(options, items.size, items.size, shapes);
  const pace = pacer();
  for (const tensor of [...weights.tensors.query, ...weights.tensors.candidate]) {
    for (const range of piecesOf(tensor)) {
      const values = await job.call<Float32Array | undefined>("storeWeights", range);
      const found = `a weight of ${range.name} is not finite`;
      if (!values) throw diverged(epoch, steps, found, task);
      weights.write(tensor, range.begin, values);
      await pace();
    }
  }
  return weights;
}
