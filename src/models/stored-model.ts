/** What the public classes of models share: weights behind a door, where they come from, their end. */

import { ConfigError, words } from "../errors.js";
import { Door } from "./door.js";
import type { TrainingRecord } from "./training-record.js";

/** Opens a model to the parts of this library that train, evaluate and save it. */
export let doorOf: <Weights extends { dispose(): void }>(
  model: StoredModel<Weights>,
) => Door<Weights>;

export abstract class StoredModel<Weights extends { dispose(): void }> implements Disposable {
  readonly #name: string;
  readonly #door: Door<Weights>;

  static {
    doorOf = (model) => model.#door;
  }

  /**
   * @internal
   * @param name   the class, for errors
   * @param makers what a user of plain JavaScript calls instead of `new`
   * @param kind   the class of weights, which only this library can make
   * @throws ConfigError when the constructor was not called by the class itself
   */
  protected constructor(
    name: string,
    makers: string,
    weights: Weights,
    kind: { [Symbol.hasInstance](value: unknown): boolean },
    training: TrainingRecord | undefined,
  ) {
    if (!kind[Symbol.hasInstance](weights)) {
      throw new ConfigError(name, makers, words(`new ${name}(…)`));
    }
    this.#name = name;
    this.#door = new Door(name, weights, training);
  }

  /** The training that the weights come from; undefined before the first epoch of any. */
  get training(): TrainingRecord | undefined {
    return this.#door.training;
  }

  /** Whether `dispose()` was called. */
  get isDisposed(): boolean {
    return this.#door.isDisposed;
  }

  /** JSON.stringify ends with a ConfigError: it would drop the weights. */
  toJSON(): never {
    const remedy = "JSON holds no weights: save them with `toBytes()`.";
    throw new ConfigError(this.#name, "to be saved as bytes", words("JSON.stringify(…)"), remedy);
  }

  /** Releases the memory. Twice is fine; any other use afterwards throws DisposedError. */
  dispose(): void {
    this.#door.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
