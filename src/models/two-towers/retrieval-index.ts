/**
 * What is left of two towers when they answer: the query tower, and the vector of every candidate.
 * One file of it answers from raw ids, in Node and in browsers.
 */

import { checkInteger, checkList, checkNames } from "../../checks.js";
import type { Id } from "../../data/events.js";
import type { ItemRecord } from "../../data/features.js";
import { Items } from "../../data/items.js";
import { ConfigError, DisposedError } from "../../errors.js";
import { pacer } from "../../pause.js";
import { compileKernels } from "../../wasm/kernels.js";
import type { Recommendation } from "../session.js";
import { Candidates } from "./candidates.js";
import { bucketOf } from "./feature-options.js";
import { decodeIndex, encodeIndex } from "./index-format.js";
import { piecesOf, TowerInference } from "./inference.js";
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

export interface QueryOptions {
  /** How many, ≥ 0. Default 10. */
  readonly count?: number;
  /** Never these. Unknown ids are ignored. */
  readonly exclude?: Iterable<Id>;
  /** When it is asked, in the unit of `timeBoundaries`. Default: not known. */
  readonly time?: number;
}

export class RetrievalIndex implements Disposable {
  /** What a context may hold; any other id counts as one unknown item. */
  readonly items: Items;
  /** What is recommended, in the order of the catalogue or as given. */
  readonly candidates: Items;
  /** Of its query tower: features are folded into the rows of items, so it has none. */
  readonly options: ResolvedTowerOptions;
  #query: TowerInference | undefined;
  readonly #vectors: Candidates;

  private constructor(
    items: Items,
    candidates: Items,
    options: ResolvedTowerOptions,
    query: TowerInference,
    vectors: Candidates,
  ) {
    this.items = items;
    this.candidates = candidates;
    this.options = options;
    this.#query = query;
    this.#vectors = vectors;
  }

  /** Called by `TwoTowers.index`. */
  static async of(
    towers: TowerInference,
    items: Items,
    options: ResolvedTowerOptions,
    given: IndexOptions,
  ): Promise<RetrievalIndex> {
    const candidates = given.items === undefined ? items : Items.from(given.items);
    const rows = Int32Array.from(candidates.ids, (id) => items.indexOf(id));
    const unknown = rows.indexOf(-1);
    if (unknown >= 0) {
      const id = candidates.ids[unknown];
      throw new ConfigError("items", "only items that the model knows", id);
    }
    const index = await RetrievalIndex.#room(items, candidates, options);
    const query = index.#query!;
    for (const [i, tensor] of towers.tensors.query.entries()) {
      query.write(query.tensors.query[i]!, 0, towers.read(tensor, 0, tensor.rows));
    }
    const pace = pacer();
    let at = 0;
    for (const piece of piecesOf(rows)) {
      const vectors = towers.candidates(piece);
      index.#vectors.vectors.set(vectors, at);
      at += vectors.length;
      await pace();
    }
    return index;
  }

  /**
   * An index from the bytes of a safetensors file; they are borrowed for the call.
   *
   * @throws FormatError naming the field when they are not an index of this version
   */
  static async fromBytes(bytes: Uint8Array | ArrayBuffer): Promise<RetrievalIndex> {
    const { items, candidates, options, tensors, vectors } = decodeIndex(bytes);
    const index = await RetrievalIndex.#room(items, candidates, options);
    const query = index.#query!;
    for (const tensor of query.tensors.query) query.write(tensor, 0, tensors.get(tensor.name)!);
    const { width, W } = query.parameters;
    for (let row = 0; row < candidates.size; ++row) {
      index.#vectors.vectors.set(vectors.subarray(row * width, (row + 1) * width), row * W);
    }
    return index;
  }

  static async #room(
    items: Items,
    candidates: Items,
    options: ResolvedTowerOptions,
  ): Promise<RetrievalIndex> {
    const query = await TowerInference.create(options, items.size, 0);
    const module = await compileKernels("portable", false);
    const vectors = new Candidates(module, candidates.size, query.parameters.W);
    return new RetrievalIndex(items, candidates, options, query, vectors);
  }

  /** The index as one safetensors file: query tower, vectors of the candidates, options, ids. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const query = this.#open();
    const { width, W } = query.parameters;
    const vectors = new Float32Array(this.candidates.size * width);
    for (let row = 0; row < this.candidates.size; ++row) {
      vectors.set(this.#vectors.vectors.subarray(row * W, row * W + width), row * width);
    }
    return encodeIndex({ ...this, items: this.items, query, vectors });
  }

  /**
   * What is likely to be chosen next after these items, oldest first: the exact highest scores, best
   * first; equal ones list the candidate first that comes first in `candidates`. Only the last
   * `windowLength` items count; an unknown id counts as an unknown item. Without any the list is empty.
   *
   * Items of the context are not left out; exclude them where they should be.
   *
   * @throws ConfigError when `count` is out of range, a string is passed for a list, or `time` is no
   *   number or the model has none
   */
  recommend(itemIds: Iterable<Id>, options: QueryOptions = {}): Recommendation[] {
    checkNames(options, ["count", "exclude", "time"], "query");
    const { count = 10, exclude = [], time } = options;
    checkInteger("count", count, 0);
    checkList("itemIds", itemIds, "item ids");
    checkList("exclude", exclude, "item ids");
    const query = this.#open();
    const unknown = this.items.size;
    const context = Array.from(itemIds, (id) => {
      const row = this.items.indexOf(id);
      return row < 0 ? unknown : row;
    });
    if (context.length === 0) return [];
    const left = Array.from(exclude, (id) => this.candidates.indexOf(id));
    const vector = query.query(context, this.#moment(time));
    const found = this.#vectors.top(
      vector,
      left.filter((row) => row >= 0),
      count,
    );
    return found.map(({ item, score }) => ({ itemId: this.candidates.idOf(item), score }));
  }

  #moment(time: number | undefined): number {
    const { timeBoundaries } = this.options;
    if (time !== undefined && !Number.isFinite(time)) {
      throw new ConfigError("time", "a finite number", time);
    }
    if (time === undefined || timeBoundaries.length > 0) return bucketOf(timeBoundaries, time);
    const remedy = "Create the model with `timeBoundaries`.";
    throw new ConfigError("time", "nothing of a model without times", time, remedy);
  }

  /** Releases the memory. Twice is fine; any other use afterwards throws DisposedError. */
  dispose(): void {
    this.#query?.dispose();
    this.#query = undefined;
    this.#vectors.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #open(): TowerInference {
    if (!this.#query) throw new DisposedError("RetrievalIndex");
    return this.#query;
  }
}
