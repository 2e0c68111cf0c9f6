/** Between the reader of clicks and what keeps them: in memory, or in a table on disk. */

import type { Grouped } from "../grouping.js";
import type { ReadReport, ReportColumns } from "./report.js";
import type { NumberedColumns, Rows } from "./rows.js";

/** All of a report but what counting sessions and items tells. */
export type UncountedReport = Omit<ReadReport, "events" | "sessions" | "items" | "longestSession">;

/** Where events go, one after the other, as they are read. */
export interface EventSink {
  /** Hears where each part of an event is found, before the first of a table; may throw. */
  begin?(columns: ReportColumns): void;
  /**
   * @param rows   column 0 is the session or the user, column 1 the item, which events that are not kept may lack
   * @param time   as it stands in the table, in a unit that the end tells
   * @param tie    breaks ties of the time; undefined where no column does
   * @param isKept whether it is of a kind that was chosen
   */
  add(rows: Rows, row: number, time: number, tie: number | undefined, isKept: boolean): void;
  /** Where rows of numbers may go to at once: of one kind, and nothing breaks ties. */
  readonly columns?: NumberedColumns;
  /** Waits until there is room for more; called after every few thousand events. */
  drain?(): Promise<void>;
}

/** What counting all events tells of them. */
export interface EventFacts {
  /** Seconds: the first and the last event that is kept. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** Whether all times are the begin of a day. */
  readonly areDays: boolean;
  /** Events of kinds that were not chosen, and the row of the first, counted from 1. */
  readonly others: number;
  readonly firstOther: number;
}

/** What all rows together tell of the events that went to the sink. */
export interface Understood {
  /** Of the unit of the times; 1 for ISO 8601. */
  readonly perSecond: number;
  /** Seconds without an event that end a session. */
  readonly gap: number | "none";
  /** Whether what the sink got to break ties does. */
  readonly hasOrder: boolean;
  /** The report, from what only the sink knows. */
  report(facts: EventFacts): UncountedReport;
}

/** Numbered events in the order of the table, and how it was read. */
export interface ReadClicks {
  readonly grouped: Grouped;
  readonly report: UncountedReport;
}
