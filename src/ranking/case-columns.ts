/** What test cases are as columns of a job, and what is counted of them. */

import type { Id } from "../data/events.js";

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
