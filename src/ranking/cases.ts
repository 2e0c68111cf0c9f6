/** The test cases in a click log, or in examples: what any evaluation plays and counts. */

import { type Examples, NO_ITEM } from "../data/examples.js";
import type { Items } from "../data/items.js";
import { checkSessions, Sessions } from "../data/sessions.js";
import { ConfigError } from "../errors.js";
import type { Answering } from "../models/answering.js";
import { rowsOf } from "../models/two-towers/example-rows.js";
import { bucketOf } from "../models/two-towers/feature-options.js";
import { pace } from "../pause.js";

/** Sessions over the catalogue of whatever is evaluated. */
export interface TestCases {
  readonly known: Sessions;
  readonly unknownEvents: number;
  /** Test cases: events that follow another one in their session. */
  readonly totalEvents: number;
  /** Sessions with at least one test case. */
  readonly played: number;
}

/** Maps sessions by id; events of unknown items are dropped and counted. Throws ConfigError when nothing is left. */
export function testCases(sessions: Sessions, items: Items): TestCases {
  const { sessions: known, unknownEvents } =
    sessions.items === items ? { sessions, unknownEvents: 0 } : sessions.over(items);
  let totalEvents = 0;
  let played = 0;
  for (let s = 0; known && s < known.length; ++s) {
    const cases = known.offsets[s + 1]! - known.offsets[s]! - 1;
    totalEvents += Math.max(0, cases);
    if (cases > 0) played++;
  }
  if (known && played > 0) return { known, unknownEvents, totalEvents, played };
  throw new ConfigError("sessions", "a session with two events of known items", "none");
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

export interface JobCases extends Omit<TestCases, "known"> {
  readonly columns: CaseColumns;
}

/** @throws ConfigError when sessions or examples do not fit the model, or hold no test case */
export async function jobCases(
  answering: Answering,
  given: Sessions | Examples,
): Promise<JobCases> {
  if (answering.kind === "gru4rec") checkSessions("sessions", given);
  const cases =
    given instanceof Sessions
      ? ofSessions(answering, given)
      : await ofExamples(answering, given as Examples);
  return answering.answers === answering.items ? cases : amongAnswers(answering, cases);
}

function ofSessions({ items, reading }: Answering, given: Sessions): JobCases {
  const { known, ...counts } = testCases(given, items);
  const { itemIndices, offsets, times } = known;
  const { timeBoundaries } = reading;
  if (timeBoundaries.length === 0) return { ...counts, columns: { itemIndices, offsets } };
  const moments = Int32Array.from(times, (time) => bucketOf(timeBoundaries, time));
  return { ...counts, columns: { itemIndices, offsets, moments } };
}

/** Examples one after the other, each the items of its context and its target, as if they were a log. */
async function ofExamples({ items, reading }: Answering, given: Examples): Promise<JobCases> {
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
    if (n % 4096 === 0) await pace();
  }
  const itemIndices = new Int32Array(events);
  const times = new Int32Array(moments.length > 0 ? events : 0);
  for (let n = 0; n < cases; ++n) {
    const [end, length] = [ends[n]!, lengths[n]!];
    for (let t = 0; t < length; ++t) itemIndices[end - length + t] = contexts[n * T + t]!;
    itemIndices[end] = targets[n]!;
    if (moments.length > 0) times[end] = moments[n]!;
    if (n % 4096 === 0) await pace();
  }
  const counts = { totalEvents: cases, played: cases, unknownEvents: 0 };
  const columns = { itemIndices, ends, lengths };
  return { ...counts, columns: moments.length > 0 ? { ...columns, moments: times } : columns };
}

/** Without the test cases whose target is none of what is ranked; they count as unknown. */
function amongAnswers({ items, answers }: Answering, cases: JobCases): JobCases {
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
    for (let event = offsets[s]! + 1; event < offsets[s + 1]!; ++event) {
      totalEvents += isRanked(event) ? 1 : 0;
    }
    if (totalEvents > before) played++;
  }
  if (totalEvents === 0) {
    throw new ConfigError(ends ? "examples" : "sessions", "a target that is recommended", "none");
  }
  const unknownEvents = cases.unknownEvents + cases.totalEvents - totalEvents;
  return { played, totalEvents, unknownEvents, columns: { ...cases.columns, places } };
}
