/** One training from its first step, or from a checkpoint, to wherever it ends. The same for every model. */

import type { Examples } from "../data/examples.js";
import type { Sessions } from "../data/sessions.js";
import { CheckpointError, DisposedError, DivergedError, WorkerError } from "../errors.js";
import { loadColumns, loadTensors, loadWeights } from "../network/transfer.js";
import { inTurns, pause } from "../pause.js";
import type { Job } from "../threads/job.js";
import { runSlice } from "../threads/slices.js";
import { Copies } from "./copies.js";
import { diverged, said } from "./divergence.js";
import type { Keeper } from "./keeper.js";
import type { KeptOptimizer } from "./kept-optimizer.js";
import { isSliceReport } from "./messages.js";
import type { Profile } from "./profile.js";
import type { Progress, Within } from "./progress.js";
import type { Training } from "./recipe.js";
import type { EpochReport } from "./report.js";
import type { DecodedCheckpoint } from "./resumed.js";
import type { RunOptions } from "./run-options.js";
import { Snapshots } from "./snapshots.js";
import { Validation } from "./validation.js";
import { unlessAborted } from "./waiting.js";

const NOTHING: Within = { events: 0, steps: 0, loss: 0, seconds: 0 };

/** The parts of a run. All of them exist before the first step. */
interface Parts {
  readonly training: Training;
  readonly options: RunOptions<Sessions | Examples>;
  readonly job: Job;
  readonly copies: Copies;
  readonly snapshots: Snapshots;
  readonly validation: Validation | undefined;
  readonly keeper: Keeper | undefined;
  readonly kept: KeptOptimizer | undefined;
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

  /** Checks everything and allocates all memory. Throws as `train` does. */
  static async start(training: Training, options: RunOptions<Sessions | Examples>): Promise<Run> {
    const validation = await Validation.of(training.model, options);
    options.signal?.throwIfAborted();
    // Late: most trainings in pages keep nothing.
    const { checkpoint, keepOptimizer } = options;
    const kept = keepOptimizer
      ? new (await import("./kept-optimizer.js")).KeptOptimizer(training, options)
      : undefined;
    const keeping =
      checkpoint &&
      (await (await import("./keeping.js")).Keeping.of(training, options, validation, kept?.steps));
    const job = await training.start(options);
    const copies = await copiesOf(training, job, validation !== undefined);
    const snapshots = new Snapshots(options.snapshots, job, training.plan);
    return new Run({
      training,
      options,
      job,
      copies,
      snapshots,
      validation,
      keeper: keeping?.keeper(job),
      kept,
      resumed: keeping?.resumed,
    });
  }

  /** Fills the job's memory, from the model or from the checkpoint. */
  async load(): Promise<void> {
    const { training, job, copies, resumed, keeper, kept, validation } = this.#parts;
    const { plan } = training;
    const check = (): void => this.#throwIfAborted();
    await loadColumns(job, training.columns, check);
    check();
    await loadColumns(job, await inTurns(training.draws()), check);
    // Before the weights, which stand in the same rows.
    if (!resumed) await training.loadState?.(job, check);
    await kept?.load(job, check);
    if (resumed) {
      const { progress, hidden, position } = resumed;
      await loadTensors(job, plan.tables, resumed.rows(""), check);
      if (progress.within) {
        await job.together("beginEpoch", progress.epochs + 1);
        await job.call("goTo", { ...progress.within, position, hidden });
      }
      await copies.resume(resumed); // after all checks of the checkpoint
      this.#epochs = progress.epochs;
      this.#within = progress.within;
      if (progress.steps) await kept?.keep(job, progress.steps);
      if (validation) validation.best = progress.best;
    } else {
      await training.door.during((weights) => loadWeights(job, plan.tables, weights, check));
      await copies.begin();
    }
    this.#sound = true;
    if (resumed) keeper?.resumedAt(resumed.progress);
  }

  /** Whether every epoch was played, or `patience` is used up. */
  get isOver(): boolean {
    const { training, validation } = this.#parts;
    return this.#epochs >= training.plan.learning.epochs || (validation?.isOver ?? false);
  }

