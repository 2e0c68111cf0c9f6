/**
 * What is left of two towers when they answer: the query tower, and the vector of every candidate.
 * One file of it answers from raw ids, in Node and in browsers.
 */

import type { Id } from "../../data/events.js";
import type { ItemRecord } from "../../data/features.js";
import type { Items } from "../../data/items.js";
import type { Recommendation } from "../../data/recommendations.js";
import { inTurns } from "../../pause.js";
import type { Bytes } from "../../platform.js";
import { type Answering, registerAnswering } from "../answering.js";
import { type RecommendOptions, type SimilarOptions, similarTo } from "../recommendations.js";
import { recommendedAfter, Session } from "../session.js";
import { doorOf, StoredModel } from "../stored-model.js";
import { towerAnswering } from "./answering.js";
import { momentOf } from "./feature-options.js";
import { decodeIndex, encodeIndex, type IndexParts } from "./index-format.js";
import { IndexInference } from "./index-inference.js";
import type { QueryTowerOptions } from "./query-options.js";

/** Options of `RetrievalIndex.create`. */
export interface IndexOptions {
  /** The items to recommend from, each known to the model or told by a record. Default: all of these. */
  readonly items?: Iterable<Id>;
  /**
   * Features of new items, and changed features of others, for a model with features. A new item takes
   * the mean of all items' vectors of ids, and adds its features.
   */
  readonly records?: Iterable<ItemRecord>;
}

/** Options of an index's `recommend`. */
export interface QueryOptions extends RecommendOptions {
  /** When it is asked, in the unit of `timeBoundaries`. Default: not known. */
  readonly time?: number;
}

/** Makes an index whose weights are there. */
export let newIndex: (parts: IndexParts, weights: IndexInference) => RetrievalIndex;

/** What is left of two towers to recommend: the query tower and a vector for each item. */
export class RetrievalIndex extends StoredModel<IndexInference> {
  /** What a context may hold; of any other id `recommend` tells. */
  readonly items: Items;
  /** What is recommended, in the order of the catalogue or as given. */
  readonly candidates: Items;
  /** Of its query tower; features are folded into the rows of its items. */
  readonly options: QueryTowerOptions;

  static {
    newIndex = (parts, weights) => new RetrievalIndex(parts, weights);
    registerAnswering((model) =>
      model instanceof RetrievalIndex ? model.#answering() : undefined,
    );
  }

  private constructor(parts: IndexParts, weights: IndexInference) {
    const makers = "towers.index() or RetrievalIndex.fromBytes(bytes)";
    super("RetrievalIndex", makers, weights, IndexInference, parts?.training);
    const { items, candidates, options } = parts;
    this.items = items;
    this.options = options;
    this.candidates = candidates;
  }

  /**
   * An index from the bytes of a safetensors file; they are borrowed for the call.
   *
   * @throws FormatError naming the field when they are not an index of this version
   */
  static async fromBytes(bytes: Uint8Array | ArrayBuffer): Promise<RetrievalIndex> {
    const { rows, ...parts } = await decodeIndex(bytes);
    const { options, items, candidates } = parts;
    const weights = await IndexInference.create(options, items.size, candidates.size);
    await inTurns(weights.fill(rows));
    return new RetrievalIndex(parts, weights);
  }

  /** The index as one safetensors file: query tower, vectors of the candidates, options, ids. */
  toBytes(): Bytes {
    return doorOf(this).now((weights) => encodeIndex(this, weights));
  }

  /** Whether an item may be recommended. */
  hasItem(itemId: Id): boolean {
    return this.candidates.has(itemId);
  }

  /**
   * The candidates that score highest after these items, oldest first: the last `windowLength` are read.
   * Best first; equal scores list first what comes first in `candidates`. Without an item that counts the
   * list is empty.
   *
   * With padding `"unmasked"` (the tutorial's way) all unknown items are the one that pads short
   * contexts; with `"masked"` they are skipped.
   *
   * @param options `time` where the model has `timeBoundaries`; it is not known unless given
   * @throws ConfigError when an option is out of range, or `time` is given and the model has none
   */
  recommend(itemIds: Iterable<Id>, options: QueryOptions = {}): Recommendation[] {
    return recommendedAfter(this.session(), itemIds, options);
  }

  /** Candidates whose vectors point the same way, best first by the cosine, the item itself left out. */
  similarItems(itemId: Id, options: SimilarOptions = {}): Recommendation[] {
    return similarTo(this.candidates, itemId, options, (use) => doorOf(this).now(use));
  }

  /** A visit as it goes on: the last `windowLength` items are kept, and read anew for each list. */
  session(): Session<QueryOptions> {
    const { items, candidates: answers } = this;
    return new Session({
      items,
      answers,
      momentOf: (time) => momentOf(this.options, time),
      read: (use) => doorOf(this).now(use),
    });
  }

  #answering(): Answering {
    const { items, candidates: answers, options } = this;
    const door = doorOf(this);
    return towerAnswering(
      { items, answers, options },
      { check: () => door.check(), during: (load) => door.during(load) },
    );
  }
}
