/** The public class of retrieval: two towers whose vectors meet in a product. */

import type { Id } from "../data/events.js";
import { Items } from "../data/items.js";
import { DisposedError } from "../errors.js";
import { pacer } from "../threads/pause.js";
import { TowerInference } from "./inference.js";
import { drawInitialTowers } from "./initial.js";
import { type ResolvedTowerOptions, resolveTowerOptions, type TowerOptions } from "./options.js";
import { type IndexOptions, RetrievalIndex } from "./retrieval-index.js";

/** Opens two towers to the parts of this library that train and evaluate them. */
export let towersOf: (model: TwoTowers) => TowerInference;
/**
 * Puts other weights into a model's hand. The old ones are let go, not disposed: an index or a job may
 * be about to read them, and gets them whole.
 */
export let replaceTowers: (model: TwoTowers, weights: TowerInference) => void;

/**
 * A query tower that reads the last items of a user, and a candidate tower that reads an item; the
 * score of a candidate is the product of their vectors (the sequential retrieval tutorial of
 * TensorFlow Recommenders, and Hidasi et al. 2016 for the recurrent layers).
 *
 * Holds its weights in memory of its own: call `dispose()` when done with many models.
 */
export class TwoTowers implements Disposable {
  /** The catalogue; row i of both embeddings is item i. */
  readonly items: Items;
  readonly options: ResolvedTowerOptions;
  #weights: TowerInference | undefined;

  static {
    towersOf = (model) => model.#open();
    replaceTowers = (model, weights) => {
      model.#open();
      model.#weights = weights;
    };
  }

  private constructor(items: Items, options: ResolvedTowerOptions, weights: TowerInference) {
    this.items = items;
    this.options = options;
    this.#weights = weights;
  }

  /**
   * Towers with initial weights, drawn from `options.seed`.
   *
   * @param items the catalogue, usually `examples.items`
   * @throws ConfigError when an option is out of range or the model needs more memory than there is
   */
  static async create(items: Items | Iterable<Id>, options: TowerOptions = {}): Promise<TwoTowers> {
    const resolved = resolveTowerOptions(options);
    const catalogue = items instanceof Items ? items : Items.from(items);
    const weights = await TowerInference.create(resolved, catalogue.size);
    await drawInitialTowers(weights.arena, weights.parameters, resolved, pacer());
    return new TwoTowers(catalogue, resolved, weights);
  }

  /** Number of weights. */
  get parameterCount(): number {
    const { query, candidate } = this.#open().tensors;
    return [...query, ...candidate].reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  }

  /**
   * What answers queries: a copy of the query tower and the vectors of candidates, whole and exact.
   * Build a new one after training, or when other items are to be recommended.
   *
   * @throws ConfigError when `items` names an item that the model does not know
   */
  async index(options: IndexOptions = {}): Promise<RetrievalIndex> {
    return RetrievalIndex.of(this.#open(), this.items, this.options, options);
  }

  /** Releases the memory. Twice is fine; any other use afterwards throws DisposedError. */
  dispose(): void {
    this.#weights?.dispose();
    this.#weights = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #open(): TowerInference {
    if (!this.#weights) throw new DisposedError("TwoTowers");
    return this.#weights;
  }
}