  /** Plays an epoch, or the rest of it, and puts its weights into the model. */
  async epoch(): Promise<EpochReport> {
    const { job, validation, keeper, copies, snapshots } = this.#parts;
    const epoch = this.#epochs + 1;
    // A short epoch ends within one slice. Here the caller's events have their turn, an abort too.
    await pause();
    this.#throwIfAborted();
    if (!this.#within) await job.together("beginEpoch", epoch);
    await snapshots.begin(epoch, this.#within?.events);
    this.#within ??= NOTHING;
    while (!(await this.#slice(epoch))) {
      this.#throwIfAborted();
      if (keeper?.isDue) await this.#keep();
    }
    await this.#store(epoch);
    await this.#parts.kept?.keep(job, this.#within.steps);
    const measured = await validation?.measure(epoch);
    if (measured?.isBest) await copies.keep();
    // An epoch counts only after it was measured.
    const { events, steps, loss, seconds } = this.#within;
    this.#epochs = epoch;
    this.#within = undefined;
    if (keeper?.isDue) await this.#keep();
    return {
      epoch,
      loss: loss / Math.max(1, events),
      events,
      steps,
      seconds,
      eventsPerSecond: events / Math.max(seconds, 1e-6),
      ...(this.#phases && { phases: this.#phases }),
      ...(measured && { validation: measured }),
    };
  }

  /** After an error: keeps a checkpoint if the job's memory is still sound. */
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
    this.#parts.snapshots[Symbol.dispose]();
    this.#parts.job.dispose();
  }

  /** Plays one slice of the epoch. Returns whether the epoch's last step is done. */
  async #slice(epoch: number): Promise<boolean> {
    const { job, training, snapshots, options } = this.#parts;
    const started = performance.now();
    const report = await runSlice(job, isSliceReport);
    const { events, steps, loss, done, finding, phases } = report;
    if (finding) {
      throw diverged(epoch, steps, said(finding, training.model.items), training.plan.learning);
    }
    const seconds = this.#within!.seconds + (performance.now() - started) / 1000;
    this.#within = { events, steps, loss, seconds };
    this.#phases = phases;
    await this.#tell(epoch, this.#within);
    await unlessAborted(snapshots.reached(this.#within), options.signal);
    return done;
  }

  async #tell(epoch: number, { events, steps, loss, seconds }: Within): Promise<void> {
    const { training, options } = this.#parts;
    const waits = options.onProgress?.({
      epoch,
      epochs: training.plan.learning.epochs,
      step: steps,
      events,
      totalEvents: training.plan.events,
      loss: loss / Math.max(1, events),
      eventsPerSecond: events / Math.max(seconds, 1e-6),
    });
    if (waits instanceof Promise) await unlessAborted(waits, options.signal);
  }

  /** Puts the epoch's weights into the model. */
  async #store(epoch: number): Promise<void> {
    const { copies, training } = this.#parts;
    const broken = await copies.put(epoch, () => this.#throwIfAborted());
    if (!broken) return;
    const found = `a weight of ${broken.name} is not finite`;
    throw diverged(epoch, this.#within!.steps, found, training.plan.learning);
  }

  async #keep(): Promise<void> {
    const { keeper, kept, training, copies, validation } = this.#parts;
    const progress: Progress = {
      epochs: this.#epochs,
      ...(this.#within && { within: this.#within }),
      ...(validation?.best && { best: validation.best }),
      ...(kept?.last && !this.#within && { steps: kept.last }),
    };
    await keeper?.keep(progress, { door: training.door, best: copies.best });
  }

  #throwIfAborted(): void {
    this.#parts.options.signal?.throwIfAborted();
  }
}

/** Ends the job where there is no memory for copies beside it. */
async function copiesOf(training: Training, job: Job, keepsBest: boolean): Promise<Copies> {
  try {
    return await Copies.create(training, job, keepsBest);
  } catch (error) {
    job.dispose();
    throw error;
  }
}
