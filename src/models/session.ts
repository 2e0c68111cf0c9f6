/** One visitor's clicks as they come, and what a model keeps of them. */

import { checkId, type Id } from "../data/events.js";
import type { Items } from "../data/items.js";
import { DisposedError } from "../errors.js";
import type { Context } from "./context.js";
import {
  checkRecommend,
  RECOMMEND_NAMES,
  type Recommendation,
  type RecommendOptions,
  recommended,
} from "./recommendations.js";
import type { RowScores } from "./row-scores.js";

/** What reads visits and answers them: weights, whole for as long as they are used. */
export interface VisitReader {
  readonly scores: RowScores;
  fresh(): Context;
  /**
   * The context after a click; undefined where such a click is skipped.
   *
   * @param item its row, −1 for an item that is not known
   */
  after(context: Context, item: number): Context | undefined;
  /** What is scored, f32[weights of the table]; a row of times where time counts. */
  stateOf(context: Context, moment: number): Float32Array;
}

/** What a session needs of its model. */
export interface VisitedModel {
  /** What may be clicked, and what is recommended: rows of the scores. */
  readonly items: Items;
  readonly answers: Items;
  /** Where time counts: the row of a time, −1 for none. */
  readonly momentOf?: (time: number | undefined) => number;
  read<Result>(use: (reader: VisitReader) => Result): Result;
}

/** Options of a model where time counts. */
interface TimedOptions extends RecommendOptions {
  readonly time?: number;
}

/** @typeParam Options what its `recommend` takes: that of its model */
export class Session<Options extends RecommendOptions = RecommendOptions> implements Disposable {
  readonly #model: VisitedModel;
  readonly #names: readonly string[];
  #context: Context | undefined;
  #clicks = 0;

  /** Made by a model's `session()`. */
  constructor(model: VisitedModel) {
    this.#model = model;
    this.#names = model.momentOf ? [...RECOMMEND_NAMES, "time"] : RECOMMEND_NAMES;
    this.#context = model.read((reader) => reader.fresh());
  }

  /** Clicks so far that were not skipped. */
  get clicks(): number {
    return this.#clicks;
  }

  /** One click. An item that the model does not know is skipped, unless it has a row for such items. */
  push(itemId: Id): this {
    const before = this.#open();
    const item = this.#model.items.indexOf(checkId(itemId, () => "itemId"));
    const context = this.#model.read((reader) => reader.after(before, item));
    if (!context) return this;
    this.#context = context;
    this.#clicks++;
    return this;
  }

  /** What is likely to be clicked next; empty before the first click that counts. */
  recommend(options: Options = {} as Options): Recommendation[] {
    const given: TimedOptions = options;
    checkRecommend(given, this.#names);
    const context = this.#open();
    const { answers, momentOf } = this.#model;
    const moment = momentOf ? momentOf(given.time) : -1;
    if (this.#clicks === 0) return [];
    return this.#model.read((reader) =>
      recommended(reader.scores, answers, reader.stateOf(context, moment), given),
    );
  }

  /** Begins a new visit. */
  reset(): this {
    this.#open();
    this.#context = this.#model.read((reader) => reader.fresh());
    this.#clicks = 0;
    return this;
  }

  dispose(): void {
    this.#context = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #open(): Context {
    if (!this.#context) throw new DisposedError("Session");
    return this.#context;
  }
}
