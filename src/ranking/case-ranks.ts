/** An evaluation with the rank of each event, for who compares models case by case. */

import type { Items } from "../data/items.js";
import type { Scorer } from "../data/scorer.js";
import { checkSessions, type Sessions } from "../data/sessions.js";
import { windowBatches } from "../data/windows.js";
import type { GRU4Rec } from "../models/gru4rec/gru4rec.js";
import type { RetrievalIndex } from "../models/two-towers/retrieval-index.js";
import type { TwoTowers } from "../models/two-towers/two-towers.js";
import { inTurns, pace } from "../pause.js";
import { answeringOf } from "./answering.js";
import type { CaseColumns } from "./case-columns.js";
import { knownAmong } from "./cases.js";
import { type EvaluateOptions, evaluated, resolveEvaluateOptions } from "./evaluate.js";
import { sessionBatches, windowsIn } from "./feed.js";
import { type Evaluation, type ResolvedRanking, rankOf } from "./metrics.js";
import type { RankConfig } from "./rank-memory.js";
import type { RankSlice } from "./rank-program.js";
import { evaluateScorer } from "./scorer.js";

/** What `evaluate` measures, and of what. */
export interface RankedCases {
  readonly evaluation: Evaluation;
  /** f64[events]: the rank of each event of the sessions. Infinity: a miss; NaN: no test case. */
  readonly ranks: Float64Array;
}

/** Sessions or events that are looked at in about a millisecond. */
const PIECE = 2 ** 12;

/** `evaluate` on sessions, case by case. Throws as it does. */
export async function rankCases(
  model: GRU4Rec | TwoTowers | RetrievalIndex | Scorer,
  sessions: Sessions,
  options: EvaluateOptions = {},
): Promise<RankedCases> {
  checkSessions("sessions", sessions);
  const resolved = resolveEvaluateOptions(options);
  const ranks = new Float64Array(sessions.events).fill(Number.NaN);
  if (resolved.unknown === "miss") await fillMisses(ranks, sessions, resolved.lastOnly);
  const answering = answeringOf(model);
  if (!answering) {
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
  const told: Told[] = [];
  let played: { readonly columns: CaseColumns; readonly config: RankConfig } | undefined;
  const evaluation = await evaluated(model, sessions, options, (slice, columns, config) => {
    played ??= { columns, config };
    told.push({ greater: slice.greater, equal: slice.equal }); // not its lists
  });
  const { columns, config } = played!; // there is no evaluation without a case
  const known = await knownEvents(sessions, answering.items, resolved);
  const events = await inTurns(playedEvents(columns, config, known));
  let done = 0;
  for (const { greater, equal } of told) {
    for (let i = 0; i < greater.length; ++i) {
      const isLeftOut = greater[i]! < 0;
      const rank = isLeftOut
        ? Number.POSITIVE_INFINITY
        : rankOf(greater[i]!, equal[i]!, resolved.ties);
      ranks[events[done++]!] = rank;
    }
    await pace();
  }
  return { evaluation, ranks };
}

type Told = Pick<RankSlice, "greater" | "equal">;

/** What is a test case whatever the model knows. */
async function fillMisses(
  ranks: Float64Array,
  { offsets }: Sessions,
  lastOnly: boolean,
): Promise<void> {
  for (let s = 0; s + 1 < offsets.length; ++s) {
    const [begin, end] = [offsets[s]!, offsets[s + 1]!];
    if (end - begin > 1) ranks.fill(Number.POSITIVE_INFINITY, lastOnly ? end - 1 : begin + 1, end);
    if (s % PIECE === 0) await pace();
  }
}

/** The events that are played, in their order: those of known items, of sessions that are asked (cases.ts). */
async function knownEvents(
  { items, itemIndices, offsets, length }: Sessions,
  catalogue: Items,
  { lastOnly }: ResolvedRanking,
): Promise<Int32Array> {
  const isKnown = await knownAmong(items, catalogue);
  const events = new Int32Array(itemIndices.length);
  let count = 0;
  for (let s = 0; s < length; ++s) {
    const end = offsets[s + 1]!;
    if (lastOnly && isKnown[itemIndices[end - 1]!] === 0) continue;
    for (let event = offsets[s]!; event < end; ++event) {
      if (isKnown[itemIndices[event]!] === 1) events[count++] = event;
    }
    if (s % PIECE === 0) await pace();
  }
  return events.subarray(0, count);
}

/** The events of test cases in the order in which a job tells of them, which is that of its feed. */
function* playedEvents(
  columns: CaseColumns,
  config: RankConfig,
  known: Int32Array,
): Generator<undefined, number[]> {
  const { reading, slots, lastOnly } = config;
  const { windowLength, pad } = reading;
  const { itemIndices, offsets, places } = columns as Readonly<
    Record<"itemIndices" | "offsets", Int32Array>
  > &
    CaseColumns;
  const played: number[] = [];
  if (windowLength === 0) {
    const isLast = new Uint8Array(itemIndices.length);
    for (let s = 0; s + 1 < offsets.length; ++s) isLast[offsets[s + 1]! - 1] = 1;
    const batches = sessionBatches({ itemIndices, offsets }, slots, lastOnly);
    for (const { open } of batches) {
      const events = batches.position().subarray(2, 2 + open);
      for (const event of events) if (!lastOnly || isLast[event] === 1) played.push(known[event]!);
      yield;
    }
    return played;
  }
  const windows = windowsIn(columns, windowLength, lastOnly);
  const isRanked = (window: number): boolean =>
    places === undefined || places[itemIndices[windows.ends[window]!]!]! >= 0;
  const order = Int32Array.from(windows.ends.keys()).filter(isRanked);
  const options = { batchSize: slots, windowLength, pad, lossAt: "last", least: 1 } as const;
  for (const batch of windowBatches({ itemIndices, offsets }, windows, order, options)) {
    for (let slot = 0; slot < batch.open; ++slot) {
      played.push(known[windows.ends[batch.played[slot]!]!]!);
    }
    yield;
  }
  return played;
}
