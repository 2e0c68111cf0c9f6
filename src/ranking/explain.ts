/**
 * Why a list is as it is: the visit is asked again without each of its clicks in turn (leave one out), and each
 * item of the list is looked up there.
 */

import { checkInteger, checkList, checkNames, checkSignal } from "../checks.js";
import { checkId, type Id } from "../data/events.js";
import type { Recommendation } from "../data/recommendations.js";
import { isScorer, type Scorer } from "../data/scorer.js";
import { ConfigError } from "../errors.js";
import type { GRU4Rec } from "../models/gru4rec/gru4rec.js";
import type { RecommendOptions } from "../models/recommendations.js";
import { visitedBy } from "../models/session.js";
import type { QueryOptions, RetrievalIndex } from "../models/two-towers/retrieval-index.js";
import type { TwoTowers } from "../models/two-towers/two-towers.js";
import { pace } from "../pause.js";
import type { Signal } from "../platform.js";
import { ln } from "../portable-math.js";
import { AnswerScores } from "./answer-scores.js";
import { answeringOf } from "./answering.js";
import { leftOut } from "./left-out.js";
import { type ShorterVisits, visitsOfModel, visitsOfScorer } from "./shorter-visits.js";

/** Options of `explain`: those of `recommend` that choose the list; `count` is at most 1024. */
export interface ExplainOptions extends Omit<RecommendOptions, "quantize"> {
  /** Ends the work; the signal's reason is thrown. */
  readonly signal?: Signal | undefined;
}

/** Where an item would stand without a click. */
export interface ItemPlace {
  /** From 1 on, among all items that may be recommended. */
  readonly rank: number;
  /** Its score there. */
  readonly score: number;
  /**
   * What the click did to the item: above 0 it moved it up. Of a model the logarithm of its share of the softmax of
   * all scores, less that without the click (NaN where a score is beyond f32); of a baseline, whose scores have no
   * shares, ln(rank without / rank).
   */
  readonly effect: number;
}

/** An item of the list. */
export interface ExplainedItem extends Recommendation {
  /** For each click where it would stand without it; undefined where there would be no list. */
  readonly without: readonly (ItemPlace | undefined)[];
}

/** A click of the visit. */
export interface ExplainedClick {
  /** The clicked item. */
  readonly itemId: Id;
  /** Whether it is read at all; without one that is not, everything is the same. */
  readonly counts: boolean;
  /**
   * How much it matters, ≥ 0: the mean of |effect| over the list, where the item of rank i counts 1/i. Infinite where
   * there is no list without it.
   */
  readonly weight: number;
  /** What `recommend` gives without it. */
  readonly list: readonly Recommendation[];
}

/** What `explain` found. */
export interface Explanation {
  /** The visit, in its order. */
  readonly clicks: readonly ExplainedClick[];
  /** What `recommend` gives, best first. */
  readonly items: readonly ExplainedItem[];
  /** Which of `clicks` matters most, by its weight; undefined where none matters. */
  readonly mattersMost: number | undefined;
}

/** The longest list: a list is kept sorted while it grows. */
const LONGEST = 1024;
const NAMES = ["count", "exclude", "only", "signal"];

/**
 * Why a list is as it is: for each item of it and each click of the visit, where the item would stand without that
 * click (leave one out). Lists and scores are those of `recommend` for the shorter visits, to the bit; the other clicks
 * keep their order, and in a window the click before it moves in.
 *
 * A visit of n clicks costs n + 1 lists and at most n²/2 steps of the network; the event loop has its turn between
 * them. New weights of a training wait until it is done. Two towers make an index of all items for each call: better
 * explain an index.
 *
 * @param model   a model, an index, or anything that scores a catalogue, such as a baseline
 * @param itemIds clicked items, oldest first
 * @param options `time` only for an index or towers with `timeBoundaries`
 * @throws ConfigError when an option is out of range; the signal's reason when aborted
 */
