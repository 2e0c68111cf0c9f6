/** One training from its first step, or from a checkpoint, to wherever it ends. */

import { checkInstance } from "../checks.js";
import { checkSessions, type Sessions } from "../data/sessions.js";
import { CheckpointError, DisposedError, DivergedError, WorkerError } from "../errors.js";
import { doorOf, GRU4Rec } from "../models/gru4rec/gru4rec.js";
import type { TrainingRecord } from "../models/training-record.js";
import { loadColumns, loadTensors, loadWeights } from "../network/transfer.js";
import { pause } from "../pause.js";
import { Job } from "../threads/job.js";
import { runSlice } from "../threads/slices.js";
import { checkCheckpoints, type DecodedCheckpoint, decodeCheckpoint } from "./checkpoint.js";
import { Copies } from "./copies.js";
import { diverged, said } from "./divergence.js";
import { identityOf } from "./identity.js";
import { Keeper } from "./keeper.js";
import { isSliceReport } from "./messages.js";
import { resolveTrainOptions, type TrainOptions } from "./options.js";
import { type Plan, planOf } from "./plan.js";
import type { Profile } from "./profile.js";
import type { Progress, Within } from "./progress.js";
import { recordOf } from "./record.js";
import { trainingProgram } from "./sampled/program.js";
import { type Log, logOf } from "./sessions.js";
import { Validation, type ValidationReport } from "./validation.js";

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
  /** Seconds of thread 0 in each phase of its steps, with `profile`; since a resume only the rest. */
  readonly phases?: Profile;
  /** Only with `validation`. */
  readonly validation?: ValidationReport;
}

const NOTHING: Within = { events: 0, steps: 0, loss: 0, seconds: 0 };

/** What a run is made of, all of it there before the first step. */
interface Parts {
  readonly model: GRU4Rec;
  readonly options: TrainOptions;
  readonly plan: Plan;
  readonly log: Log;
  readonly job: Job;
  readonly copies: Copies;
  /** Of so many epochs. */
  readonly record: (epochs: number) => TrainingRecord;
  readonly validation: Validation | undefined;
  readonly keeper: Keeper | undefined;
  readonly resumed: DecodedCheckpoint | undefined;
}

export class Run implements Disposable {
  readonly #parts: Parts;
  #epochs = 0;
  #within: Within | undefined;
  #phases: Profile | undefined;
  /** Whether the job's memory is a state to go on from. */
  #sound = false;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Finds everything that can be wrong, and takes all memory. Throws as `train` does. */
  static async start(model: GRU4Rec, sessions: Sessions, options: TrainOptions): Promise<Run> {
    checkInstance("model", model, GRU4Rec, "a GRU4Rec");
    checkSessions("sessions", sessions);
    const learning = resolveTrainOptions(options, model.options.windowLength);
    const log = await logOf(model, sessions, learning);
    const validation = Validation.of(model, options);
    options.signal?.throwIfAborted();
    const plan = planOf({
      ...{ model: model.options, learning, items: model.items.size },
      ...{ events: sessions.events, sessions: sessions.length },
      profile: options.profile === true,
    });
    const { checkpoint } = options;
    const identity = checkpoint && (await identityOf(model, plan, log, options, validation));
    if (identity) checkCheckpoints(identity);
    const resumed =
      checkpoint?.resume && identity
        ? await decodeCheckpoint(checkpoint.resume, identity)
        : undefined;
    const job = await Job.start("training", trainingProgram, plan.config, options, plan.size);
    const copies = await copiesOf(model, job, plan, validation);
    const keeper = checkpoint && identity && new Keeper(checkpoint, identity, job);
    const record = recordOf(sessions.times);
    return new Run({ model, options, plan, log, job, copies, record, validation, keeper, resumed });
  }

  /** Fills the job's memory, from the model or from the checkpoint. */
  async load(): Promise<void> {
    const { model, plan, log, job, copies, record, resumed, keeper, validation } = this.#parts;
    const check = (): void => this.#throwIfAborted();
    await loadColumns(job, { ...log }, check);
    check();
    await job.call("loadSupport", model.items.support.slice());
    if (resumed) {
      const { progress, hidden, position } = resumed;
      await loadTensors(job, plan.tables, resumed.rows(""), check);
      if (progress.within) {
        await job.together("beginEpoch", progress.epochs + 1);
        await job.call("goTo", { ...progress.within, position, hidden });
      }
      await copies.resume(resumed, record); // not before: all that can be wrong with it was found
      this.#epochs = progress.epochs;
      this.#within = progress.within;
      if (validation) validation.best = progress.best;
    } else {
      await doorOf(model).during((weights) => loadWeights(job, plan.tables, weights, check));
      await copies.begin();
    }
    this.#sound = true;
    if (resumed) keeper?.resumedAt(resumed.progress);
  }

