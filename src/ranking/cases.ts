/** The test cases in a click log, or in examples: what any evaluation plays and counts. */

import { bucketOf } from "../data/boundaries.js";
import type { Id } from "../data/events.js";
import type { Examples } from "../data/examples.js";
import { type Items, NO_ITEM } from "../data/items.js";
import { checkSessions, Sessions } from "../data/sessions.js";
import { ConfigError, words } from "../errors.js";
import type { Answering } from "../models/answering.js";
import { pace } from "../pause.js";
import type { ResolvedChoices } from "./choices.js";
import type { Evaluation, Measures, RankingMetrics, ResolvedRanking } from "./metrics.js";

/** Sessions, examples or items that are looked at in about a millisecond. */
const PIECE = 2 ** 12;

/** What is asked, and what is not because the model does not know it. */
export interface CaseCounts {
  /** Events of unknown items, and those items, the most frequent first. */
  readonly unknownEvents: number;
  readonly unknownItems: readonly Id[];
  /** Test cases that are asked, and those that are misses without being asked. */
  readonly totalEvents: number;
  readonly missedEvents: number;
  /** Sessions with at least one test case. */
  readonly played: number;
}

/** What an evaluation tells of its test cases. */
export function figuresOf(
  { events }: RankingMetrics,
  { played: sessions, unknownEvents, unknownItems, missedEvents }: Omit<CaseCounts, "totalEvents">,
  { ties, lastOnly, excludeSeen, unknown }: ResolvedRanking,
): Omit<Evaluation, keyof Measures | "seconds" | "eventsPerSecond"> {
  const counts = { events, sessions, unknownEvents, unknownItems, missedEvents };
  return { ...counts, ties, lastOnly, excludeSeen, unknown };
}

/** Sessions over the catalogue of whatever is evaluated, without what it does not know. */
export interface TestCases extends CaseCounts {
  readonly known: Sessions;
}

/**
 * Maps sessions by id. Where only last events count, sessions whose last item is unknown are left out.
 *
 * @throws ConfigError when nothing is left to ask
 */
export async function testCases(
  sessions: Sessions,
  items: Items,
  { lastOnly, unknown }: ResolvedChoices,
): Promise<TestCases> {
  const { ids, support } = sessions.items;
  const isKnown = await knownAmong(sessions.items, items);
  const isPlayed = new Uint8Array(sessions.events).fill(1);
  let [unknownEvents, totalEvents, missedEvents, played] = [0, 0, 0, 0];
  for (let s = 0; s < sessions.length; ++s) {
    const [begin, end] = [sessions.offsets[s]!, sessions.offsets[s + 1]!];
    let known = 0;
    for (let row = begin; row < end; ++row) known += isKnown[sessions.itemIndices[row]!]!;
    const isAsked = !lastOnly || isKnown[sessions.itemIndices[end - 1]!] === 1;
    if (!isAsked) isPlayed.fill(0, begin, end);
    const all = lastOnly ? Math.min(1, end - begin - 1) : end - begin - 1;
    const asked = isAsked ? Math.max(0, lastOnly ? Math.min(1, known - 1) : known - 1) : 0;
    unknownEvents += end - begin - known;
    totalEvents += asked;
    if (unknown === "miss") missedEvents += all - asked;
    if (asked > 0 || (unknown === "miss" && all > 0)) played++;
    if (s % PIECE === 0) await pace();
  }
  const left = isPlayed.includes(0) ? sessions.select(isPlayed) : sessions;
  const known = left?.items === items ? left : left?.over(items).sessions;
  if (!known || totalEvents === 0) {
    throw new ConfigError("sessions", "a session with two events of known items", words("none"));
  }
  const rows = Array.from(ids.keys()).filter((row) => !isKnown[row]);
  rows.sort((a, b) => support[b]! - support[a]!);
  const unknownItems = rows.map((row) => ids[row]!);
  return { known, unknownEvents, unknownItems, totalEvents, missedEvents, played };
}

/** u8[asked.size]: 1 for each item of one catalogue that another one holds. */
async function knownAmong(asked: Items, items: Items): Promise<Uint8Array> {
  const isKnown = new Uint8Array(asked.size).fill(1);
  if (asked === items) return isKnown; // as in the validation of every epoch
  for (const [item, id] of asked.ids.entries()) {
    isKnown[item] = items.has(id) ? 1 : 0;
    if (item % PIECE === 0) await pace();
  }
  return isKnown;
}

/**
 * What a job plays, column by column. A test case is an event of a log and the clicks before it.
 *
 *     itemIndices i32[events]      rows of what was clicked
 *     offsets     i32[sessions + 1]   every event but a session's first is a test case; or else
 *     ends        i32[cases]       event of each test case's target,
 *     lengths     i32[cases]       and how many clicks before it are read
 *     moments     i32[events]      buckets of time; only where time counts
 *     places      i32[items]       rows among what is ranked; only where that is not all items, in order
 */
export type CaseColumns = Readonly<Record<string, Int32Array>>;

/** The most clicks before any test case, or more. */
export function longestHistory({ offsets, lengths }: CaseColumns): number {
  if (lengths) return lengths.reduce((most, length) => Math.max(most, length), 0);
  return offsets!.reduce((most, end, s) => Math.max(most, end - (offsets![s - 1] ?? end) - 1), 0);
}

