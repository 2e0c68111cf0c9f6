/** The filters of `filterSessions` and `recentSessions`, as SQL. */

import { numberOf, type Statement, type Step } from "./steps.js";

export interface FilterRules {
  readonly minSupport: number;
  readonly minLength: number;
  /** Sessions, items, and sessions again: not until nothing changes. */
  readonly filterOnce: boolean;
  /** Which events go: those with the item of the one before, or of any before in the session. */
  readonly repeats: "none" | "next" | "all";
}

/** @param order of events within a session */
export function filterSteps(rules: FilterRules, order: string): Step[] {
  const { minSupport, minLength, filterOnce } = rules;
  const steps = repeatSteps(rules.repeats, order);
  const short = shortSessions("events", minLength);
  const rare = rareItems(minSupport);
  if (minLength === 1) return minSupport === 1 ? steps : [...steps, rare];
  if (minSupport === 1) return [...steps, short];
  return [...steps, ...(filterOnce ? [short, rare, short] : [{ repeated: [short, rare] }])];
}

function repeatSteps(repeats: FilterRules["repeats"], order: string): Step[] {
  if (repeats === "none") return [];
  const told =
    repeats === "next"
      ? `item IS NOT DISTINCT FROM lag(item) OVER (PARTITION BY session ORDER BY ${order})`
      : `row_number() OVER (PARTITION BY session, item ORDER BY ${order}) > 1`;
  const again = `SELECT line FROM (SELECT line, ${told} AS repeats FROM events) WHERE repeats`;
  return [{ what: "repeats", sql: `DELETE FROM events WHERE line IN (${again})` }];
}

export function shortSessions(table: string, minLength: number): Statement {
  const few = `SELECT session FROM ${table} GROUP BY session HAVING count(*) < ${minLength}`;
  return {
    what: `sessions of fewer than ${minLength} events`,
    sql: `DELETE FROM ${table} WHERE session IN (${few})`,
  };
}

function rareItems(minSupport: number): Statement {
  const few = `SELECT item FROM events GROUP BY item HAVING count(*) < ${minSupport}`;
  return {
    what: `items of fewer than ${minSupport} events`,
    sql: `DELETE FROM events WHERE item IN (${few})`,
  };
}

/** What is kept of a table: the sessions that start in its last seconds, or the share that starts last. */
export type Recent = { readonly seconds: number } | { readonly part: number };

export function recentStep(table: string, recent: Recent): Statement {
  const old =
    "seconds" in recent ? startedBefore(table, recent.seconds) : allBut(table, recent.part);
  return {
    what: "sessions before the most recent part",
    sql: `DELETE FROM ${table} WHERE session IN (${old})`,
  };
}

function startedBefore(table: string, seconds: number): string {
  const border = `(SELECT max(seconds) - ${numberOf(seconds)} FROM ${table})`;
  return `SELECT session FROM ${table} GROUP BY session HAVING min(seconds) < ${border}`;
}

function allBut(table: string, part: number): string {
  return `
  SELECT session FROM (
    SELECT session, count(*) OVER () AS sessions, row_number() OVER (ORDER BY start DESC, session DESC) AS place
    FROM (SELECT session, min(seconds) AS start FROM ${table} GROUP BY session)
  ) WHERE place > greatest(1, floor(${part.toExponential()} * sessions + 5e-1))`;
}
