/** One visitor's clicks as they come, and what the model keeps of them. */

import { checkBoolean, checkInteger, checkNames } from "../checks.js";
import type { Id } from "../data/events.js";
import { DisposedError } from "../errors.js";
import type { Context } from "./gru4rec/context.js";

/** An item and how high it scored: h·w + b, before any final activation. */
export interface Recommendation {
  readonly itemId: Id;
  readonly score: number;
}

export interface RecommendOptions {
  /** How many, ≥ 0. Default 20. */
  readonly count?: number;
  /** Never these. Unknown ids are ignored. */
  readonly exclude?: Iterable<Id>;
  /** Only these. Unknown ids are ignored. */
  readonly only?: Iterable<Id>;
  /**
   * Bound all scores by a copy of the item weights in bytes and compute only those that may be among the
   * best: the same list, faster on large catalogues. The copy takes a quarter of the memory of the
   * weights and is made by the first such call after training or loading. Default false.
   */
  readonly quantize?: boolean;
}

const NAMES = ["count", "exclude", "only", "quantize"];

/** What a session needs of its model. */
export interface SessionModel {
  fresh(): Context;
  /** Undefined when the model does not know the item. */
  after(itemId: Id, context: Context): Context | undefined;
  recommend(
    context: Context,
    options: RecommendOptions & { readonly count: number },
  ): Recommendation[];
}

export class Session implements Disposable {
  readonly #model: SessionModel;
  #context: Context | undefined;
  #clicks = 0;

  /** Made by `GRU4Rec.session()`. */
  constructor(model: SessionModel) {
    this.#model = model;
    this.#context = model.fresh();
  }

  /** Clicks so far on items that the model knows. */
  get clicks(): number {
    return this.#clicks;
  }

  /** One click. An item that the model does not know is skipped. */
  push(itemId: Id): this {
    const context = this.#model.after(itemId, this.#open());
    if (!context) return this;
    this.#context = context;
    this.#clicks++;
    return this;
  }

  /** What is likely to be clicked next; empty before the first known click. */
  recommend(options: number | RecommendOptions = {}): Recommendation[] {
    const given = typeof options === "number" ? { count: options } : options;
    checkNames(given, NAMES, "recommend");
    const { count = 20, ...others } = given;
    const context = this.#open();
    checkInteger("count", count, 0);
    if (others.quantize !== undefined) checkBoolean("quantize", others.quantize);
    return this.#clicks === 0 ? [] : this.#model.recommend(context, { ...others, count });
  }

  /** Begins a new visit. */
  reset(): this {
    this.#open();
    this.#context = this.#model.fresh();
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
