/** Rows of delimited text: bytes are cut where they stand, and only what is asked for is looked at. */

import { ByteRows } from "./byte-rows.js";
import type { Dialect, Width } from "./lines.js";
import type { MissingWords, Rows } from "./rows.js";

/** What is asked of the rows, and who is told of what. */
export interface RowsWanted {
  /** Places of the columns, from 0. */
  readonly columns: readonly number[];
  readonly width: Width;
  /** Rows at the beginning that are no data: 1 for a header. */
  readonly skip: number;
  /** Lines that begin so are left out. */
  readonly comment: string | undefined;
  readonly missing: MissingWords;
  /** Rows that cannot be cut: throws, or counts them. */
  bad(line: number, expected: string, found: string): void;
  /** A row in which quotes are ordinary characters. */
  literal(line: number): void;
}

/**
 * The rows of UTF-8 text. Blank lines and rows of empty fields are left out.
 *
 * @throws FormatError with the line of a row that is longer than a MiB
 */
export async function* delimitedRows(
  chunks: AsyncGenerator<Uint8Array, void>,
  dialect: Dialect,
  wanted: RowsWanted,
  name: string,
): AsyncGenerator<Rows, void> {
  const rows = new ByteRows(dialect, wanted, name);
  try {
    for await (const chunk of chunks) if (rows.add(chunk, false)) yield rows;
    if (rows.add(new Uint8Array(0), true)) yield rows;
  } finally {
    await chunks.return();
  }
}
