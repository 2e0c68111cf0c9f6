/** What was understood of a table: told with everything that is read. */

import type { FoundColumn } from "./columns.js";
import type { Compression } from "./compressed.js";
import type { LeftOut } from "./tally.js";
import type { TimeUnit } from "./times.js";
import type { Encoding } from "./utf8.js";

/** How a table was read. */
export interface TableReport {
  /** What errors call the source; several files in their order. */
  readonly names: readonly string[];
  /** What the bytes are. */
  readonly format: "delimited" | "JSON" | "Parquet" | "sequences" | "pairs";
  /** How they are packed. */
  readonly compression: Compression;
  /** Undefined for Parquet. */
  readonly encoding?: Encoding;
  /** Between two fields; only of delimited text. */
  readonly delimiter?: string;
  /** Rows in which quotes are ordinary characters, and the first line of them. */
  readonly literalQuotes?: { readonly rows: number; readonly firstLine: number };
  /** Whether the first row names the columns. */
  readonly header: boolean;
  /** Rows below the header that are not blank. */
  readonly rows: number;
  /** Rows that gave nothing, by reason. */
  readonly leftOut: readonly LeftOut[];
  /** Sentences about what may not be what was meant, and the option that changes it. */
  readonly notes: readonly string[];
}

/** How a click log was read, and what is in it. */
export interface ReadReport extends TableReport {
  /** Where each part of an event was found. */
  readonly columns: ReportColumns;
  /** Unit of the times as they stand there. */
  readonly timeUnit: TimeUnit | "ISO 8601" | "none";
  /** Seconds: the first and the last event. */
  readonly firstTime: number;
  /** Seconds of the last event. */
  readonly lastTime: number;
  /** Events of each kind, where a column tells it; those that were not chosen too. */
  readonly kinds?: Readonly<Record<string, number>>;
  /** Seconds of inactivity that end a session; "none" where a user is one session. */
  readonly gap?: number | "none";
  /** Events that were kept. */
  readonly events: number;
  /** Sessions that they make. */
  readonly sessions: number;
  /** Distinct items of them. */
  readonly items: number;
  /** Events of the longest session. */
  readonly longestSession: number;
}

/** Where each part of an event was found. */
export interface ReportColumns {
  /** The session of an event. */
  readonly session?: FoundColumn;
  /** The user, whose events are cut into sessions where there is no session. */
  readonly user?: FoundColumn;
  /** The item. */
  readonly item?: FoundColumn;
  /** The time. */
  readonly time?: FoundColumn;
  /** Breaks ties of the time. */
  readonly order?: FoundColumn;
  /** The kind of event, of which `events` keeps some. */
  readonly event?: FoundColumn;
}
