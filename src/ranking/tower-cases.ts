/** Test cases that only towers and their index have: in examples, and among some of the items. */

import type { Examples } from "../data/examples.js";
import { NO_ITEM } from "../data/items.js";
import { ConfigError, words } from "../errors.js";
import type { Answering } from "../models/answering.js";
import { rowsOf } from "../models/two-towers/example-rows.js";
import { pace } from "../pause.js";
import type { JobCases } from "./case-columns.js";
import type { ResolvedChoices } from "./choices.js";

/** Examples that are looked at in about a millisecond. */
const PIECE = 2 ** 12;

/** @throws ConfigError naming what has no effect on examples */
export function refuseForExamples({ lastOnly, unknown }: ResolvedChoices, isPlain: boolean): void {
  if (lastOnly) {
    const remedy = "Each example is a test case as it is.";
    throw new ConfigError("lastOnly", "sessions to measure on", words("examples"), remedy);
  }
  if (unknown !== "miss" || !isPlain) return;
  const remedy = "The model knows all items of examples.";
  throw new ConfigError("unknown", "sessions to measure on", words("examples"), remedy);
}

/** Examples one after the other, each the items of its context and its target, as if they were a log. */
export async function ofExamples(
  { items, reading }: Answering,
  given: Examples,
): Promise<JobCases> {
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
export function amongAnswers(
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
