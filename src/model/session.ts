/** One visitor's clicks as they come: the hidden state after them. */

import { checkInteger } from "../checks.js";
import type { Id } from "../data/events.js";
import { DisposedError } from "../errors.js";
import type { HiddenState } from "./inference.js";

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
   * Pick candidates by an 8-bit copy of the item weights and score only those exactly: several times
   * faster on large catalogues; in rare cases an item at the end of the list differs. The copy is
   * made by the first such call after training or loading. Default false.
   */
  readonly quantize?: boolean;
}

/** What a session needs of its model. */
export interface SessionModel {
  freshState(): HiddenState;
  /** Undefined when the model does not know the item. */
  step(itemId: Id, state: HiddenState): HiddenState | undefined;
  recommend(
    state: HiddenState,
    options: RecommendOptions & { readonly count: number },
  ): Recommendation[];
}

export class Session implements Disposable {
  readonly #model: SessionModel;
  #state: HiddenState | undefined;
  #clicks = 0;

  /** Made by `GRU4Rec.session()`. */
  constructor(model: SessionModel) {
    this.#model = model;
    this.#state = model.freshState();
  }

  /** Clicks so far on items that the model knows. */
  get clicks(): number {
    return this.#clicks;
  }

  /** One click: one step of the hidden state. An item that the model does not know is skipped. */
  push(itemId: Id): this {
    const state = this.#model.step(itemId, this.#open());
    if (!state) return this;
    this.#state = state;
    this.#clicks++;
    return this;
  }

  /** What is likely to be clicked next; empty before the first known click. */
  recommend(options: number | RecommendOptions = {}): Recommendation[] {
    const { count = 20, ...others } = typeof options === "number" ? { count: options } : options;
    const state = this.#open();
    checkInteger("count", count, 0);
    return this.#clicks === 0 ? [] : this.#model.recommend(state, { ...others, count });
  }

  /** Begins a new visit. */
  reset(): this {
    this.#open();
    this.#state = this.#model.freshState();
    this.#clicks = 0;
    return this;
  }

  dispose(): void {
    this.#state = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #open(): HiddenState {
    if (!this.#state) throw new DisposedError("Session");
    return this.#state;
  }
}