  /** Whether every epoch was played, or the best one is too long ago. */
  get isOver(): boolean {
    const { plan, validation } = this.#parts;
    return this.#epochs >= plan.config.learning.epochs || (validation?.isOver ?? false);
  }

  /** Plays an epoch, or the rest of it, and puts its weights into the model. */
  async epoch(): Promise<EpochReport> {
    const { job, validation, keeper, copies } = this.#parts;
    const epoch = this.#epochs + 1;
    // An epoch may be over within a slice: events of the caller, an abort too, have their turn here.
    await pause();
    this.#throwIfAborted();
    if (!this.#within) await job.together("beginEpoch", epoch);
    this.#within ??= NOTHING;
    while (!(await this.#slice(epoch))) {
      this.#throwIfAborted();
      if (keeper?.isDue) await this.#keep();
    }
    await this.#store(epoch);
    const measured = await validation?.measure(epoch);
    if (measured?.isBest) await copies.keep();
    // Not before: an epoch that was not measured was not whole.
    const { events, steps, loss, seconds } = this.#within;
    this.#epochs = epoch;
    this.#within = undefined;
    if (keeper?.isDue) await this.#keep();
    return {
      ...{ epoch, loss: loss / Math.max(1, events), events, steps, seconds },
      eventsPerSecond: events / Math.max(seconds, 1e-6),
      ...(this.#phases && { phases: this.#phases }),
      ...(measured && { validation: measured }),
    };
  }

  /** After an error: keeps a checkpoint if what went wrong left something to go on from. */
  fail(error: unknown): void {
    const kinds = [DivergedError, WorkerError, DisposedError, CheckpointError];
    if (kinds.some((kind) => error instanceof kind)) this.#sound = false;
  }

  /** Keeps a last checkpoint, puts the best weights into the model and releases the rest. */
  async end(): Promise<void> {
    try {
      if (this.#sound) await this.#keep();
    } finally {
      this[Symbol.dispose]();
      await this.#parts.copies.restore();
    }
  }

  [Symbol.dispose](): void {
    this.#sound = false;
    this.#parts.job.dispose();
  }

  /** Plays for a moment. Returns whether the epoch's last step is done. */
  async #slice(epoch: number): Promise<boolean> {
    const { job, model, plan, log, options } = this.#parts;
    const { learning } = plan.config;
    const started = performance.now();
    const report = await runSlice(job, isSliceReport);
    const { events, steps, loss, done, finding, phases } = report;
    if (finding) throw diverged(epoch, steps, said(finding, model.items), learning);
    const seconds = this.#within!.seconds + (performance.now() - started) / 1000;
    this.#within = { events, steps, loss, seconds };
    this.#phases = phases;
    options.onProgress?.({
      ...{ epoch, epochs: learning.epochs, step: steps, events },
      totalEvents: log.itemIndices.length - log.order.length,
      loss: loss / Math.max(1, events),
      eventsPerSecond: events / Math.max(seconds, 1e-6),
    });
    return done;
  }

  /** Puts the epoch's weights into the model. */
  async #store(epoch: number): Promise<void> {
    const { copies, plan, record } = this.#parts;
    const broken = await copies.put(() => this.#throwIfAborted(), record(epoch));
    if (!broken) return;
    const found = `a weight of ${broken.name} is not finite`;
    throw diverged(epoch, this.#within!.steps, found, plan.config.learning);
  }

  async #keep(): Promise<void> {
    const { keeper, model, copies, validation } = this.#parts;
    const progress: Progress = {
      epochs: this.#epochs,
      ...(this.#within && { within: this.#within }),
      ...(validation?.best && { best: validation.best }),
    };
    const door = doorOf(model);
    door.check();
    await keeper?.keep(progress, { door, best: copies.best });
  }

  #throwIfAborted(): void {
    this.#parts.options.signal?.throwIfAborted();
  }
}

/** Ends the job where there is no memory for copies beside it. */
async function copiesOf(
  model: GRU4Rec,
  job: Job,
  plan: Plan,
  validation: Validation | undefined,
): Promise<Copies> {
  try {
    return await Copies.create(model, job, plan, validation !== undefined);
  } catch (error) {
    job.dispose();
    throw error;
  }
}
