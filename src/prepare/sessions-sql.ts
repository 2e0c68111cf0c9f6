/** Sessions of clicks: those of the log, or visitors cut where nothing happened for a while. */

import { IN_TIME, numberOf, type Step } from "./steps.js";

export interface SessionRules {
  /** Clicks that are not kept end no session and begin none. */
  readonly keptFirst?: boolean;
  /** Seconds are the first of the visitor, and milliseconds since then that the tie tells. */
  readonly clock?: "first and tie";
}

/**
 * Makes `events` of `clicks`.
 *
 * @param gap seconds without a click that end a session; "none" where a visitor is one
 */
export function sessionSteps(gap: number | "none", { keptFirst, clock }: SessionRules): Step[] {
  const what = "sessions";
  const from = clock ? FIRST_AND_TIE : "clicks";
  if (gap === "none") {
    const select = `SELECT visitor AS session, item, seconds, tie, line FROM ${from} WHERE kept`;
    return [{ what, sql: `CREATE TABLE events AS ${select}` }];
  }
  // Sessions are numbered from 1: visitor by visitor in the order of their first clicks.
  return [
    {
      what,
      sql: `CREATE TABLE steps AS
SELECT *, CASE WHEN seconds - lag(seconds) OVER visits <= ${numberOf(gap)} THEN 0 ELSE 1 END AS begins
FROM ${from}${keptFirst ? " WHERE kept" : ""}
WINDOW visits AS (PARTITION BY visitor ORDER BY ${IN_TIME})`,
    },
    {
      what,
      sql: `CREATE TABLE visitors AS
SELECT visitor, sum(sessions) OVER (ORDER BY first ROWS UNBOUNDED PRECEDING) - sessions AS earlier
FROM (SELECT visitor, min(line) AS first, sum(begins) AS sessions FROM steps GROUP BY visitor)`,
    },
    {
      what,
      sql: `CREATE TABLE events AS
SELECT CAST(earlier + nth AS BIGINT) AS session, item, seconds, tie, line
FROM (
  SELECT *, sum(begins) OVER (PARTITION BY visitor ORDER BY ${IN_TIME} ROWS UNBOUNDED PRECEDING) AS nth
  FROM steps
) JOIN visitors USING (visitor)
WHERE kept`,
    },
    { what, sql: "DROP TABLE steps" },
    { what, sql: "DROP TABLE visitors" },
  ];
}

const FIRST_AND_TIE = `(
  SELECT line, visitor, item, min(seconds) OVER (PARTITION BY visitor) + tie / 1000 AS seconds, tie, kept
  FROM clicks
) AS timed`;
