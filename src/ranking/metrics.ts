/**
 * Ranking metrics of next-item prediction, from ranks and lists alone.
 *
 * Every event but a session's first is one test case: its item, the target, is ranked among the
 * catalogue by the scores that the events before it gave. Recall@N and MRR@N as in Hidasi et al.
 * 2016, §4; the tie modes are those of the official evaluator, and what they do to broken models is
 * shown in Hidasi & Czapp 2023, "Widespread flaws in offline evaluation of recommender systems".
 */

import type { Id } from "../data/events.js";
import type { Items } from "../data/items.js";
import { ConfigError, words } from "../errors.js";
import type { Signal } from "../platform.js";
import { ln } from "../portable-math.js";
import type { ChoiceOptions, ResolvedChoices } from "./choices.js";

/**
 * How items with the score of the target count: none of them before it (`"standard"`), all of them
 * (`"conservative"`) or half of them (`"median"`). A model that scores everything alike is perfect
 * in the first mode and useless in the second: where they disagree, look at the scores.
 */
export type Ties = "standard" | "conservative" | "median";

export const TIES: readonly string[] = ["standard", "conservative", "median"] satisfies Ties[];

/** What any evaluation takes: of a model and of a `Scorer` alike. */
export interface RankingOptions extends ChoiceOptions {
  /** List lengths N, each an integer ≥ 1. Default `[20]`. */
  readonly cutoffs?: readonly number[];
  /** Default `"standard"`. */
  readonly ties?: Ties;
  /**
   * Rank among these items only. A target that is not one of them is scored too and takes its place
   * among them. Default: the whole catalogue.
   */
  readonly items?: Iterable<Id>;
  /**
   * How many clicks before a target it is predicted from: the last so many, or with 0 all of them, by
   * the running hidden state. Default: as the model was made; all for a `Scorer`.
   */
  readonly windowLength?: number;
  /** Also measure the top-N lists: `coverage` and `popularity`. Default false. */
  readonly lists?: boolean;
  readonly signal?: Signal | undefined;
  readonly onProgress?: ((progress: EvaluationProgress) => void) | undefined;
}

/** What is ranked and how, with nothing left open. */
export interface ResolvedRanking extends ResolvedChoices {
  readonly cutoffs: readonly number[];
  readonly ties: Ties;
  readonly lists: boolean;
}

/** How far an evaluation is. */
export interface EvaluationProgress {
  /** Test cases done. */
  readonly events: number;
  /** Test cases there are. */
  readonly totalEvents: number;
  /** Test cases a second so far. */
  readonly eventsPerSecond: number;
}

/** Means over the test cases, by cutoff. */
export interface Measures {
  /** Share of the test cases whose target is among the first N. */
  readonly recall: Readonly<Record<number, number>>;
  /** Mean of 1 / rank, 0 beyond N. */
  readonly mrr: Readonly<Record<number, number>>;
  /** Mean of 1 / log2(rank + 1), 0 beyond N: there is one relevant item, so the ideal gain is 1. */
  readonly ndcg: Readonly<Record<number, number>>;
  /** Share of the catalogue that is in at least one top-N list; only with `lists`. */
  readonly coverage?: Readonly<Record<number, number>>;
  /**
   * Mean training support of the listed items, the most popular item's being 1, so that always
   * listing the most popular item gives 1; only with `lists`.
   */
  readonly popularity?: Readonly<Record<number, number>>;
}

/** What `evaluate` measures. */
export interface Evaluation extends Measures {
  /** Test cases: events that follow another one in their session, or only the last of each. */
  readonly events: number;
  /** Sessions with at least one test case. */
  readonly sessions: number;
  /** Events of items that the model does not know, and those items; the most frequent first. */
  readonly unknownEvents: number;
  /** The items that the model does not know, the most frequent first. */
  readonly unknownItems: readonly Id[];
  /** Test cases that were misses because of them; 0 where `unknown` is `"drop"`. */
  readonly missedEvents: number;
  /** How equal scores were counted. */
  readonly ties: Ties;
  /** Which events were test cases, and among what they were ranked: as asked for. */
  readonly lastOnly: boolean;
  /** As asked for. */
  readonly excludeSeen: boolean;
  /** As asked for. */
  readonly unknown: "drop" | "miss";
  /** How long it took. */
  readonly seconds: number;
  /** Test cases a second. */
  readonly eventsPerSecond: number;
}

