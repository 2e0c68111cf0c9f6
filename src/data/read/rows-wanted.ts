/** What a reader of columns asks of a table. */

import type { Width } from "./lines.js";
import type { MissingWords } from "./rows.js";

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
