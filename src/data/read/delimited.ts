/** Rows of delimited text: bytes are cut where they stand, and only what is asked for is looked at. */

import { ByteRows } from "./byte-rows.js";
import type { Dialect } from "./lines.js";
import type { Rows } from "./rows.js";
import type { RowsWanted } from "./rows-wanted.js";

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
