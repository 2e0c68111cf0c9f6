/** How a click log was read, in lines for people. */

import type { FoundColumn, LeftOut, ReadReport, RecordReport, TableReport } from "../index.js";
import { formatCount } from "./format.js";

const DELIMITER_NAMES: Readonly<Record<string, string>> = { "\t": "tabs", " ": "spaces" };

/** How the file was understood, one line for each fact. Usual facts are left out. */
export function readingLines(report: ReadReport | RecordReport): string[] {
  const { columns, leftOut, literalQuotes } = report;
  const { timeUnit = "none", kinds, gap } = report as Partial<ReadReport>;
  const lines = [`read as: ${formatOf(report)}`];
  const named = Object.entries(columns as Record<string, FoundColumn>).map(
    ([role, { name, found }]) => `${role} ${name}${found === "guessed" ? "" : " (as named)"}`,
  );
  if (named.length > 0) lines.push(`columns: ${named.join(", ")}`);
  if (timeUnit !== "none") lines.push(`times: ${timesOf(report as ReadReport)}`);
  if (literalQuotes) {
    const { rows, firstLine } = literalQuotes;
    lines.push(`quotes are characters in ${formatCount(rows)} rows, first in line ${firstLine}`);
  }
  if (gap !== undefined) {
    lines.push(gap === "none" ? "a user is one session" : `sessions end after ${gap / 60} minutes`);
  }
  if (kinds) {
    const counts = Object.entries(kinds).map(([kind, count]) => `${kind} ${formatCount(count)}`);
    lines.push(`kinds of events: ${counts.join(", ")}`);
  }
  for (const left of leftOut) lines.push(leftOutLine(left));
  return lines;
}

function formatOf({ format, compression, encoding, delimiter, header }: TableReport): string {
  const cut = delimiter === undefined ? "" : `, cut at ${DELIMITER_NAMES[delimiter] ?? delimiter}`;
  const packed = compression === "none" ? "" : `, ${compression}`;
  const text = encoding === undefined || encoding === "UTF-8" ? "" : `, ${encoding}`;
  const kind = format === "delimited" ? "delimited text" : format;
  return `${kind}${cut}${text}${packed}${header ? "" : ", no header"}`;
}

function timesOf({ timeUnit, firstTime, lastTime }: ReadReport): string {
  return `${timeUnit}, ${timeText(firstTime)} to ${timeText(lastTime)}`;
}

/** A date, if the times can be seconds since 1970. */
export function timeText(seconds: number): string {
  const date = new Date(1000 * seconds);
  const isDate = seconds > 1e8 && !Number.isNaN(date.getTime());
  return isDate ? date.toISOString().replace(/\.000Z$/, "Z") : String(seconds);
}

function leftOutLine({ reason, rows, firstLine }: LeftOut): string {
  return `left out: ${formatCount(rows)} rows, ${reason} (first: line ${firstLine})`;
}
