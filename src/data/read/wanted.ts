/** Which columns of a click log are read: those named, those found, or an error that says what to name. */

import { FormatError, words } from "../../errors.js";
import { type FoundColumn, Header, looksLikeData, noHeader } from "./columns.js";
import { namedColumn, type ReadOptions } from "./options.js";
import type { ReportColumns } from "./report.js";
import type { Table } from "./table.js";

/** All columns that are read, and those that every event needs. */
export interface WantedColumns {
  readonly columns: ReportColumns;
  /** Of sessions, or of users. */
  readonly group: FoundColumn;
  readonly item: FoundColumn;
  readonly time: FoundColumn;
}

/** @throws FormatError when a column that is needed is not found */
export function wantedColumns(
  table: Table,
  hasHeader: boolean,
  options: ReadOptions,
): WantedColumns {
  const header = new Header(table.first, hasHeader, table.name, table.nested);
  const missing = (role: "item" | "time" | "session"): FormatError => {
    const isData = !table.hasNames && looksLikeData(table.first);
    if (isData) return noHeader([table.first, ...table.sample], table.name);
    if (isPreface(table)) return preface(table);
    return header.missing(role, namedColumn(options, role));
  };
  const session =
    options.userColumn === undefined ? header.find("session", options.sessionColumn) : undefined;
  const user = session ? undefined : header.find("user", options.userColumn);
  const group = session ?? user;
  if (!group) throw missing("session");
  const item = header.find("item", options.itemColumn);
  if (!item) throw missing("item");
  const time = header.find("time", options.timeColumn);
  if (!time) throw missing("time");
  const order = orderColumn(header, options, time);
  const event = header.find("event", options.eventColumn);
  if (options.events && !event) throw header.missing("event");
  const columns: ReportColumns = {
    ...(session && { session }),
    ...(user && { user }),
    item,
    time,
    ...(order && { order }),
    ...(event && { event }),
  };
  return { columns, group, item, time };
}

/** Whether the first line is one of its own, above a table of several columns. */
function isPreface({ first, sample, hasNames }: Table): boolean {
  return !hasNames && first.length === 1 && sample.some((row) => row.length > 2);
}

function preface({ first: [text = ""], name }: Table): FormatError {
  const begin = /^[#%;]|^\/\/|^--/.exec(text)?.[0] ?? text.slice(0, 20);
  const remedy = `Leave out lines that begin so with \`comment: ${JSON.stringify(begin)}\`.`;
  const found = words(`the line ${JSON.stringify(text.slice(0, 80))}`);
  return new FormatError(`${name}, line 1`, "a header that names the columns", found, remedy);
}

/** A second column of times breaks ties of the first, unless another is named, or none. */
function orderColumn(
  header: Header,
  options: ReadOptions,
  time: FoundColumn,
): FoundColumn | undefined {
  if (options.orderColumn === "none") return undefined;
  if (options.orderColumn !== undefined) return header.find("order", options.orderColumn);
  return header.find("order", undefined, time) ?? header.find("time", undefined, time);
}

export function withoutOrder(columns: ReportColumns): ReportColumns {
  const { order: _, ...others } = columns;
  return others;
}

/**
 * Files that are read as one must be alike, or the columns of one would be taken for another's.
 *
 * @throws FormatError
 */
export function checkAlike(
  first: { readonly table: Table; readonly wanted: WantedColumns },
  { table, wanted }: { readonly table: Table; readonly wanted: WantedColumns },
): void {
  const isAlike =
    table.facts.format === first.table.facts.format &&
    table.facts.delimiter === first.table.facts.delimiter &&
    namesOf(wanted) === namesOf(first.wanted);
  if (isAlike) return;
  const expected = `a table like ${first.table.name} (columns ${namesOf(first.wanted)})`;
  const found = words(`another (columns ${namesOf(wanted)})`);
  throw new FormatError(table.name, expected, found, "Read files that differ one by one.");
}

function namesOf({ columns }: WantedColumns): string {
  const { session, user, item, time, order, event } = columns;
  const found = [session ?? user, item, time, order, event].filter(
    (column) => column !== undefined,
  );
  return found.map(({ name }) => JSON.stringify(name.slice(0, 80))).join(", ");
}
