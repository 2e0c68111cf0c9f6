/**
 * The one door to a model's weights. Training brings new weights in piece by piece, one in each turn of
 * the event loop. Who reads through this door sees the weights of one whole epoch, never of two.
 *
 *     now      recommend, toBytes, …                      finishes what is coming in, then reads
 *     during   evaluation, lists, checkpoints, training   reads in turns; new weights wait
 *     bring    the weights of an epoch                    waits for those who read in turns
 *
 * Weights are passed to a callback only, so there is no way around the door.
 */

import { DisposedError } from "../errors.js";
import type { FileTensor } from "../files/layout.js";
import { inTurns } from "../pause.js";

import type { TrainingRecord } from "./training-record.js";

export class Door<Weights extends { dispose(): void }> implements Disposable {
  readonly #owner: string;
  #weights: Weights | undefined;
  /** The new weights that are coming in: each step writes a piece and cannot fail. */
  #incoming: Generator<void, void> | undefined;
  /** Resolves when all calls of `during` so far are done. */
  #last: Promise<unknown> = Promise.resolve();
  #arrivals = 0;
  #training: TrainingRecord | undefined;
  /** What an optimiser keeps with these weights (models/model-file.ts). Other weights come without. */
  beside: readonly FileTensor[] = [];

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

  /** How many times new weights have come. While it is the same, the weights are the same. */
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

  /** Reads in turns, after all calls of `during` before it. New weights wait until its promise settles. */
  during<Result>(read: (weights: Weights) => Promise<Result>): Promise<Result> {
    const result = this.#last.then(() => read(this.#open()));
    this.#last = result.catch(() => {});
    return result;
  }

  /**
   * Brings new weights in, in turns. From the first piece on the model has the new weights.
   *
   * @param begin called before the first piece; when it throws, the model stays as it was
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
      this.beside = [];
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
