/**
 * The one door to a model's weights. New weights may be on their way in at any moment, a piece in each
 * turn of the event loop; everybody who enters here sees all of an epoch or nothing of it.
 *
 *     now      recommend, toBytes, …                      brings in at once what is on its way, then reads
 *     during   evaluation, lists, checkpoints, training   reads in turns; nothing comes in meanwhile
 *     bring    the weights of an epoch                    waits for those who read in turns
 *
 * Weights are passed to a callback only, so there is no way around the door.
 */

import { DisposedError } from "../errors.js";
import { inTurns } from "../pause.js";

import type { TrainingRecord } from "./training-record.js";

export class Door<Weights extends { dispose(): void }> implements Disposable {
  readonly #owner: string;
  #weights: Weights | undefined;
  /** What is on its way in: writes a piece with each step, and cannot fail. */
  #incoming: Generator<void, void> | undefined;
  /** Resolves when the last of those who work in turns is done. */
  #last: Promise<unknown> = Promise.resolve();
  #arrivals = 0;
  #training: TrainingRecord | undefined;

  /**
   * @param owner the class of the model, for errors; its weights are the door's from now on
   * @param training where the weights come from
   */
  constructor(owner: string, weights: Weights, training?: TrainingRecord) {
    this.#owner = owner;
    this.#weights = weights;
    this.#training = training;
  }

  /** The training that the weights come from; undefined where they are the initial ones. */
  get training(): TrainingRecord | undefined {
    return this.#training;
  }

  /** How many times new weights have come: the same number, the same weights. */
  get arrivals(): number {
    return this.#arrivals;
  }

  get isDisposed(): boolean {
    return this.#weights === undefined;
  }

  /**
   * Reads at once. What is returned must not hold the weights.
   *
   * @throws DisposedError when there are none any more
   */
  now<Result>(read: (weights: Weights) => Result): Result {
    const weights = this.#open();
    if (this.#incoming) for (const _ of this.#incoming);
    this.#incoming = undefined;
    return read(weights);
  }

  /** Reads in turns, when all such work before it is done; new weights wait until this is, too. */
  during<Result>(read: (weights: Weights) => Promise<Result>): Promise<Result> {
    const result = this.#last.then(() => read(this.#open()));
    this.#last = result.catch(() => {});
    return result;
  }

  /**
   * Brings new weights in, in turns. From the first piece on they are the model's.
   *
   * @param begin called before that piece; what it throws leaves the model as it was
   * @param training where they come from
   * @returns how many times new weights have come with these
   */
  bring(
    begin: (weights: Weights) => Generator<void, void>,
    training: TrainingRecord | undefined,
  ): Promise<number> {
    return this.during(async (weights) => {
      const incoming = begin(weights);
      this.#incoming = incoming;
      this.#training = training;
      const arrivals = ++this.#arrivals;
      await inTurns(incoming);
      this.#incoming = undefined;
      return arrivals;
    });
  }

  /** Throws DisposedError when there are no weights any more. */
  check(): void {
    this.#open();
  }

  /** Releases the weights. Twice is fine. */
  dispose(): void {
    this.#weights?.dispose();
    this.#weights = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #open(): Weights {
    if (!this.#weights) throw new DisposedError(this.#owner);
    return this.#weights;
  }
}
