/**
 * The weights of a model in training, each set in memory of its own: the model's present ones, one
 * to write the next epoch's into, and the best ones where a validation tells which those are.
 *
 * Until it has told, the best ones are those that the model came with. All are there before training
 * starts and take turns, so an epoch never fails for want of memory.
 */

import { type GRU4Rec, swapWeights, weightsOf } from "../model/gru4rec.js";
import { Inference } from "../model/inference.js";

export class Copies {
  readonly #model: GRU4Rec;
  readonly #spare: Inference[];
  #best: Inference | undefined;

  private constructor(model: GRU4Rec, spare: Inference[], best: Inference | undefined) {
    this.#model = model;
    this.#spare = spare;
    this.#best = best;
  }

  /** @throws ConfigError when the memory is not there */
  static async create(model: GRU4Rec, keepsBest: boolean): Promise<Copies> {
    const spare: Inference[] = [];
    for (let i = 0; i < (keepsBest ? 2 : 1); ++i) {
      spare.push(await Inference.create(model.options, model.items.size));
    }
    // Until an epoch was measured, the weights that the model came with.
    return new Copies(model, spare, keepsBest ? weightsOf(model) : undefined);
  }

  /** The set to write next; nobody reads it. */
  get next(): Inference {
    return this.#spare[0]!;
  }

  /** The best weights, where they are not the model's present ones. */
  get best(): Inference | undefined {
    return this.#best === weightsOf(this.#model) ? undefined : this.#best;
  }

  /** Puts what was written to `next` into the model. */
  put(): void {
    const before = swapWeights(this.#model, this.next);
    this.#spare.shift();
    if (before !== this.#best) this.#spare.push(before);
  }

  /** The model's present weights are the best. */
  keep(): void {
    if (this.best) this.#spare.push(this.best);
    this.#best = weightsOf(this.#model);
  }

  /** Puts the best weights back into the model, unless it was disposed. */
  restore(): void {
    if (this.#model.isDisposed || !this.best) return;
    this.#spare.push(swapWeights(this.#model, this.best));
  }
}
