/**
 * Where the weights of an epoch go when it is over: into the model, in place, and where a validation
 * tells which epoch is the best, into a copy, until there is a better one.
 *
 * They are copied straight from the job's memory. Where the calling thread cannot read that memory, because a
 * worker does not share it, they arrive in messages. They are gathered in one more copy first, because the last
 * message may never arrive.
 *
 * All copies are allocated before training starts, so no epoch runs out of memory.
 */

import { copyInto, type StoredWeights } from "../models/stored-weights.js";
import type { TrainingRecord } from "../models/training-record.js";
import { findBroken, storeTensors } from "../network/transfer.js";
import { type NamedTensor, type TableView, tableViews, viewsOf } from "../network/weights.js";
import { inTurns } from "../pause.js";
import type { Job } from "../threads/job.js";
import type { Training } from "./recipe.js";
import type { DecodedCheckpoint } from "./resumed.js";

export class Copies {
  readonly #training: Training;
  readonly #job: Job;
  readonly #gathered: StoredWeights | undefined;
  readonly #best: StoredWeights | undefined;
  /** The arrivals of weights in the model (door.ts) that brought the last epoch, and the best one. */
  #came = -1;
  #bestCame = -1;
  /** The trainings that these weights come from. */
  #record: TrainingRecord | undefined;
  #bestRecord: TrainingRecord | undefined;

  private constructor(
    training: Training,
    job: Job,
    gathered: StoredWeights | undefined,
    best: StoredWeights | undefined,
  ) {
    this.#training = training;
    this.#job = job;
    this.#gathered = gathered;
    this.#best = best;
  }

  /** @throws ConfigError when the memory is not there */
  static async create(training: Training, job: Job, keepsBest: boolean): Promise<Copies> {
    const gathered = job.arena ? undefined : await training.room();
    return new Copies(training, job, gathered, keepsBest ? await training.room() : undefined);
  }

  /** The best weights, where they are not the model's present ones. */
  get best(): StoredWeights | undefined {
    return this.#training.door.arrivals === this.#bestCame ? undefined : this.#best;
  }

  /** Before the first epoch is measured, the best weights are those that the model has. */
  async begin(): Promise<void> {
    if (!this.#best) return;
    const best = this.#best;
    const { door } = this.#training;
    await door.during(async (weights) => {
      await inTurns(copyInto(best, tableViews(weights)));
      this.#bestCame = door.arrivals;
      this.#bestRecord = door.training;
    });
  }

  /** Puts the weights of a checkpoint into the model; the best are in it where they are others. */
  async resume({ hasBest, rows, progress: { epochs, best } }: DecodedCheckpoint): Promise<void> {
    const { door, record } = this.#training;
    const since = (epoch: number) => (epoch > 0 ? record(epoch) : door.training);
    const [last, bestRecord] = [since(epochs), since(best?.epoch ?? 0)];
    await door.bring((weights) => weights.fill(rows("model/")), last);
    if (!hasBest) return this.begin();
    if (this.#best) await inTurns(this.#best.fill(rows("best/")));
    this.#bestRecord = bestRecord;
  }

  /**
   * Puts the epoch's weights into the model, if all of them are finite.
   *
   * @param check called until the first weight is in the model; when it throws, the model is unchanged
   * @returns the tensor with a number that is not finite; undefined when there is none
   */
  async put(epoch: number, check: () => void): Promise<NamedTensor | undefined> {
    const record = this.#training.record(epoch);
    const gathered = this.#gathered;
    const broken = gathered
      ? await storeTensors(this.#job, gathered.tensors, (...rows) => gathered.write(...rows), check)
      : await findBroken(this.#job, this.#training.plan.tensors, check);
    if (broken) return broken;
    this.#came = await this.#training.door.bring((weights) => {
      check();
      return copyInto(weights, this.#epoch());
    }, record);
    this.#record = record;
    return undefined;
  }

  /** The epoch's weights are the best: keeps them. */
  async keep(): Promise<void> {
    await inTurns(copyInto(this.#best!, this.#epoch()));
    this.#bestCame = this.#came;
    this.#bestRecord = this.#record;
  }

  /** Puts the best weights back into the model, unless it was disposed. */
  async restore(): Promise<void> {
    const { door } = this.#training;
    if (door.isDisposed || !this.best) return;
    const views = tableViews(this.best);
    await door.bring((weights) => copyInto(weights, views), this.#bestRecord);
  }

  #epoch(): readonly TableView[] {
    const { plan } = this.#training;
    return this.#gathered ? tableViews(this.#gathered) : viewsOf(this.#job.arena!, plan.tables);
  }
}