export interface JobCases extends CaseCounts {
  readonly columns: CaseColumns;
}

/** @throws ConfigError when sessions or examples do not fit the model, or hold no test case */
export async function jobCases(
  answering: Answering,
  given: Sessions | Examples,
  choices: ResolvedChoices,
): Promise<JobCases> {
  if (answering.kind === "gru4rec") checkSessions("sessions", given);
  const isPlain = answering.answers === answering.items;
  if (!(given instanceof Sessions)) refuseForExamples(choices, isPlain);
  const cases =
    given instanceof Sessions
      ? await ofSessions(answering, given, choices)
      : await ofExamples(answering, given as Examples);
  return isPlain ? cases : amongAnswers(answering, cases, choices);
}

/** @throws ConfigError naming what has no effect on examples */
function refuseForExamples({ lastOnly, unknown }: ResolvedChoices, isPlain: boolean): void {
  if (lastOnly) {
    const remedy = "Each example is a test case as it is.";
    throw new ConfigError("lastOnly", "sessions to measure on", words("examples"), remedy);
  }
  if (unknown !== "miss" || !isPlain) return;
  const remedy = "The model knows all items of examples.";
  throw new ConfigError("unknown", "sessions to measure on", words("examples"), remedy);
}

async function ofSessions(
  { items, reading }: Answering,
  given: Sessions,
  choices: ResolvedChoices,
): Promise<JobCases> {
  const { known, ...counts } = await testCases(given, items, choices);
  const { itemIndices, offsets, times } = known;
  const { timeBoundaries } = reading;
  if (timeBoundaries.length === 0) return { ...counts, columns: { itemIndices, offsets } };
  const moments = Int32Array.from(times, (time) => bucketOf(timeBoundaries, time));
  return { ...counts, columns: { itemIndices, offsets, moments } };
}

/** Examples one after the other, each the items of its context and its target, as if they were a log. */
async function ofExamples({ items, reading }: Answering, given: Examples): Promise<JobCases> {
  const { rowsOf } = await import("../models/two-towers/example-rows.js"); // a GRU4Rec never needs it
  const { contexts, targets, moments } = await rowsOf({ items, options: reading }, given);
  const { length: cases } = targets;
  if (cases === 0) throw new ConfigError("examples", "at least one", 0);
  const T = reading.windowLength;
  const [ends, lengths] = [new Int32Array(cases), new Int32Array(cases)];
  let events = 0;
  for (let n = 0; n < cases; ++n) {
    let length = T;
    while (contexts[n * T + length - 1] === NO_ITEM) length--;
    lengths[n] = length;
    ends[n] = events + length;
    events += length + 1;
    if (n % PIECE === 0) await pace();
  }
  const itemIndices = new Int32Array(events);
  const times = new Int32Array(moments.length > 0 ? events : 0);
  for (let n = 0; n < cases; ++n) {
    const [end, length] = [ends[n]!, lengths[n]!];
    for (let t = 0; t < length; ++t) itemIndices[end - length + t] = contexts[n * T + t]!;
    itemIndices[end] = targets[n]!;
    if (moments.length > 0) times[end] = moments[n]!;
    if (n % PIECE === 0) await pace();
  }
  const unknown = { unknownEvents: 0, unknownItems: [], missedEvents: 0 };
  const counts = { totalEvents: cases, played: cases, ...unknown };
  const columns = { itemIndices, ends, lengths };
  return { ...counts, columns: moments.length > 0 ? { ...columns, moments: times } : columns };
}

/** Without the test cases whose target is none of what is ranked: they are unknown, too. */
function amongAnswers(
  { items, answers }: Answering,
  cases: JobCases,
  { lastOnly, unknown }: ResolvedChoices,
): JobCases {
  const places = Int32Array.from(items.ids, (id) => answers.indexOf(id));
  const { itemIndices, ends, offsets } = cases.columns;
  let played = 0;
  let totalEvents = 0;
  const isRanked = (event: number): boolean => places[itemIndices![event]!]! >= 0;
  if (ends) {
    for (const end of ends) totalEvents += isRanked(end) ? 1 : 0;
    played = totalEvents;
  }
  for (let s = 0; offsets && s + 1 < offsets.length; ++s) {
    const before = totalEvents;
    const [begin, end] = [offsets[s]!, offsets[s + 1]!];
    for (let event = lastOnly ? Math.max(begin + 1, end - 1) : begin + 1; event < end; ++event) {
      totalEvents += isRanked(event) ? 1 : 0;
    }
    if (totalEvents > before) played++;
  }
  if (totalEvents === 0) {
    throw new ConfigError(
      ends ? "examples" : "sessions",
      "a target that is recommended",
      words("none"),
    );
  }
  const lost = cases.totalEvents - totalEvents;
  const isMissed = unknown === "miss";
  return {
    unknownEvents: cases.unknownEvents + lost,
    unknownItems: cases.unknownItems,
    missedEvents: cases.missedEvents + (isMissed ? lost : 0),
    played: isMissed ? cases.played : played,
    totalEvents,
    columns: { ...cases.columns, places },
  };
}
