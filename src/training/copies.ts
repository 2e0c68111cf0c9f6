/**
 * Where the weights of an epoch go when it is over: into the model, in place, and where a validation
 * tells which epoch is the best, into a copy, until there is a better one.
 *
 * They come straight from the job's memory. Where the calling thread cannot read that, a worker's own, they
 * are put together in one more copy first: of messages the last one may never come.
 *
 * All copies are there before training starts, so an epoch never fails for want of memory.
 */

import { doorOf, type GRU4Rec } from "../models/gru4rec/gru4rec.js";
import { Inference } from "../models/gru4rec/inference.js";
import type { TrainingRecord } from "../models/training-record.js";
import { findBroken, storeTensors } from "../network/transfer.js";
import { type NamedTensor, type TableView, viewsOf } from "../network/weights.js";
import { inTurns } from "../pause.js";
import type { Job } from "../threads/job.js";
import type { DecodedCheckpoint } from "./checkpoint.js";
import type { Plan } from "./plan.js";

export class Copies {
  readonly #model: GRU4Rec;
  readonly #job: Job;
  readonly #plan: Plan;
  readonly #gathered: Inference | undefined;
  readonly #best: Inference | undefined;
  /** Which arrival of weights in the model was the last epoch's, and which the best's. */
  #came = -1;
  #bestCame = -1;
  /** The trainings that these weights come from. */
  #training: TrainingRecord | undefined;
  #bestTraining: TrainingRecord | undefined;

  private constructor(
    model: GRU4Rec,
    job: Job,
    plan: Plan,
    { gathered, best }: { gathered: Inference | undefined; best: Inference | undefined },
  ) {
    this.#model = model;
    this.#job = job;
    this.#plan = plan;
    this.#gathered = gathered;
    this.#best = best;
  }

  /** @throws ConfigError when the memory is not there */
  static async create(model: GRU4Rec, job: Job, plan: Plan, keepsBest: boolean): Promise<Copies> {
    const room = () => Inference.create(model.options, model.items.size);
    return new Copies(model, job, plan, {
      gathered: job.arena ? undefined : await room(),
      best: keepsBest ? await room() : undefined,
    });
  }

  /** The best weights, where they are not the model's present ones. */
  get best(): Inference | undefined {
    return doorOf(this.#model).arrivals === this.#bestCame ? undefined : this.#best;
  }

  /** Until an epoch was measured, the best weights are those that the model came with. */
  async begin(): Promise<void> {
    if (!this.#best) return;
    const best = this.#best;
    const door = doorOf(this.#model);
    await door.during(async ({ views }) => {
      await inTurns(best.copy(views));
      this.#bestCame = door.arrivals;
      this.#bestTraining = door.training;
    });
  }

  /**
   * Puts the weights of a checkpoint into the model; the best are in it where they are others.
   *
   * @param record tells the training until an epoch
   */
  async resume(
    { hasBest, rows, progress: { epochs, best } }: DecodedCheckpoint,
    record: (epochs: number) => TrainingRecord,
  ): Promise<void> {
    const door = doorOf(this.#model);
    const since = (epoch: number) => (epoch > 0 ? record(epoch) : door.training);
    const [training, bestTraining] = [since(epochs), since(best?.epoch ?? 0)];
    await door.bring((weights) => weights.fill(rows("model/")), training);
    if (!hasBest) return this.begin();
    if (this.#best) await inTurns(this.#best.fill(rows("best/")));
    this.#bestTraining = bestTraining;
  }

  /**
   * Puts the epoch's weights into the model, if all of them are finite; else tells a tensor that is not.
   *
   * @param check called until the first of them is in the model; what it throws leaves that as it was
   * @param training until this epoch
   */
  async put(check: () => void, training: TrainingRecord): Promise<NamedTensor | undefined> {
    const { tensors } = this.#plan;
    const gathered = this.#gathered;
    const broken = gathered
      ? await storeTensors(this.#job, gathered.tensors, (...rows) => gathered.write(...rows), check)
      : await findBroken(this.#job, tensors, check);
    if (broken) return broken;
    this.#came = await doorOf(this.#model).bring((weights) => {
      check();
      return weights.copy(this.#epoch());
    }, training);
    this.#training = training;
    return undefined;
  }

  /** The epoch's weights are the best: keeps them. */
  async keep(): Promise<void> {
    await inTurns(this.#best!.copy(this.#epoch()));
    this.#bestCame = this.#came;
    this.#bestTraining = this.#training;
  }

  /** Puts the best weights back into the model, unless it was disposed. */
  async restore(): Promise<void> {
    if (this.#model.isDisposed || !this.best) return;
    const { views } = this.best;
    await doorOf(this.#model).bring((weights) => weights.copy(views), this.#bestTraining);
  }

  #epoch(): readonly TableView[] {
    return this.#gathered?.views ?? viewsOf(this.#job.arena!, this.#plan.tables);
  }
}
