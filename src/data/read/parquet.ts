/**
 * Parquet, decoded by hyparquet: of the columns that are needed a page at a time.
 *
 * What the file says of its sizes is checked before memory is taken for it.
 */

import type { Compressors, FileMetaData, RowGroup, SchemaTree } from "hyparquet";
import { FormatError, words } from "../../errors.js";
import type { Nested } from "./columns.js";
import { MOST_PAGE, MOST_VALUES, PageTooLarge } from "./parquet/page.js";
import { pagesOf, rangeOf } from "./parquet/pages.js";
import { checkThrift } from "./parquet/thrift.js";
import type { Part, Rows } from "./rows.js";
import type { RowsWanted } from "./rows-wanted.js";
import type { Sliceable } from "./source.js";
import { ValueRows } from "./values.js";
import type { Watch } from "./watch.js";

/** Bytes of a footer: thousands of row groups of hundreds of columns. */
const MOST_FOOTER = 2 ** 26;
const MAGIC = 0x31524150;
/** Rows that are handed on at once. */
const MOST_ROWS = 2 ** 14;

/** An open file and the names of its columns. */
export interface ParquetFile {
  readonly names: readonly string[];
  readonly nested: Nested;
  rows(wanted: RowsWanted): AsyncGenerator<Rows, void>;
}

/** @throws FormatError when it is no whole Parquet file */
export async function openParquet(
  file: Sliceable,
  name: string,
  watch?: Watch,
): Promise<ParquetFile> {
  const { metadata, root } = await guarded(name, watch, () => metadataOf(file));
  const columns = root.children.filter(
    ({ children, element: { name: own, repetition_type: repetition } }) =>
      typeof own === "string" && children.length === 0 && repetition !== "REPEATED",
  );
  const names = columns.map(({ element }) => element.name);
  const nested = (named: string, what: string): FormatError | undefined => {
    if (!root.children.some(({ element }) => element.name === named)) return undefined;
    const found = words(`lists or structures in ${JSON.stringify(named.slice(0, 80))}`);
    const remedy = "Give what is needed of it a column of its own.";
    return new FormatError(name, `a column of ${what}, one value a row`, found, remedy);
  };
  const open = { metadata, root, columns, watch };
  return { names, nested, rows: (wanted) => rowsOf(file, open, wanted, name) };
}

async function metadataOf(file: Sliceable): Promise<{ metadata: FileMetaData; root: SchemaTree }> {
  const { size } = file;
  if (size < 12) throw new Error("too few bytes");
  const tail = new DataView(await file.slice(size - 8, size).arrayBuffer());
  const length = tail.getUint32(0, true);
  if (tail.getUint32(4, true) !== MAGIC) throw new Error("no PAR1 at its end");
  if (length > Math.min(size - 12, MOST_FOOTER)) throw new Error("a false footer");
  const footer = await file.slice(size - 8 - length, size).arrayBuffer();
  checkThrift(new Uint8Array(footer, 0, length));
  const { parquetMetadata, parquetSchema } = await import("hyparquet");
  const metadata = parquetMetadata(footer, { geoparquet: false });
  for (const group of metadata.row_groups) {
    if (!(group.num_rows >= 0n)) throw new Error("a row group of no count");
    for (const { meta_data: column, file_path: path } of group.columns) {
      if (!column || path) throw new Error("columns in other files");
      const { begin, end } = rangeOf(column);
      if (!(begin >= 4 && end >= begin && end <= size)) throw new Error("columns outside the file");
    }
  }
  return { metadata, root: parquetSchema(metadata) };
}

async function* rowsOf(
  file: Sliceable,
  {
    metadata,
    root,
    columns,
    watch,
  }: {
    readonly metadata: FileMetaData;
    readonly root: SchemaTree;
    readonly columns: readonly SchemaTree[];
    readonly watch: Watch | undefined;
  },
  wanted: RowsWanted,
  name: string,
): AsyncGenerator<Rows, void> {
  const compressors = await decompressors(name);
  const rows = new ValueRows(name, wanted.missing);
  const places = [...new Set(wanted.columns)];
  const order = wanted.columns.map((place) => places.indexOf(place));
  const all = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  let start = 0;
  for (const group of metadata.row_groups) {
    const count = Number(group.num_rows);
    const streams = places.map((place) => {
      const column = columns[place]!;
      const metadata = columnOf(group, column.element.name, name);
      return pagesOf(file, { metadata, schemaPath: [root, column], rows: count }, compressors);
    });
    const parts: Part[] = streams.map(() => ({ values: [], at: 0 }));
    for (let done = 0; done < count; ) {
      await guarded(name, watch, () => filled(parts, streams));
      const left = parts.map(({ values, at }) => values.length - at);
      const taken = Math.min(MOST_ROWS, ...left);
      const from = start + done;
      const cells = order.map((place) => parts[place]!);
      watch?.passed((from + taken) / all);
      yield rows.fill(cells, taken, (row) => from + row + 1);
      parts.forEach(({ values, at }, i) => {
        parts[i] = { values, at: at + taken };
      });
      done += taken;
    }
    start += count;
  }
}

/** Gets the next page of every column whose values are used up. */
async function filled(
  parts: Part[],
  streams: readonly AsyncGenerator<ArrayLike<unknown>, void>[],
): Promise<void> {
  for (const [i, part] of parts.entries()) {
    if (part.at < part.values.length) continue;
    const { done, value } = await streams[i]!.next();
    if (done) throw new Error("too few values");
    parts[i] = { values: value, at: 0 };
  }
}

function columnOf({ columns }: RowGroup, column: string, name: string) {
  const found = columns.find(({ meta_data: { path_in_schema: path = [] } = {} }) => {
    return path.length === 1 && path[0] === column;
  });
  if (!found?.meta_data) throw broken(name, `no column ${JSON.stringify(column)} in a row group`);
  return found.meta_data;
}

async function decompressors(name: string): Promise<Compressors> {
  const { compressors } = await import("hyparquet-compressors");
  const { unzstdWhole } = await import("./zstd.js");
  return { ...compressors, ZSTD: (packed, length) => unzstdWhole(packed, length, name) };
}

/** Whatever goes wrong within is the file's fault. */
async function guarded<T>(
  name: string,
  watch: Watch | undefined,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    watch?.signal?.throwIfAborted();
    if (cause instanceof FormatError) throw cause;
    if (cause instanceof PageTooLarge) {
      const most = `pages of at most ${MOST_VALUES} values and ${MOST_PAGE >> 20} MiB`;
      const remedy = "Write the file with smaller pages.";
      throw new FormatError(name, most, words("a larger one"), remedy, { cause });
    }
    throw broken(name, cause instanceof Error ? cause.message : "an error", cause);
  }
}

function broken(name: string, found: string, cause?: unknown): FormatError {
  const remedy = "Write the file anew, or export the table as CSV.";
  return new FormatError(name, "a whole Parquet file", words(found), remedy, { cause });
}
