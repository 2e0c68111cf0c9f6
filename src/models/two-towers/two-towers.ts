/** The public class of retrieval: two towers whose vectors meet in a product. */

import { checkNames } from "../../checks.js";
import type { Id } from "../../data/events.js";
import type { ItemRecord } from "../../data/features.js";
import type { DescribedItems, ItemFeatures } from "../../data/item-features.js";
import { Items } from "../../data/items.js";
import { inTurns } from "../../pause.js";
import type { Bytes } from "../../platform.js";
import { type Answering, registerAnswering } from "../answering.js";
import { doorOf, StoredModel } from "../stored-model.js";
import type { TrainingRecord } from "../training-record.js";
import { towerAnswering, towerWeights } from "./answering.js";
import { indexOf } from "./build-index.js";
import { describedBy, describedOver, extendedBy } from "./described.js";
import { foldFeatures } from "./fold.js";
import { TowerInference } from "./inference.js";
import { drawInitialTowers } from "./initial.js";
import {
  queryOptionsOf,
  type ResolvedTowerOptions,
  resolveTowerOptions,
  type TowerOptions,
} from "./options.js";
import { shapesOf } from "./parameters.js";
import type { IndexOptions, RetrievalIndex } from "./retrieval-index.js";
import { checkTowersFile, decodeTowers, encodeTowers } from "./towers-format.js";

/** What a model knows of its items besides their ids; undefined where it has no features. */
export let featuresOf: (model: TwoTowers) => ItemFeatures | undefined;

/** Towers with the options of these over other items; their weights are those of new towers. Throws as `create`. */
export let towersOver: (
  model: TwoTowers,
  items: Items,
  records: Iterable<ItemRecord>,
) => Promise<TwoTowers>;

/**
 * A query tower that reads the last items of a user, and a candidate tower that reads an item; the
 * score of a candidate is the product of their vectors (the sequential retrieval tutorial of
 * TensorFlow Recommenders, and Hidasi et al. 2016 for the recurrent layers).
 *
 * Holds memory for its weights: call `dispose()` when done with many models.
 */
export class TwoTowers extends StoredModel<TowerInference> {
  /** The catalogue; row i of both embeddings is item i. */
  readonly items: Items;
  /** What the towers were made with, defaults filled in. */
  readonly options: ResolvedTowerOptions;
  readonly #features: ItemFeatures | undefined;

  static {
    featuresOf = (model) => model.#features;
    towersOver = (model, items, records) =>
      TwoTowers.#new(items, model.options, describedOver(items, model.#features, records));
    registerAnswering((model) => (model instanceof TwoTowers ? model.#answering() : undefined));
  }

  private constructor(
    items: Items,
    options: ResolvedTowerOptions,
    features: ItemFeatures | undefined,
    weights: TowerInference,
    training?: TrainingRecord,
  ) {
    const makers = "TwoTowers.create(items) or TwoTowers.fromBytes(bytes)";
    super("TwoTowers", makers, weights, TowerInference, training);
    this.items = items;
    this.options = options;
    this.#features = features;
  }

  /**
   * Towers with initial weights, drawn from `options.seed`.
   *
   * @param items the catalogue, usually `examples.items`
   * @param records what is known of its items, for `options.features`: an item at most once, in any
   *   order. A value that is left out, `null`, `""` or `[]` adds nothing to the vector of the
   *   item's id; a number is then the mean of the catalogue.
   * @throws ConfigError when an option is out of range, a record names no item or no feature or has a
   *   value of another kind, or the model needs more memory than there is
   *   or could not be read back from a file
   */
  static async create(
    items: Items | Iterable<Id>,
    options: TowerOptions = {},
    records: Iterable<ItemRecord> = [],
  ): Promise<TwoTowers> {
    const resolved = resolveTowerOptions(options);
    const catalogue = items instanceof Items ? items : Items.from(items);
    return TwoTowers.#new(catalogue, resolved, describedBy(catalogue, resolved, records));
  }

  static async #new(
    items: Items,
    options: ResolvedTowerOptions,
    features: ItemFeatures | undefined,
  ): Promise<TwoTowers> {
    const shapes = shapesOf(options, features);
    const weights = await TowerInference.create(options, items.size, shapes);
    checkTowersFile({ items, options, features, training: undefined }, weights);
    await drawInitialTowers(weights.arena, weights.parameters, options);
    return new TwoTowers(items, options, features, weights);
  }

  /**
   * Towers from the bytes of a safetensors file, which are borrowed for the call: to train on, with an
   * optimiser that begins anew, or to build indices from.
   *
   * @throws FormatError naming the field when they are no towers of this version
   */
  static async fromBytes(bytes: Uint8Array | ArrayBuffer): Promise<TwoTowers> {
    const { items, options, features, training, rows, beside } = await decodeTowers(bytes);
    const { size } = items;
    const weights = await TowerInference.create(options, size, shapesOf(options, features));
    await inTurns(weights.fill(rows));
    const towers = new TwoTowers(items, options, features, weights, training);
    doorOf(towers).beside = beside;
    return towers;
  }

  /** The towers as one safetensors file: weights, options, ids and what is known of the items. */
  toBytes(): Bytes {
    const { items, options, training } = this;
    const parts = { items, options, training, features: this.#features };
    const door = doorOf(this);
    return door.now((weights) => encodeTowers(parts, weights, door.beside));
  }

  /** Number of weights. */
  get parameterCount(): number {
    return doorOf(this).now(({ count }) => count);
  }

  /**
   * What answers queries: a copy of the query tower and the vectors of candidates, whole and exact.
   * Build a new one after training, or when other items are to be recommended: with `records`, items
   * that came after training are recommended and understood by their features.
   *
   * @throws ConfigError when `items` names an item that neither the model nor a record knows, or a
   *   record is not as it must be (see `create`)
   */
  async index(options: IndexOptions = {}): Promise<RetrievalIndex> {
    checkNames(options, ["items", "records"], "index");
    const { records = [] } = options;
    const described = extendedBy(this.#features, records);
    const parts = {
      items: described?.items ?? this.items,
      options: queryOptionsOf(this.options),
      training: this.training,
    };
    return this.#duringFolded(described, (towers) => indexOf(towers, parts, options.items));
  }

  /** What answers and is measured: towers with features folded into the rows of items, as they are now. */
  #answering(): Answering {
    const { items } = this;
    return towerAnswering(
      { items, answers: items, options: queryOptionsOf(this.options) },
      {
        check: () => doorOf(this).check(),
        during: (load) =>
          this.#duringFolded(this.#features, (towers) => load(towerWeights(towers))),
      },
    );
  }

  #duringFolded<Result>(
    described: DescribedItems | undefined,
    read: (towers: TowerInference) => Promise<Result>,
  ): Promise<Result> {
    return doorOf(this).during(async (towers) =>
      read(described ? await foldFeatures(towers, this.options, described) : towers),
    );
  }
}
