/**
 * Evaluates anything that can score a catalogue, by brute force: scores one test case after the other,
 * and counts the rank of its target. The rules are those of `evaluate` for a model, so a
 * baseline's figures stand beside a model's.
 */

import { Items } from "../data/items.js";
import type { Scorer } from "../data/scorer.js";
import type { Sessions } from "../data/sessions.js";
import { ConfigError } from "../errors.js";
import { pace } from "../pause.js";
import { figuresOf, testCases } from "./cases.js";
import {
  type Evaluation,
  RankingMetrics,
  type RankingOptions,
  type ResolvedRanking,
  rankOf,
  subsetRows,
  type Ties,
} from "./metrics.js";

/**
 * `evaluate` for a scorer.
 *
 * @throws ConfigError when it is no scorer, or there is no test case
 */
export async function evaluateScorer(
  scorer: Scorer,
  sessions: Sessions,
  resolved: ResolvedRanking,
  { items: given, windowLength = 0, signal, onProgress }: RankingOptions,
): Promise<Evaluation> {
  const isScorer = scorer?.items instanceof Items && typeof scorer.score === "function";
  if (!isScorer)
    throw new ConfigError("model", "a GRU4Rec, or a Scorer with items and score", scorer);
  const { items } = scorer;
  const { cutoffs, ties, lists, excludeSeen } = resolved;
  const metrics = new RankingMetrics(cutoffs);
  const subset = given && subsetRows(items, given);
  const counts = await testCases(sessions, items, resolved);
  const { totalEvents } = counts;
  const scores = new Float32Array(items.size).fill(Number.NaN);
  const longest = Math.max(...cutoffs);
  const started = performance.now();
  const rate = (): number => (metrics.events * 1000) / Math.max(1e-3, performance.now() - started);
  const report = (): void =>
    onProgress?.({ events: metrics.events, totalEvents, eventsPerSecond: rate() });

  signal?.throwIfAborted();
  for (const { clicks, history, target } of asked(scorer, sessions, resolved, windowLength)) {
    scorer.score(history, scores);
    const seen = excludeSeen ? new Set(clicks) : NONE;
    const isLeftOut = seen.has(target);
    metrics.add(
      isLeftOut ? Number.POSITIVE_INFINITY : rank(scores, target, { subset, seen, ties }),
    );
    if (lists) metrics.addList(best(scores, longest, subset, seen));
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
      yield { clicks, history, target };
    }
  }
}

const NONE: ReadonlySet<number> = new Set();

/** Among what a target is ranked: rows, or all; without those that were seen. */
interface Among {
  readonly subset: Int32Array | undefined;
  readonly seen: ReadonlySet<number>;
  readonly ties: Ties;
}

function rank(scores: Float32Array, target: number, { subset, seen, ties }: Among): number {
  const targetScore = scores[target]!;
  let greater = 0; // scores that are not ≤ the target's: higher ones and NaN
  let equal = 0;
  const count = (item: number, step: number): void => {
    if (item === target) return;
    const score = scores[item]!;
    if (score === targetScore) equal += step;
    else if (!(score < targetScore)) greater += step;
  };
  if (subset) for (const item of subset) count(item, seen.has(item) ? 0 : 1);
  else {
    for (let item = 0; item < scores.length; ++item) count(item, 1);
    for (const item of seen) count(item, -1);
  }
  return rankOf(greater, equal, ties);
}

/** Rows of the best scores but the seen ones, best first, NaN before all, the lower row first among equals. */
function best(
  scores: Float32Array,
  count: number,
  subset: Int32Array | undefined,
  seen: ReadonlySet<number>,
): number[] {
  const length = Math.min(count, subset?.length ?? scores.length);
  const rows: number[] = [];
  const kept: number[] = [];
  for (let i = 0; i < (subset?.length ?? scores.length); ++i) {
    const row = subset ? subset[i]! : i;
    if (seen.has(row)) continue;
    const read = scores[row]!;
    const score = Number.isNaN(read) ? Number.POSITIVE_INFINITY : read;
    if (rows.length === length && score <= kept[length - 1]!) continue;
    let place = rows.length === length ? length - 1 : rows.length;
    for (; place > 0 && kept[place - 1]! < score; --place) {
      rows[place] = rows[place - 1]!;
      kept[place] = kept[place - 1]!;
    }
    rows[place] = row;
    kept[place] = score;
  }
  return rows;
}
