/**
 * Evaluates anything that can score a catalogue, by brute force: every test case is scored on its
 * own and its target's rank is counted. The rules are those of `evaluate` for a model, so a
 * baseline's figures stand beside a model's.
 */

import { Items } from "../data/items.js";
import type { Scorer } from "../data/scorer.js";
import type { Sessions } from "../data/sessions.js";
import { ConfigError } from "../errors.js";
import { testCases } from "./cases.js";
import {
  checkTies,
  type Evaluation,
  RankingMetrics,
  type RankingOptions,
  rankOf,
  subsetRows,
  type Ties,
} from "./metrics.js";

/** How long scoring may keep the event loop to itself. */
const SLICE_MS = 20;

/**
 * Recall@N, MRR@N and their like of a scorer on sessions, which may be over another catalogue:
 * events of items that the scorer does not know are dropped beforehand and counted.
 *
 * @throws ConfigError when an option is out of range, or there is no test case at all.
 */
export async function evaluateScorer(
  scorer: Scorer,
  sessions: Sessions,
  options: RankingOptions = {},
): Promise<Evaluation> {
  const isScorer = scorer?.items instanceof Items && typeof scorer.score === "function";
  if (!isScorer)
    throw new ConfigError("model", "a GRU4Rec, or a Scorer with items and score", scorer);
  const { cutoffs = [20], ties = "standard", lists = false, signal, onProgress } = options;
  const { windowLength = 0 } = options;
  const { items } = scorer;
  const metrics = new RankingMetrics(cutoffs);
  checkTies(ties);
  const subset = options.items && subsetRows(items, options.items);
  const { known, unknownEvents, totalEvents, played } = testCases(sessions, items);

  const scores = new Float32Array(items.size).fill(Number.NaN);
  const longest = Math.max(...cutoffs);
  const started = performance.now();
  const rate = (): number => (metrics.events * 1000) / Math.max(1e-3, performance.now() - started);
  const report = (): void =>
    onProgress?.({ events: metrics.events, totalEvents, eventsPerSecond: rate() });

  signal?.throwIfAborted();
  let sliceEnd = started + SLICE_MS;
  for (let s = 0; s < known.length; ++s) {
    const first = known.offsets[s]!;
    for (let event = first + 1; event < known.offsets[s + 1]!; ++event) {
      const oldest = windowLength > 0 ? Math.max(first, event - windowLength) : first;
      scorer.score(known.itemIndices.subarray(oldest, event), scores);
      const target = known.itemIndices[event]!;
      metrics.add(subset ? rankAmong(scores, target, subset, ties) : rank(scores, target, ties));
      if (lists) metrics.addList(best(scores, longest, subset));

      if (performance.now() < sliceEnd) continue;
      report();
      await new Promise((resolve) => setTimeout(resolve, 0));
      signal?.throwIfAborted();
      sliceEnd = performance.now() + SLICE_MS;
    }
  }
  report();
  return {
    ...metrics.result(items),
    events: metrics.events,
    sessions: played,
    unknownEvents,
    ties,
    seconds: (performance.now() - started) / 1000,
    eventsPerSecond: rate(),
  };
}

function rank(scores: Float32Array, target: number, ties: Ties): number {
  const targetScore = scores[target]!;
  let above = 0; // scores that are not ≤ targetScore: higher ones and NaN
  let same = 0;
  for (let item = 0; item < scores.length; ++item) {
    const score = scores[item]!;
    above += score <= targetScore ? 0 : 1;
    same += score === targetScore ? 1 : 0;
  }
  // The target was counted too: as equal to itself, or above itself when its score is NaN.
  return Number.isNaN(targetScore) ? rankOf(above - 1, 0, ties) : rankOf(above, same - 1, ties);
}

function rankAmong(scores: Float32Array, target: number, subset: Int32Array, ties: Ties): number {
  const targetScore = scores[target]!;
  let greater = 0;
  let equal = 0;
  for (const item of subset) {
    if (item === target) continue;
    const score = scores[item]!;
    if (score === targetScore) equal++;
    else if (!(score < targetScore)) greater++;
  }
  return rankOf(greater, equal, ties);
}

/** Rows of the best scores, best first, NaN before all, the lower row first among equals. */
function best(scores: Float32Array, count: number, subset: Int32Array | undefined): number[] {
  const length = Math.min(count, subset?.length ?? scores.length);
  const rows: number[] = [];
  const kept: number[] = [];
  for (let i = 0; i < (subset?.length ?? scores.length); ++i) {
    const row = subset ? subset[i]! : i;
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
