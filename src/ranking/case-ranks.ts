/** An evaluation with the rank of each event, for who compares models case by case. */

import type { Scorer } from "../data/scorer.js";
import { checkSessions, type Sessions } from "../data/sessions.js";
import { windowBatches } from "../data/windows.js";
import type { GRU4Rec } from "../models/gru4rec/gru4rec.js";
import { answeringOf } from "./answering.js";
import type { CaseColumns } from "./case-columns.js";
import { type EvaluateOptions, evaluated, resolveEvaluateOptions } from "./evaluate.js";
import { sessionBatches, windowsIn } from "./feed.js";
import { type Evaluation, type ResolvedRanking, rankOf } from "./metrics.js";
import type { RankConfig } from "./rank-memory.js";
import { evaluateScorer } from "./scorer.js";

/** What `evaluate` measures, and of what. */
export interface RankedCases {
  readonly evaluation: Evaluation;
  /** f64[events]: the rank of each event of the sessions. Infinity: a miss; NaN: no test case. */
  readonly ranks: Float64Array;
}

/** `evaluate` on sessions, case by case. Throws as it does. */
export async function rankCases(
  model: GRU4Rec | Scorer,
  sessions: Sessions,
  options: EvaluateOptions = {},
): Promise<RankedCases> {
  checkSessions("sessions", sessions);
  const resolved = resolveEvaluateOptions(options);
  const ranks = new Float64Array(sessions.events).fill(Number.NaN);
  if (resolved.unknown === "miss") fillMisses(ranks, sessions, resolved.lastOnly);
  if (!answeringOf(model)) {
    const evaluation = await evaluateScorer(
      model as Scorer,
      sessions,
      resolved,
      options,
      (event, rank) => {
        ranks[event] = rank;
      },
    );
    return { evaluation, ranks };
  }
  let events: Int32Array | undefined;
  let done = 0;
  const evaluation = await evaluated(model, sessions, options, (slice, columns, config) => {
    events ??= playedEvents(columns, config, knownEvents(sessions, model, resolved));
    const { greater, equal } = slice;
    for (let i = 0; i < greater.length; ++i) {
      const isLeftOut = greater[i]! < 0;
      const rank = isLeftOut
        ? Number.POSITIVE_INFINITY
        : rankOf(greater[i]!, equal[i]!, resolved.ties);
      ranks[events[done++]!] = rank;
    }
  });
  return { evaluation, ranks };
}

/** What is a test case whatever the model knows. */
function fillMisses(ranks: Float64Array, { offsets }: Sessions, lastOnly: boolean): void {
  for (let s = 0; s + 1 < offsets.length; ++s) {
    const [begin, end] = [offsets[s]!, offsets[s + 1]!];
    if (end - begin > 1) ranks.fill(Number.POSITIVE_INFINITY, lastOnly ? end - 1 : begin + 1, end);
  }
}

/** The events that are played, in their order: those of known items, of sessions that are asked (cases.ts). */
function knownEvents(
  { items, itemIndices, offsets, length }: Sessions,
  model: GRU4Rec | Scorer,
  { lastOnly }: ResolvedRanking,
): Int32Array {
  const isKnown = Uint8Array.from(items.ids, (id) => (model.items.has(id) ? 1 : 0));
  const events: number[] = [];
  for (let s = 0; s < length; ++s) {
    const end = offsets[s + 1]!;
    if (lastOnly && isKnown[itemIndices[end - 1]!] === 0) continue;
    for (let event = offsets[s]!; event < end; ++event) {
      if (isKnown[itemIndices[event]!] === 1) events.push(event);
    }
  }
  return Int32Array.from(events);
}

/** The events of test cases in the order in which a job tells of them, which is that of its feed. */
function playedEvents(columns: CaseColumns, config: RankConfig, known: Int32Array): Int32Array {
  const { reading, slots, lastOnly } = config;
  const { windowLength, pad } = reading;
  const { itemIndices, offsets } = columns as Record<"itemIndices" | "offsets", Int32Array>;
  const played: number[] = [];
  if (windowLength === 0) {
    const isLast = new Uint8Array(itemIndices.length);
    for (let s = 0; s + 1 < offsets.length; ++s) isLast[offsets[s + 1]! - 1] = 1;
    const batches = sessionBatches({ itemIndices, offsets }, slots, lastOnly);
    for (const { open } of batches) {
      const events = batches.position().subarray(2, 2 + open);
      for (const event of events) if (!lastOnly || isLast[event] === 1) played.push(known[event]!);
    }
    return Int32Array.from(played);
  }
  const windows = windowsIn(columns, windowLength, lastOnly);
  const order = Int32Array.from(windows.ends.keys());
  const options = { batchSize: slots, windowLength, pad, lossAt: "last", least: 1 } as const;
  for (const batch of windowBatches({ itemIndices, offsets }, windows, order, options)) {
    for (let slot = 0; slot < batch.open; ++slot) {
      played.push(known[windows.ends[batch.played[slot]!]!]!);
    }
  }
  return Int32Array.from(played);
}
