/** The test cases in a click log: what any evaluation plays and counts. */

import { bucketOf } from "../data/boundaries.js";
import type { Examples } from "../data/examples.js";
import type { Items } from "../data/items.js";
import { checkSessions, Sessions } from "../data/sessions.js";
import { ConfigError, words } from "../errors.js";
import type { Answering } from "../models/answering.js";
import { pace } from "../pause.js";
import type { CaseCounts, JobCases } from "./case-columns.js";
import type { ResolvedChoices } from "./choices.js";
import type { Evaluation, Measures, RankingMetrics, ResolvedRanking } from "./metrics.js";

/** Sessions or items that are looked at in about a millisecond. */
const PIECE = 2 ** 12;

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
export async function knownAmong(asked: Items, items: Items): Promise<Uint8Array> {
  const isKnown = new Uint8Array(asked.size).fill(1);
  if (asked === items) return isKnown; // as in the validation of every epoch
  for (const [item, id] of asked.ids.entries()) {
    isKnown[item] = items.has(id) ? 1 : 0;
    if (item % PIECE === 0) await pace();
  }
  return isKnown;
}

/** @throws ConfigError when sessions or examples do not fit the model, or hold no test case */
export async function jobCases(
  answering: Answering,
  given: Sessions | Examples,
  choices: ResolvedChoices,
): Promise<JobCases> {
  if (answering.kind === "gru4rec") checkSessions("sessions", given);
  const isPlain = answering.answers === answering.items;
  const isLog = given instanceof Sessions;
  if (isLog && isPlain) return ofSessions(answering, given, choices);
  const { amongAnswers, ofExamples, refuseForExamples } = await import("./tower-cases.js");
  if (!isLog) refuseForExamples(choices, isPlain);
  const cases = isLog
    ? await ofSessions(answering, given, choices)
    : await ofExamples(answering, given as Examples);
  return isPlain ? cases : amongAnswers(answering, cases, choices);
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
