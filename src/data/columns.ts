/** Which columns of a table hold the session, the item and the time. */

import { FormatError, words } from "../errors.js";

/** Header names of the three columns. */
export interface ColumnNames {
  readonly session: string;
  readonly item: string;
  readonly time: string;
}

/** The columns that the caller names; the others are guessed. */
export interface ColumnOptions {
  readonly sessionColumn?: string;
  readonly itemColumn?: string;
  readonly timeColumn?: string;
}

/** Positions in a row, and the header names that were found there. */
export interface FoundColumns {
  readonly names: ColumnNames;
  readonly session: number;
  readonly item: number;
  readonly time: number;
}

/** Names seen in public click logs, likeliest first, in lower case without punctuation. */
const GUESSES = {
  session: [
    ...["sessionid", "session", "sid", "usersession", "sessionhash", "sessionidhash", "visitid"],
    ...["visit", "visitorid", "visitor", "userid", "user", "uid", "customerid"],
  ],
  item: [
    ...["itemid", "item", "productid", "product", "sku", "productsku", "productskuhash"],
    ...["articleid", "clickarticleid", "article", "movieid", "trackid", "songid", "videoid"],
    ...["newsid", "contentid", "asin"],
  ],
  time: [
    ...["time", "timestamp", "ts", "unixtime", "unixtimestamp", "eventtime", "eventtimestamp"],
    ...["datetime", "clicktimestamp", "servertimestampepochms", "createdat", "eventdate", "date"],
  ],
} as const;

type Role = keyof typeof GUESSES;

const SHOWN_COLUMNS = 20;

/**
 * Finds the three columns in a header, by the names given or else by names that are usual.
 *
 * @throws FormatError that lists the columns and the flag to use
 */
export function findColumns(
  header: readonly string[],
  { sessionColumn, itemColumn, timeColumn }: ColumnOptions,
  file: string,
): FoundColumns {
  const session = position(header, "session", sessionColumn, file);
  const item = position(header, "item", itemColumn, file);
  const time = position(header, "time", timeColumn, file);
  const names = { session: header[session]!, item: header[item]!, time: header[time]! };
  return { names, session, item, time };
}

function position(
  header: readonly string[],
  role: Role,
  named: string | undefined,
  file: string,
): number {
  const found = named === undefined ? guessed(header, role) : header.indexOf(named);
  if (found >= 0) return found;
  const wanted = named === undefined ? "" : ` named ${JSON.stringify(named)}`;
  throw new FormatError(
    file,
    `a column of ${role === "time" ? "times" : `${role} ids`}${wanted}`,
    words(`the columns ${listed(header)}`),
    `Name it with --${role}-column.`,
  );
}

function guessed(header: readonly string[], role: Role): number {
  const plain = header.map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ""));
  const guess = GUESSES[role].find((name) => plain.includes(name));
  return guess === undefined ? -1 : plain.indexOf(guess);
}

function listed(header: readonly string[]): string {
  const names = header.slice(0, SHOWN_COLUMNS).map((name) => JSON.stringify(name.slice(0, 80)));
  const more = header.length - names.length;
  return names.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
