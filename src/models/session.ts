/** A visit as it goes on: takes clicks one by one and recommends after any of them. */

import { checkList } from "../checks.js";
import { checkId, type Id } from "../data/events.js";
import type { Items } from "../data/items.js";
import type { Recommendation } from "../data/recommendations.js";
import { DisposedError } from "../errors.js";
import type { Context } from "./context.js";
import {
  checkRecommend,
  RECOMMEND_NAMES,
  type RecommendOptions,
  recommended,
} from "./recommendations.js";
import type { RowScores } from "./row-scores.js";

/** The weights of a model, as visits use them. */
export interface VisitReader {
  readonly scores: RowScores;
  fresh(): Context;
  /**
   * The context after a click; undefined when the click is skipped.
   *
   * @param item its row, −1 for an item that is not known
   */
  after(context: Context, item: number): Context | undefined;
  /**
   * The state that items are scored with, f32[weights of the table].
   *
   * @param moment the bucket of the time; −1 for a model where time does not count
   */
  stateOf(context: Context, moment: number): Float32Array;
}

/** The parts of a model that a session uses. */
export interface VisitedModel {
  /** What may be clicked, and what is recommended: rows of the scores. */
  readonly items: Items;
  readonly answers: Items;
  /** Only where time counts: the bucket of a time, or of an unknown one. */
  readonly momentOf?: (time: number | undefined) => number;
  read<Result>(use: (reader: VisitReader) => Result): Result;
}

/** Opens a session to the parts of this library that ask its model other things. */
export let visitedBy: <Options extends RecommendOptions>(session: Session<Options>) => VisitedModel;

/** Options of a model where time counts. */
interface TimedOptions extends RecommendOptions {
  readonly time?: number;
}

/** The list after these clicks, as a new session gives it. */
export function recommendedAfter<Options extends RecommendOptions>(
  session: Session<Options>,
  itemIds: Iterable<Id>,
  options: Options,
): Recommendation[] {
  checkList("itemIds", itemIds, "item ids");
  for (const itemId of itemIds) session.push(itemId);
  return session.recommend(options);
}

/**
 * A visit that is going on: clicks come in, lists come out.
 *
 * @typeParam Options what its `recommend` takes: that of its model
 */
export class Session<Options extends RecommendOptions = RecommendOptions> implements Disposable {
  readonly #model: VisitedModel;
  readonly #names: readonly string[];
  #context: Context | undefined;
  #clicks = 0;

  static {
    visitedBy = (session) => session.#model;
  }

  /** @internal Made by a model's `session()`. */
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

  /** Ends the session; later calls throw DisposedError. */
  dispose(): void {
    this.#context = undefined;
  }

  /** `dispose`, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #open(): Context {
    if (!this.#context) throw new DisposedError("Session");
    return this.#context;
  }
}
