/** Measures a log before training: lengths of sessions, repeats, popularity, and whether order matters. */

import { checkFunction, checkInteger, checkNames, checkSignal } from "../checks.js";
import { checkSessions, type Sessions } from "../data/sessions.js";
import { pace } from "../pause.js";
import type { Signal } from "../platform.js";
import { type OrderTest, orderTest } from "./order.js";

/** Options of `inspectSessions`. */
export interface InspectOptions {
  /** Seed of the shuffles, an integer from 0 to 2³² − 1. Default 0. */
  readonly seed?: number;
  /** Ends the work; its reason is thrown. */
  readonly signal?: Signal | undefined;
  /** Called with the share of the work that is done, from 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** Sessions of a length from `from` to `to`. */
export interface LengthBin {
  /** Events of its shortest sessions. */
  readonly from: number;
  /** Events of its longest sessions. */
  readonly to: number;
  /** How many sessions are that long. */
  readonly sessions: number;
}

/** What `inspectSessions` finds. */
export interface Inspection {
  /** Clicks of all sessions. */
  readonly events: number;
  /** Sessions, including those of one event. */
  readonly sessions: number;
  /** Distinct items. */
  readonly items: number;
  /** Events of a session. */
  readonly lengths: {
    readonly mean: number;
    readonly median: number;
    readonly longest: number;
    /** All bins, including empty ones. */
    readonly histogram: readonly LengthBin[];
  };
  /** Shares of all events. */
  readonly repeats: {
    /** Events whose item came earlier in the session. */
    readonly any: number;
    /** Events with the item of the event directly before. */
    readonly direct: number;
  };
  /** How the events are spread over the items. */
  readonly popularity: {
    /** Shares of all events that go to the most popular hundredth and tenth of the items. */
    readonly top1Percent: number;
    readonly top10Percent: number;
    /** The fewest items that have half of all events. */
    readonly itemsOfHalf: number;
    /** Items with one event: nothing can be learnt of them. */
    readonly once: number;
    /** 0: all items are equally popular; near 1: one has all events. */
    readonly gini: number;
  };
  /** Undefined where there are too few sessions of two events or more. */
  readonly order: OrderTest | undefined;
}

/** Upper ends of the bins; longer sessions share the last one. */
const ENDS = [1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 100, 200, 500, 1000];
const PIECE = 1 << 14;

/**
 * Measures a log: how long sessions are, how often items repeat, how concentrated events are on items, and
 * whether order matters (a first-order Markov chain on the log, and with sessions shuffled).
 *
 * The event loop has its turn while it works.
 *
 * @throws ConfigError when an option is out of range
 */
export async function inspectSessions(
  sessions: Sessions,
  options: InspectOptions = {},
): Promise<Inspection> {
  checkSessions("sessions", sessions);
  checkNames(options, ["seed", "signal", "onProgress"], "inspection");
  const { seed = 0, signal, onProgress } = options;
  checkInteger("seed", seed, 0, 2 ** 32 - 1);
  checkSignal(signal);
  checkFunction("onProgress", onProgress);
  const steps = inspection(sessions, seed);
  for (let share = 0; ; ) {
    signal?.throwIfAborted();
    const { done, value } = steps.next();
    if (done) return value;
    share = Math.max(share, value);
    onProgress?.(share);
    await pace();
  }
}

function* inspection(sessions: Sessions, seed: number): Generator<number, Inspection> {
  const lengths = yield* lengthsOf(sessions);
  const repeats = yield* repeatsOf(sessions);
  const popularity = popularityOf(sessions.items.support);
  const order = yield* orderTest(sessions, seed);
  const { events, length, items } = sessions;
  return { events, sessions: length, items: items.size, lengths, repeats, popularity, order };
}

function* lengthsOf({
  offsets,
  length,
  events,
}: Sessions): Generator<number, Inspection["lengths"]> {
  const lengths = new Int32Array(length);
  for (let session = 0; session < length; ++session) {
    lengths[session] = offsets[session + 1]! - offsets[session]!;
    if (session % PIECE === 0) yield 0;
  }
  lengths.sort();
  const longest = lengths[length - 1]!;
  const ends = ENDS.slice(0, ENDS.findIndex((end) => end >= longest) + 1 || ENDS.length);
  if (ends[ends.length - 1]! < longest) ends.push(longest);
  const counts = ends.map(() => 0);
  for (let i = 0, bin = 0; i < length; ++i) {
    while (lengths[i]! > ends[bin]!) bin++;
    counts[bin]!++;
  }
  const histogram = ends.map((end, i) => {
    return { from: (ends[i - 1] ?? 0) + 1, to: Math.min(end, longest), sessions: counts[i]! };
  });
  const median = (lengths[length >> 1]! + lengths[(length - 1) >> 1]!) / 2;
  return { mean: events / length, median, longest, histogram };
}

function* repeatsOf({
  itemIndices,
  offsets,
  length,
  events,
  items,
}: Sessions): Generator<number, Inspection["repeats"]> {
  let any = 0;
  let direct = 0;
  /** For each item: 1 + the last session that had it. */
  const seen = new Int32Array(items.size);
  for (let session = 0; session < length; ++session) {
    for (let row = offsets[session]!; row < offsets[session + 1]!; ++row) {
      const item = itemIndices[row]!;
      if (seen[item] === session + 1) any++;
      if (row > offsets[session]! && itemIndices[row - 1] === item) direct++;
      seen[item] = session + 1;
    }
    if (session % PIECE === 0) yield 0;
  }
  return { any: any / events, direct: direct / events };
}

function popularityOf(counts: Int32Array): Inspection["popularity"] {
  const support = counts.slice().sort().reverse();
  const { length } = support;
  const events = support.reduce((sum, count) => sum + count, 0);
  const shareOf = (most: number): number => {
    return support.subarray(0, Math.ceil(most * length)).reduce((a, b) => a + b, 0) / events;
  };
  let itemsOfHalf = 0;
  for (let sum = 0; 2 * sum < events; ) sum += support[itemsOfHalf++]!;
  // Σ (2i − n − 1)·x over x ascending, divided by n·Σx
  const weighted = support.reduce((sum, count, i) => sum + (length - 1 - 2 * i) * count, 0);
  return {
    top1Percent: shareOf(0.01),
    top10Percent: shareOf(0.1),
    itemsOfHalf,
    once: support.reduce((sum, count) => sum + (count === 1 ? 1 : 0), 0),
    gini: weighted / (length * events),
  };
}
