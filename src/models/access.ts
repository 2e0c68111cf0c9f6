/**
 * Who may touch a model's weights while others need several turns of the event loop for it, so that
 * everybody sees all of an epoch or nothing of it.
 *
 *     at once: recommend, toBytes, …                     ends what is on its way in, then reads
 *     in turns: evaluation, checkpoints, a training's    one after the other
 *     beginning, and new weights on their way in
 */

import { inTurns } from "../threads/pause.js";

export class Access {
  /** What is on its way in: writes a piece with each step, and cannot fail. */
  #incoming: Generator<void, void> | undefined;
  /** Resolves when the last of those who work in turns is done. */
  #last: Promise<unknown> = Promise.resolve();
  #arrivals = 0;

  /** How many times new weights have come: the same number, the same weights. */
  get arrivals(): number {
    return this.#arrivals;
  }

  /** Work that reads or writes in turns, when all such work before it is done. */
  alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  /**
   * Brings new weights in, in turns. From the first piece on they are the model's.
   *
   * @param begin called before that piece; what it throws leaves the model as it was
   * @returns how many times new weights have come with these
   */
  bring(begin: () => Generator<void, void>): Promise<number> {
    return this.alone(async () => {
      const incoming = begin();
      this.#incoming = incoming;
      const arrivals = ++this.#arrivals;
      await inTurns(incoming);
      this.#incoming = undefined;
      return arrivals;
    });
  }

  /** Ends at once what is on its way in. */
  finish(): void {
    if (this.#incoming) for (const _ of this.#incoming);
    this.#incoming = undefined;
  }
}
