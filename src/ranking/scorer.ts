/**
 * Evaluates anything that can score a catalogue, by brute force: scores one test case after the other,
 * and counts the rank of its target. The rules are those of `evaluate` for a model, so a
 * baseline's figures stand beside a model's.
 */

import { isScorer, type Scorer } from "../data/scorer.js";
import type { Sessions } from "../data/sessions.js";
import { ConfigError } from "../errors.js";
import { pace } from "../pause.js";
import { figuresOf, testCases } from "./cases.js";
import {
  type Evaluation,
  RankingMetrics,
  type RankingOptions,
  type ResolvedRanking,
  subsetRows,
} from "./metrics.js";
import { placesOf } from "./places.js";

/**
 * `evaluate` for a scorer.
 *
 * @param told hears the rank of each event of `sessions` that is asked for
 * @throws ConfigError when it is no scorer, or there is no test case
 */
export async function evaluateScorer(
  scorer: Scorer,
  sessions: Sessions,
  resolved: ResolvedRanking,
  { items: given, windowLength = 0, signal, onProgress }: RankingOptions,
  told?: (event: number, rank: number) => void,
): Promise<Evaluation> {
  if (!isScorer(scorer))
    throw new ConfigError("model", "a GRU4Rec, or a Scorer with items and score", scorer);
  const { items } = scorer;
  const { cutoffs, lists, excludeSeen } = resolved;
  const metrics = new RankingMetrics(cutoffs);
  const subset = given && subsetRows(items, given);
  const counts = await testCases(sessions, items, resolved);
  const { totalEvents } = counts;
  const places = await placesOf(scorer, subset, resolved.ties);
  const longest = Math.max(...cutoffs);
  const started = performance.now();
  const rate = (): number => (metrics.events * 1000) / Math.max(1e-3, performance.now() - started);
  const report = (): void =>
    onProgress?.({ events: metrics.events, totalEvents, eventsPerSecond: rate() });

  signal?.throwIfAborted();
  for (const { clicks, history, target, event } of asked(
    scorer,
    sessions,
    resolved,
    windowLength,
  )) {
    places.ask(history);
    const seen = excludeSeen ? new Set(clicks) : NONE;
    const rank = seen.has(target) ? Number.POSITIVE_INFINITY : places.rank(target, seen);
    metrics.add(rank);
    told?.(event, rank);
    if (lists) metrics.addList(places.best(longest, seen));
    if (!(await pace())) continue;
    report();
    signal?.throwIfAborted();
  }
  report();
  const missedEvents = counts.totalEvents + counts.missedEvents - metrics.events;
  metrics.addMisses(missedEvents);
  return {
    ...metrics.result(items),
    ...figuresOf(metrics, { ...counts, missedEvents }, resolved),
    seconds: (performance.now() - started) / 1000,
    eventsPerSecond: rate(),
  };
}

/** A test case that a scorer can be asked: known clicks before it, those that are read, and its target. */
interface Asked {
  readonly clicks: Int32Array;
  readonly history: Int32Array;
  readonly target: number;
  /** The event of the target. */
  readonly event: number;
}

/** Session after session; what `testCases` counts as asked, less what a scorer of few clicks cannot tell. */
function* asked(
  scorer: Scorer,
  { items, itemIndices, offsets, length }: Sessions,
  { lastOnly, unknown }: ResolvedRanking,
  windowLength: number,
): Generator<Asked, void> {
  const rowOf = Int32Array.from(items.ids, (id) => scorer.items.indexOf(id));
  const reads = unknown === "miss" ? (scorer.windowLength ?? 0) : 0;
  for (let s = 0; s < length; ++s) {
    const rows = itemIndices.subarray(offsets[s], offsets[s + 1]).map((item) => rowOf[item]!);
    const known = rows.filter((row) => row >= 0);
    let before = 0; // known clicks
    for (const [event, target] of rows.entries()) {
      const clicks = known.subarray(0, before);
      if (target >= 0) before++;
      if (target < 0 || clicks.length === 0 || (lastOnly && event + 1 < rows.length)) continue;
      const last = rows.subarray(reads > 0 ? Math.max(0, event - reads) : 0, event);
      if (last.every((row) => row < 0)) continue;
      const history = windowLength > 0 ? clicks.subarray(-windowLength) : clicks;
      yield { clicks, history, target, event: offsets[s]! + event };
    }
  }
}

const NONE: ReadonlySet<number> = new Set();
