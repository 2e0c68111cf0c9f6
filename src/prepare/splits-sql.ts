/** The splits of `splitByTime` and `splitLeaveOneOut`, as SQL. Each makes tables of the table `events`. */

import { shortSessions } from "./filters-sql.js";
import { eventsOf, IN_TIME, numberOf, type Statement } from "./steps.js";

/** How much is held out: what is in the last seconds, or the last sessions. */
export type Size = { readonly seconds: number } | { readonly sessions: number };

/**
 * "time" cuts at a moment, through sessions; "sessions" between them.
 *
 * The validation is cut off `train_full`, what the test leaves. It makes `validation` and `train`.
 */
export interface TimeSplit {
  readonly by: "time" | "sessions";
  readonly test?: Size;
  readonly validation?: Size;
  /** What the seconds of the test are counted back from: the last event, unless it is given. */
  readonly end?: number;
  /** Items that are not trained on, and sessions that they leave too short, are not measured on. */
  readonly knownItems?: boolean;
}

export type SplitRules = TimeSplit | { readonly by: "leave-one-out" };

export function splitSteps(rules: SplitRules): Statement[] {
  if (rules.by === "leave-one-out") return leaveOneOut();
  const { by, test, validation, end, knownItems = false } = rules;
  const last = (table: string): string => `(SELECT max(seconds) FROM ${table})`;
  const cuts: Statement[] = [];
  let from = "events";
  let until = end === undefined ? last(from) : numberOf(end);
  if (test) {
    const cut = { from, train: "train_full", held: "test", until, knownItems };
    cuts.push(...(by === "time" ? throughSessions(cut, test) : betweenSessions(cut, test)));
    from = "train_full";
    until = by === "time" ? momentOf(cut, test) : last(from);
  }
  if (validation) {
    const cut = { from, train: "train", held: "validation", until, knownItems };
    cuts.push(
      ...(by === "time" ? throughSessions(cut, validation) : betweenSessions(cut, validation)),
    );
  }
  return cuts;
}

interface Cut {
  readonly from: string;
  readonly train: string;
  readonly held: string;
  /** What seconds are counted back from, in SQL. */
  readonly until: string;
  readonly knownItems: boolean;
}

/** The moment of a cut through sessions, in SQL. */
function momentOf({ until, held }: Cut, size: Size): string {
  return "seconds" in size
    ? `(${until} - ${numberOf(size.seconds)})`
    : `(SELECT min(mark) FROM last_of_${held})`;
}

function throughSessions(cut: Cut, size: Size): Statement[] {
  const { from, train, held } = cut;
  const moment = momentOf(cut, size);
  return [
    ...lastSessions(cut, size, "min"),
    table(held, from, `session IN (${heldSessions(cut, size, "min", moment)})`),
    table(train, from, `seconds < ${moment}`),
    shortSessions(train, 2),
  ];
}

function betweenSessions(cut: Cut, size: Size): Statement[] {
  const { from, train, held } = cut;
  const sessions = heldSessions(cut, size, "max", momentOf(cut, size));
  return [
    ...lastSessions(cut, size, "max"),
    table(held, from, `session IN (${sessions})`),
    table(train, from, `session NOT IN (${sessions})`),
    shortSessions(train, 2),
    ...(cut.knownItems ? [unknownItems(held, train), shortSessions(held, 2)] : []),
  ];
}

/** A table of them, where so many are held out. */
function lastSessions({ from, held }: Cut, size: Size, mark: "min" | "max"): Statement[] {
  if ("seconds" in size) return [];
  const marks = `SELECT session, ${mark}(seconds) AS mark FROM ${from} GROUP BY session`;
  const last = `${marks} ORDER BY mark DESC, session DESC LIMIT ${size.sessions}`;
  return [{ what: `the last sessions`, sql: `CREATE TABLE last_of_${held} AS ${last}` }];
}

function heldSessions({ from, held }: Cut, size: Size, mark: string, moment: string): string {
  return "seconds" in size
    ? `SELECT session FROM ${from} GROUP BY session HAVING ${mark}(seconds) >= ${moment}`
    : `SELECT session FROM last_of_${held}`;
}

function unknownItems(held: string, train: string): Statement {
  return {
    what: "items that are not trained on",
    sql: `DELETE FROM ${held} WHERE item NOT IN (SELECT DISTINCT item FROM ${train})`,
  };
}

function table(name: string, from: string, where: string): Statement {
  return { what: name.replace("_", "-"), sql: `CREATE TABLE ${name} AS ${eventsOf(from, where)}` };
}

/** Sessions of one or two events are trained on whole. */
function leaveOneOut(): Statement[] {
  const { place, length } = {
    place: `row_number() OVER (PARTITION BY session ORDER BY ${IN_TIME})`,
    length: "count(*) OVER (PARTITION BY session)",
  };
  const placed = `SELECT *, ${place} AS place, ${length} AS length FROM events`;
  return [
    { what: "places", sql: `CREATE TABLE placed AS ${placed}` },
    table("train", "placed", "length < 3 OR place <= length - 2"),
    table("validation", "placed", "length >= 3 AND place < length"),
    table("test", "placed", "length >= 3"),
    { what: "places", sql: "DROP TABLE placed" },
  ];
}
