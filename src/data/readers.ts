/**
 * Click logs, read into columns of events or into sessions, from any source and in any format.
 *
 * What reads tables is loaded when the first one is: a page that only recommends does without.
 */

import { inPieces, inTurns } from "../pause.js";
import type { EventColumns, Id } from "./events.js";
import type { Grouped } from "./grouping.js";
import type { ReadOptions } from "./read/options.js";
import type { ReadReport } from "./read/report.js";
import type { ReadClicks } from "./read/sink.js";
import type { Source } from "./read/source.js";
import { Sessions } from "./sessions.js";

/** The events of a table, in its order, times in seconds, and how it was read. */
export interface EventTable extends EventColumns {
  /** Numbers when every id of the column is a safe integer in its usual form, else strings. */
  readonly sessionId: readonly Id[];
  /** The item of each event. */
  readonly itemId: readonly string[];
  /** Seconds: Unix time when the table holds dates, else its numbers divided by their unit. */
  readonly time: Float64Array;
  /** What was understood of the table. */
  readonly report: ReadReport;
}

/**
 * Reads events from a table: delimited text (any delimiter, quotes, UTF-8 or UTF-16), JSON objects in
 * lines or in an array, or Parquet; plain, or packed with gzip, zstd or zip. The bytes tell which.
 *
 * Several sources are read as one; they must have the same columns.
 *
 * Rows without a session, an item or a time are left out and counted in the report; a row that cannot
 * be read is refused. Where there is no column of sessions, those of users are cut by a gap in time.
 *
 * Times are numbers or ISO 8601 throughout. The unit of numbers is told by their size, unless
 * `timeUnit` tells better; two units in one column are refused.
 *
 * @throws FormatError naming the source and the line; ConfigError when an option is none
 */
export async function readEvents(
  source: Source | readonly Source[],
  options: ReadOptions = {},
): Promise<EventTable> {
  const { grouped, report } = await read(source, options);
  const { sessionIds, itemIds, sessions, items, times } = grouped;
  return {
    sessionId: Array.from(sessions, (session) => sessionIds[session]!),
    itemId: Array.from(items, (item) => itemIds[item] as string),
    time: times,
    report: { ...report, ...(await countsOf(grouped, options.signal)) },
  };
}

/** `readEvents`, grouped into sessions; they hold the report. */
export async function readSessions(
  source: Source | readonly Source[],
  options: ReadOptions = {},
): Promise<Sessions> {
  const { grouped, report } = await read(source, options);
  const { signal } = options;
  const told = { ...report, ...(await countsOf(grouped, signal)) };
  return inTurns(Sessions.steps(grouped, told), signal);
}

async function read(source: Source | readonly Source[], options: ReadOptions): Promise<ReadClicks> {
  const { readClicks } = await import("./read/log.js");
  return readClicks(source, options);
}

async function countsOf(
  { sessionIds, itemIds, sessions }: Grouped,
  signal: AbortSignal | undefined,
): Promise<{
  readonly events: number;
  readonly sessions: number;
  readonly items: number;
  readonly longestSession: number;
}> {
  const lengths = new Int32Array(sessionIds.length);
  let longestSession = 0;
  await inPieces(
    sessions.length,
    (begin, end) => {
      for (let row = begin; row < end; ++row) {
        longestSession = Math.max(longestSession, ++lengths[sessions[row]!]!);
      }
    },
    signal,
  );
  const events = sessions.length;
  return { events, sessions: sessionIds.length, items: itemIds.length, longestSession };
}
