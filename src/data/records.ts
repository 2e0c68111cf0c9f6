/** Records of items, the features of a model, from any table. */

import type { RecordOptions, RecordTable } from "./read/record-rows.js";
import type { Source } from "./read/source.js";

export type { RecordOptions, RecordReport, RecordTable } from "./read/record-rows.js";

/**
 * Reads records of items from any source and format that clicks are read from: a column for the item and
 * one for each feature. In JSON a cell of categories may be a list.
 *
 * @throws FormatError naming the source and the line; ConfigError when an option is none
 */
export async function readRecords(source: Source, options: RecordOptions): Promise<RecordTable> {
  return (await import("./read/record-rows.js")).readRecords(source, options);
}
