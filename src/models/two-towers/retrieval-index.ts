/**
 * What is left of two towers when they answer: the query tower, and the vector of every candidate.
 * One file of it answers from raw ids, in Node and in browsers.
 */

import type { Id } from "../../data/events.js";
import type { ItemRecord } from "../../data/features.js";
import { Items } from "../../data/items.js";
import { ConfigError } from "../../errors.js";
import { inTurns, pace } from "../../pause.js";
import { type Answering, registerAnswering } from "../answering.js";
import {
  type Recommendation,
  type RecommendOptions,
  type SimilarOptions,
  similarTo,
} from "../recommendations.js";
import { recommendedAfter, Session } from "../session.js";
import { doorOf, StoredModel } from "../stored-model.js";
import { towerAnswering, towerWeights } from "./answering.js";
import { momentOf } from "./feature-options.js";
import { decodeIndex, encodeIndex, type TowerParts } from "./index-format.js";
import { IndexInference } from "./index-inference.js";
import { piecesOf, type TowerInference } from "./inference.js";
import type { ResolvedTowerOptions } from "./options.js";

export interface IndexOptions {
  /** The items to recommend from, each known to the model or told by a record. Default: all of these. */
  readonly items?: Iterable<Id>;
  /**
   * What is known of new items, and what has changed of others, for a model with features. A new item
   * has the mean of all items' own vectors beside its features.
   */
  readonly records?: Iterable<ItemRecord>;
}

export interface QueryOptions extends RecommendOptions {
  /** When it is asked, in the unit of `timeBoundaries`. Default: not known. */
  readonly time?: number;
}

/** Makes an index of the towers of a model; they are read in pieces, and must not change meanwhile. */
export let indexOf: (
  towers: TowerInference,
  parts: TowerParts,
  given: IndexOptions,
) => Promise<RetrievalIndex>;

export class RetrievalIndex extends StoredModel<IndexInference> {
  /** What a context may hold; of any other id `recommend` tells. */
  readonly items: Items;
  /** What is recommended, in the order of the catalogue or as given. */
  readonly candidates: Items;
  /** Of its query tower: features are folded into the rows of items, so it has none. */
  readonly options: ResolvedTowerOptions;

  static {
    indexOf = (...parts) => RetrievalIndex.#of(...parts);
    registerAnswering((model) =>
      model instanceof RetrievalIndex ? model.#answering() : undefined,
    );
  }

  private constructor(parts: TowerParts, candidates: Items, weights: IndexInference) {
    const makers = "towers.index() or RetrievalIndex.fromBytes(bytes)";
    super("RetrievalIndex", makers, weights, IndexInference, parts?.training);
    const { items, options } = parts;
    this.items = items;
    this.options = options;
    this.candidates = candidates;
  }

  static async #of(
    towers: TowerInference,
    parts: TowerParts,
    given: IndexOptions,
  ): Promise<RetrievalIndex> {
    const { items } = parts;
    const candidates = given.items === undefined ? items : Items.from(given.items);
    const rows = Int32Array.from(candidates.ids, (id) => items.indexOf(id));
    const unknown = rows.indexOf(-1);
    if (unknown >= 0) {
      const id = candidates.ids[unknown];
      throw new ConfigError("items", "only items that the model knows", id);
    }
    const weights = await IndexInference.create(parts.options, items.size, candidates.size);
    const { query, vectors } = weights;
    const tensors = query.tensorsOf("query");
    for (const [i, tensor] of towers.tensorsOf("query").entries()) {
      query.write(tensors[i]!, 0, towers.read(tensor, 0, tensor.rows));
    }
    let at = 0;
    for (const piece of piecesOf(rows)) {
      const made = towers.candidates(piece);
      vectors.set(made, at);
      at += made.length;
      await pace();
    }
    return new RetrievalIndex(parts, candidates, weights);
  }

  /**
   * An index from the bytes of a safetensors file; they are borrowed for the call.
   *
   * @throws FormatError naming the field when they are not an index of this version
   */
  static async fromBytes(bytes: Uint8Array | ArrayBuffer): Promise<RetrievalIndex> {
    const { candidates, rows, vectors, ...parts } = await decodeIndex(bytes);
    const weights = await IndexInference.create(parts.options, parts.items.size, candidates.size);
    const { query, vectors: room } = weights;
    await inTurns(query.fill(rows, query.tensorsOf("query")));
    const { W } = query.parameters;
    for (let row = 0; row < candidates.size; ++row) {
      room.set(rows(vectors, row, 1), row * W);
      if (row % 1024 === 0) await pace();
    }
    return new RetrievalIndex(parts, candidates, weights);
  }

  /** The index as one safetensors file: query tower, vectors of the candidates, options, ids. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return doorOf(this).now(({ query, vectors }) => {
      const { width, W } = query.parameters;
      const packed = new Float32Array(this.candidates.size * width);
      for (let row = 0; row < this.candidates.size; ++row) {
        packed.set(vectors.subarray(row * W, row * W + width), row * width);
      }
      return encodeIndex(this, query, packed);
    });
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
    return towerAnswering(
      { items, answers, options },
      {
        check: () => doorOf(this).check(),
        during: (load) =>
          doorOf(this).during(({ query, vectors }) => {
            const { W } = query.parameters;
            const read = (begin: number, rows: number): Float32Array<ArrayBuffer> =>
              vectors.slice(begin * W, (begin + rows) * W);
            return load(towerWeights(query, answers.size, read));
          }),
      },
    );
  }
}
