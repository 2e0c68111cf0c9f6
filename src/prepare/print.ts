/** The SQL of a preparation, for a log that is a table of a warehouse. DuckDB runs it as it stands. */

import { DEFAULT_GAP } from "../data/read/gaps.js";
import type { ColumnName, ReadOptions } from "../data/read/options.js";
import { UNITS_PER_SECOND } from "../data/read/times.js";
import { planOf, type Rules } from "./plan.js";
import { literal } from "./staging.js";
import type { Statement, Step } from "./steps.js";

/**
 * Statements that make the tables of the rules of a table `log`, and show them.
 *
 * @param reading columns by name, or by position: then by the name that DuckDB gives them, column0, column1, …;
 *   times are timestamps unless there is a unit
 */
export function printedSql(reading: ReadOptions, rules: Rules): string {
  const hasUsers = reading.userColumn !== undefined;
  const plan = planOf(rules, reading.gap ?? (hasUsers ? DEFAULT_GAP : "none"));
  const outputs = plan.outputs.map(({ role, sql }) => ({ what: `${role}, in order`, sql }));
  const parts = [clicksOf(reading), ...[...plan.sessions, ...plan.steps, ...outputs].map(printed)];
  return `${parts.join("\n\n")}\n`;
}

/** The view of the table that all else reads. */
function clicksOf(reading: ReadOptions): string {
  const { sessionColumn, userColumn, itemColumn, timeColumn, orderColumn, eventColumn } = reading;
  const { events } = reading;
  const visitor = column(sessionColumn ?? userColumn, "SessionId");
  const tie =
    orderColumn === undefined || orderColumn === "none" ? "NULL" : column(orderColumn, "");
  const kinds = (events ?? []).map(literal).join(", ");
  const kept = events ? `coalesce(${column(eventColumn, "event")} IN (${kinds}), FALSE)` : "TRUE";
  return `-- Put your table in place of log. A line is any number that keeps the order of its rows.
CREATE VIEW clicks AS
SELECT
  row_number() OVER () AS line,
  ${visitor} AS visitor,
  ${column(itemColumn, "ItemId")} AS item,
  ${secondsOf(column(timeColumn, "Time"), reading)} AS seconds,
  ${tie} AS tie,
  ${kept} AS kept
FROM log;`;
}

function secondsOf(time: string, { timeUnit }: ReadOptions): string {
  if (timeUnit === undefined) return `epoch(CAST(${time} AS TIMESTAMP))`;
  const perSecond = UNITS_PER_SECOND[timeUnit];
  return perSecond === 1 ? time : `${time} / ${perSecond}`;
}

function column(named: ColumnName | undefined, byDefault: string): string {
  const name = typeof named === "number" ? `column${named - 1}` : (named ?? byDefault);
  return `"${name.replaceAll('"', '""')}"`;
}

function printed(step: Step): string {
  if ("sql" in step) return statement(step);
  const head = "-- In turns, until the last of these takes out no row:";
  return [head, ...step.repeated.map(statement)].join("\n");
}

function statement({ what, sql }: Statement): string {
  return `-- ${what}\n${sql};`;
}
