/** The public class: a model that recommends. Training and evaluation work on it from outside. */

import type { Id } from "../../data/events.js";
import { Items } from "../../data/items.js";
import type { Recommendation } from "../../data/recommendations.js";
import { inTurns } from "../../pause.js";
import type { Bytes } from "../../platform.js";
import { type RecommendOptions, type SimilarOptions, similarTo } from "../recommendations.js";
import { recommendedAfter, Session } from "../session.js";
import { doorOf, StoredModel } from "../stored-model.js";
import type { TrainingRecord } from "../training-record.js";
import { checkModelFile, decodeModel, encodeModel } from "./format.js";
import { Inference } from "./inference.js";
import { drawInitialWeights } from "./initial.js";
import { type ModelOptions, type ResolvedModelOptions, resolveModelOptions } from "./options.js";

/**
 * Session-based recommendation with recurrent neural networks (Hidasi et al., ICLR 2016).
 *
 * Holds memory for its weights: call `dispose()` when done with many models.
 */
export class GRU4Rec extends StoredModel<Inference> {
  /** The catalogue; row i of the output weights is item i. */
  readonly items: Items;
  /** What the model was made with, defaults filled in. */
  readonly options: ResolvedModelOptions;

  private constructor(
    items: Items,
    options: ResolvedModelOptions,
    weights: Inference,
    training?: TrainingRecord,
  ) {
    const makers = "GRU4Rec.create(items) or GRU4Rec.fromBytes(bytes)";
    super("GRU4Rec", makers, weights, Inference, training);
    this.items = items;
    this.options = options;
  }

  /**
   * A model with initial weights, drawn from `options.seed`.
   *
   * @param items the catalogue, usually `sessions.items`; or ids, all with the same support
   * @throws ConfigError when an option is out of range or the model needs more memory than there is
   *   or could not be read back from a file
   */
  static async create(items: Items | Iterable<Id>, options: ModelOptions = {}): Promise<GRU4Rec> {
    const resolved = resolveModelOptions(options);
    const catalogue = items instanceof Items ? items : Items.from(items);
    const weights = await Inference.create(resolved, catalogue.size);
    checkModelFile({ items: catalogue, options: resolved, training: undefined }, weights);
    await drawInitialWeights(weights.arena, weights.parameters, resolved);
    return new GRU4Rec(catalogue, resolved, weights);
  }

  /**
   * A model from the bytes of a safetensors file; they are borrowed for the call. Large ones are read
   * in turns with what else there is to do.
   *
   * @throws FormatError naming the field when they are not a model of this version
   */
  static async fromBytes(bytes: Uint8Array | ArrayBuffer): Promise<GRU4Rec> {
    const { items, options, training, rows, beside } = await decodeModel(bytes);
    const weights = await Inference.create(options, items.size);
    await inTurns(weights.fill(rows));
    const model = new GRU4Rec(items, options, weights, training);
    doorOf(model).beside = beside;
    return model;
  }

  /**
   * The model as one safetensors file: weights by the names of the paper, options and item ids. Made in
   * one go: a large one keeps the calling thread for as long as it takes to copy.
   */
  toBytes(): Bytes {
    const door = doorOf(this);
    return door.now((weights) => encodeModel(this, weights, door.beside));
  }

  /** Number of weights. */
  get parameterCount(): number {
    return doorOf(this).now(({ count }) => count);
  }

  /** Whether the catalogue holds this item. */
  hasItem(itemId: Id): boolean {
    return this.items.has(itemId);
  }

  /**
   * What is likely to be clicked next after these clicks, oldest first.
   *
   * A model with a `windowLength` looks at that many of them, the last ones. Unknown items are
   * skipped; without a single known one the list is empty (see `hasItem`). The clicked items
   * themselves are not left out. Best first; equal scores list the item first that comes first in the
   * catalogue.
   */
  recommend(itemIds: Iterable<Id>, options: RecommendOptions = {}): Recommendation[] {
    return recommendedAfter(this.session(), itemIds, options);
  }

  /** Items whose output weights point the same way, best first, the item itself left out. */
  similarItems(itemId: Id, options: SimilarOptions = {}): Recommendation[] {
    return similarTo(this.items, itemId, options, (use) => doorOf(this).now(use));
  }

  /**
   * A visit as it goes on: one step of the hidden state per click. A model with a `windowLength` keeps
   * the last clicks instead and reads them anew for each recommendation.
   */
  session(): Session {
    const { items } = this;
    return new Session({ items, answers: items, read: (use) => doorOf(this).now(use) });
  }
}
