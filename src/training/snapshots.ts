/**
 * Makes copies of the item table within epochs. A copy is made between two mini-batches, at a place that
 * depends on the counts alone: neither it nor the training depends on threads or time.
 */

import { ConfigError } from "../errors.js";
import { storeTensors } from "../network/transfer.js";
import type { Job } from "../threads/job.js";
import { diverged } from "./divergence.js";
import type { Within } from "./progress.js";
import type { Plan } from "./recipe.js";
import type { SnapshotOptions } from "./snapshot-options.js";

/** Makes the copies of one training. */
export class Snapshots implements Disposable {
  readonly #options: SnapshotOptions | undefined;
  readonly #job: Job;
  readonly #plan: Plan;
  readonly #counts: Iterator<number>;
  /** The next count to copy at, of all events since training began. */
  #next = -1;
  #epoch = 0;

  constructor(options: SnapshotOptions | undefined, job: Job, plan: Plan) {
    this.#options = options;
    this.#job = job;
    this.#plan = plan;
    this.#counts = (options?.at ?? [])[Symbol.iterator]();
  }

  /**
   * An epoch begins.
   *
   * @param played events of it that a resumed training has behind it; counts up to there are passed over
   */
  async begin(epoch: number, played: number | undefined): Promise<void> {
    this.#epoch = epoch;
    const since = this.#before + (played ?? -1) + 1;
    if (this.#next < since) this.#next = this.#after(since);
    await this.#arm();
  }

  /**
   * Copies the table where a count was reached.
   *
   * @throws ConfigError when counts do not ascend; DivergedError when a weight is not finite
   */
  async reached({ events, steps }: Within): Promise<void> {
    const { onSnapshot, weights: all = false } = this.#options ?? {};
    if (!onSnapshot || this.#before + events < this.#next) return;
    const { itemTable, tensors } = this.#plan;
    const copied = all ? tensors : [itemTable];
    const weights = Object.fromEntries(
      copied.map(({ name, rows, columns }) => [name, new Float32Array(rows * columns)]),
    );
    const broken = await storeTensors(this.#job, copied, ({ name, columns }, begin, piece) =>
      weights[name]!.set(piece, begin * columns),
    );
    if (broken) {
      const found = `a weight of ${broken.name} is not finite`;
      throw diverged(this.#epoch, steps, found, this.#plan.learning);
    }
    const { name, columns } = itemTable;
    const place = { epoch: this.#epoch, step: steps, events };
    await onSnapshot({ ...place, values: weights[name]!, columns, ...(all && { weights }) });
    this.#next = this.#after(this.#before + events + 1);
    await this.#arm();
  }

  /** Ends a generator of counts. */
  [Symbol.dispose](): void {
    this.#counts.return?.();
  }

  /** Events of all epochs before this one. */
  get #before(): number {
    return (this.#epoch - 1) * this.#plan.events;
  }

  /** Tells the job to pause at the next count, or not at all. */
  async #arm(): Promise<void> {
    if (this.#options) await this.#job.call("pauseAt", this.#next - this.#before);
  }

  /** The first count that is at least `since`; infinite when there is none. */
  #after(since: number): number {
    let next = this.#next;
    while (next < since) {
      const { done, value } = this.#counts.next();
      if (done) return Number.POSITIVE_INFINITY;
      if (!Number.isSafeInteger(value) || value < 0 || value <= next) {
        const expected = next < 0 ? "integers ≥ 0" : `integers that ascend from ${next}`;
        throw new ConfigError("snapshots.at", expected, value);
      }
      next = value;
    }
    return next;
  }
}
