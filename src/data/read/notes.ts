/** What may not be what was meant, in sentences that name the option which changes it. */

import type { ReadOptions } from "./options.js";
import type { ReadReport, ReportColumns } from "./report.js";
import type { TimeColumn } from "./time-column.js";

export interface Understood {
  readonly options: ReadOptions;
  readonly columns: ReportColumns;
  readonly timeUnit: ReadReport["timeUnit"];
  readonly times: TimeColumn;
  /** Whether all times are dates. */
  readonly areDays: boolean;
  /** Whether a column breaks ties of times. */
  readonly hasOrder: boolean;
  /** Why a column that was guessed does not. */
  readonly untied: string | undefined;
  readonly kinds: Readonly<Record<string, number>> | undefined;
}

export function notesOf(understood: Understood): string[] {
  const { options, columns, timeUnit, times, areDays, hasOrder, untied, kinds } = understood;
  const notes: string[] = [];
  if (columns.user && options.gap === undefined) {
    notes.push(
      "There is no column of sessions: the clicks of each user " +
        `(${JSON.stringify(columns.user.name)}) are cut after 30 minutes without one. ` +
        "Choose another `gap`, or name the `sessionColumn`.",
    );
  }
  if (areDays && !hasOrder) {
    notes.push(
      `The times in ${JSON.stringify(columns.time?.name)} are dates only: clicks of one day stay ` +
        "in the order of the table. Name another `timeColumn`, or an `orderColumn`.",
    );
  }
  if (columns.order && hasOrder) {
    const name = JSON.stringify(columns.order.name);
    notes.push(
      `Clicks of equal times are ordered by ${name}. Name another \`orderColumn\`, or none.`,
    );
  }
  if (untied) notes.push(untied);
  if (timeUnit === "ISO 8601" && times.lacksZone && !areDays) {
    const which = times.hasZone ? "Some of the times" : "The times";
    notes.push(`${which} name no zone: they are taken as UTC.`);
  }
  if (times.areCompactDays && options.timeUnit === undefined) {
    const name = JSON.stringify(columns.time?.name);
    notes.push(
      `The times in ${name} look like dates without separators (yyyymmdd) and are taken as seconds: ` +
        "write them as yyyy-mm-dd.",
    );
  }
  if (columns.event && !options.events && kinds && Object.keys(kinds).length > 1) {
    const name = JSON.stringify(columns.event.name);
    notes.push(`All kinds of events in ${name} are taken. Choose some with \`events\`.`);
  }
  return notes;
}