export function explain(
  model: GRU4Rec | Scorer,
  itemIds: Iterable<Id>,
  options?: ExplainOptions,
): Promise<Explanation>;
export function explain(
  model: TwoTowers | RetrievalIndex,
  itemIds: Iterable<Id>,
  options?: ExplainOptions & Pick<QueryOptions, "time">,
): Promise<Explanation>;
export async function explain(
  model: GRU4Rec | TwoTowers | RetrievalIndex | Scorer,
  itemIds: Iterable<Id>,
  options: ExplainOptions & Pick<QueryOptions, "time"> = {},
): Promise<Explanation> {
  const answering = answeringOf(model);
  if (!answering && !isScorer(model))
    throw new ConfigError("model", "a model, an index or a Scorer with items and score", model);
  checkNames(options, answering?.momentOf ? [...NAMES, "time"] : NAMES, "explain");
  const { count = 20, signal } = options;
  checkInteger("count", count, 0, LONGEST);
  checkSignal(signal);
  signal?.throwIfAborted();
  const { items } = answering ?? (model as Scorer);
  checkList("itemIds", itemIds, "item ids");
  const ids = Array.from(itemIds, (itemId, i) => checkId(itemId, () => `itemIds[${i}]`));
  const rows = ids.map((itemId) => items.indexOf(itemId));
  const asked = { ids, count, left: leftOut(answering?.answers ?? items, options), signal };
  if (!answering) return explained(visitsOfScorer(model as Scorer, rows), asked);

  const moment = answering.momentOf?.(options.time) ?? -1;
  const readBy = (one: GRU4Rec | RetrievalIndex): ShorterVisits =>
    visitsOfModel(visitedBy<RecommendOptions>(one.session()), rows, moment);
  if ("session" in model) {
    // Lists of two epochs would say nothing about each other.
    return answering.during(() => explained(readBy(model), asked));
  }
  const index = await (model as TwoTowers).index();
  try {
    return await explained(readBy(index), asked);
  } finally {
    index.dispose();
  }
}

interface Asked {
  readonly ids: readonly Id[];
  readonly count: number;
  /** Rows that are not recommended. */
  readonly left: Int32Array;
  readonly signal: Signal | undefined;
}

async function explained(
  visits: ShorterVisits,
  { ids, count, left, signal }: Asked,
): Promise<Explanation> {
  const scores = (without: number): AnswerScores | undefined => {
    const found = visits.scores(without);
    return found && new AnswerScores(visits.answers, found, left);
  };
  const logTotal = async (given: AnswerScores): Promise<number> =>
    visits.haveShares ? given.logTotal(signal) : 0;

  const whole = scores(-1);
  const listed = whole?.rows(count) ?? [];
  const total = whole && (await logTotal(whole));
  const clicks: ExplainedClick[] = [];
  const places: (ItemPlace | undefined)[][] = listed.map(() => []);
  for (const [c, itemId] of ids.entries()) {
    await pace(signal);
    const other = scores(c);
    const ranks = other?.ranks(listed) ?? [];
    const shift = other ? total! - (await logTotal(other)) : 0;
    const effects = listed.map((row, i) => {
      const [rank, score] = [ranks[i] ?? 0, other?.of(row) ?? 0];
      if (rank === 0) {
        places[i]!.push(undefined);
        return Number.POSITIVE_INFINITY;
      }
      const effect = visits.haveShares ? whole!.of(row) - score - shift : ln(rank / (i + 1));
      places[i]!.push({ rank, score, effect });
      return effect;
    });
    const list = other ? other.named(other.rows(count)) : [];
    clicks.push({ itemId, counts: visits.counts[c]!, weight: weightOf(effects), list });
  }
  const items = (whole?.named(listed) ?? []).map((one, i) => ({ ...one, without: places[i]! }));
  return { clicks, items, mattersMost: heaviest(clicks) };
}

/** The mean of |effect|, the one of rank i counting 1/i; 0 of none. */
function weightOf(effects: readonly number[]): number {
  let [sum, most] = [0, 0];
  for (const [i, effect] of effects.entries()) {
    sum += Math.abs(effect) / (i + 1);
    most += 1 / (i + 1);
  }
  return effects.length > 0 ? sum / most : 0;
}

function heaviest(clicks: readonly ExplainedClick[]): number | undefined {
  let best: number | undefined;
  for (const [c, { weight }] of clicks.entries()) {
    if (weight > (best === undefined ? 0 : clicks[best]!.weight)) best = c;
  }
  return best;
}