/**
 * The target's rank, best 1, a half step possible with `"median"`.
 *
 * `greater` counts the items that score higher than the target or whose score is NaN, `equal` the
 * *other* items with exactly its score. A target whose score is NaN has every other item before
 * it. So a scorer that breaks down never gains by it.
 */
export function rankOf(greater: number, equal: number, ties: Ties): number {
  switch (ties) {
    case "standard":
      return greater + 1;
    case "conservative":
      return greater + equal + 1;
    case "median":
      return greater + equal / 2 + 1;
  }
}

/** Gathers ranks and lists, one test case after the other. */
export class RankingMetrics {
  readonly cutoffs: readonly number[];
  readonly #hits: Float64Array;
  readonly #reciprocals: Float64Array;
  readonly #gains: Float64Array;
  /** By cutoff: how many lists hold an item. */
  readonly #listed: readonly Map<number, number>[];
  #events = 0;

  constructor(cutoffs: readonly number[]) {
    this.cutoffs = cutoffs;
    this.#hits = new Float64Array(cutoffs.length);
    this.#reciprocals = new Float64Array(cutoffs.length);
    this.#gains = new Float64Array(cutoffs.length);
    this.#listed = cutoffs.map(() => new Map());
  }

  /** Test cases so far. */
  get events(): number {
    return this.#events;
  }

  /** Adds a test case by its target's rank; it is a hit at N when rank ≤ N. */
  add(rank: number): void {
    this.#events++;
    for (const [i, cutoff] of this.cutoffs.entries()) {
      if (rank > cutoff) continue;
      this.#hits[i]! += 1;
      this.#reciprocals[i]! += 1 / rank;
      this.#gains[i]! += Math.LN2 / ln(rank + 1);
    }
  }

  /** Adds test cases that no model could find. */
  addMisses(count: number): void {
    this.#events += count;
  }

  /** Adds a list of distinct item rows, best first, at least as long as the longest cutoff or complete. */
  addList(items: ArrayLike<number>): void {
    for (const [i, cutoff] of this.cutoffs.entries()) {
      const listed = this.#listed[i]!;
      for (let place = 0; place < Math.min(cutoff, items.length); ++place) {
        const item = items[place]!;
        listed.set(item, (listed.get(item) ?? 0) + 1);
      }
    }
  }

  /** The means so far, 0 when there are no test cases; `items` is the catalogue of the lists. */
  result(items: Items): Measures {
    const events = Math.max(1, this.#events);
    const byCutoff = (value: (i: number) => number): Record<number, number> =>
      Object.fromEntries(this.cutoffs.map((cutoff, i) => [cutoff, value(i)]));

    const measures: Measures = {
      recall: byCutoff((i) => this.#hits[i]! / events),
      mrr: byCutoff((i) => this.#reciprocals[i]! / events),
      ndcg: byCutoff((i) => this.#gains[i]! / events),
    };
    if (this.#listed[0]!.size === 0) return measures;

    const most = items.support.reduce((most, support) => Math.max(most, support), 1);
    return {
      ...measures,
      coverage: byCutoff((i) => this.#listed[i]!.size / items.size),
      popularity: byCutoff((i) => meanSupport(this.#listed[i]!, items.support) / most),
    };
  }
}

/**
 * The distinct rows of a subset to rank among, in the order given.
 *
 * @throws ConfigError when it is empty or names an item that is not in the catalogue: ranked among
 * fewer items than asked for, a model would look better than it is.
 */
export function subsetRows(items: Items, ids: Iterable<Id>): Int32Array {
  const rows = new Set<number>();
  let place = 0;
  for (const id of ids) {
    const row = items.indexOf(id);
    if (row < 0) throw new ConfigError(`items[${place}]`, "an item of the catalogue", id);
    rows.add(row);
    place++;
  }
  if (rows.size === 0) throw new ConfigError("items", "at least one item", words("none"));
  return Int32Array.from(rows);
}

function meanSupport(listed: ReadonlyMap<number, number>, support: Int32Array): number {
  let times = 0;
  let sum = 0;
  for (const [item, count] of listed) {
    times += count;
    sum += count * support[item]!;
  }
  return sum / times;
}
