/**
 * Parquet, read by hyparquet: a row group at a time, and of it only the columns that are needed.
 *
 * What the file says of its sizes is checked before memory is taken for it.
 */

import type { AsyncBuffer, ColumnMetaData, Compressors, FileMetaData } from "hyparquet";
import { FormatError, words } from "../../errors.js";
import type { Rows } from "./rows.js";
import type { RowsWanted } from "./rows-wanted.js";
import type { Sliceable } from "./source.js";
import { ValueRows } from "./values.js";

/** Values and bytes of a page: writers make pages of a MiB, and at most of a row group. */
const MOST_VALUES = 2 ** 20;
const MOST_PAGE = 2 ** 25;
/** Bytes of a footer: thousands of row groups of hundreds of columns. */
const MOST_FOOTER = 2 ** 26;
const MAGIC = 0x31524150;

/** An open file and the names of its columns; columns of lists and structures have none. */
export interface ParquetFile {
  readonly names: readonly string[];
  rows(wanted: RowsWanted): AsyncGenerator<Rows, void>;
}

/** @throws FormatError when it is no whole Parquet file */
export async function openParquet(file: Sliceable, name: string): Promise<ParquetFile> {
  const buffer: AsyncBuffer = {
    byteLength: file.size,
    slice: (begin, end = file.size) => file.slice(begin, end).arrayBuffer(),
  };
  const metadata = await guarded(name, () => metadataOf(buffer, name));
  const [first] = metadata.row_groups;
  const paths = (first?.columns ?? []).map((column) => column.meta_data?.path_in_schema ?? []);
  const names = paths.filter((path) => path.length === 1).map((path) => path[0]!);
  return { names, rows: (wanted) => rowsOf(buffer, metadata, names, wanted, name) };
}

async function metadataOf(buffer: AsyncBuffer, name: string): Promise<FileMetaData> {
  if (buffer.byteLength < 12) throw broken(name, "too few bytes");
  const tail = new DataView(await buffer.slice(buffer.byteLength - 8));
  const length = tail.getUint32(0, true);
  if (tail.getUint32(4, true) !== MAGIC) throw broken(name, "no PAR1 at its end");
  if (length > Math.min(buffer.byteLength - 12, MOST_FOOTER)) throw broken(name, "a false footer");
  const { parquetMetadataAsync } = await import("hyparquet");
  const metadata = await parquetMetadataAsync(buffer, { geoparquet: false });
  for (const group of metadata.row_groups) {
    if (!(group.num_rows >= 0n)) throw broken(name, "a row group of no count");
    for (const { meta_data: column, file_path: path } of group.columns) {
      if (!column || path) throw broken(name, "columns in other files");
      const { begin, end } = rangeOf(column);
      if (!(begin >= 4 && end >= begin && end <= buffer.byteLength)) {
        throw broken(name, "columns outside the file");
      }
    }
  }
  return metadata;
}

function rangeOf(column: ColumnMetaData): { begin: number; end: number } {
  const begin = Number(column.dictionary_page_offset || column.data_page_offset);
  return { begin, end: begin + Number(column.total_compressed_size) };
}

async function* rowsOf(
  buffer: AsyncBuffer,
  metadata: FileMetaData,
  names: readonly string[],
  wanted: RowsWanted,
  name: string,
): AsyncGenerator<Rows, void> {
  const { parquetRead } = await import("hyparquet");
  const compressors = await decompressors(name);
  const columns = wanted.columns.map((place) => names[place]!);
  const rows = new ValueRows(name, wanted.missing);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const count = Number(group.num_rows);
    if (count === 0) continue;
    for (const { meta_data: column } of group.columns) {
      const isWanted = columns.includes(column!.path_in_schema[0]!);
      if (isWanted) await guarded(name, () => checkPages(buffer, column!, count, name));
    }
    const parts = new Map<string, ArrayLike<unknown>[]>(columns.map((column) => [column, []]));
    const range = { rowStart, rowEnd: rowStart + count };
    await guarded(name, () =>
      parquetRead({
        ...range,
        file: buffer,
        metadata,
        columns: [...new Set(columns)],
        compressors,
        parsers: PARSERS,
        onChunk: ({ columnName, columnData }) => parts.get(columnName)?.push(columnData),
      }),
    );
    const whole = columns.map((column) => joinedValues(parts.get(column)!, count));
    if (whole.some((column) => column.length < count)) throw broken(name, "too few values");
    const start = rowStart;
    yield rows.fill(whole, count, (row) => start + row + 1);
    rowStart += count;
  }
}

/** Times come as seconds, whatever their unit. */
const PARSERS = {
  timestampFromMilliseconds: (time: bigint): number => Number(time) / 1e3,
  timestampFromMicroseconds: (time: bigint): number => Number(time) / 1e6,
  timestampFromNanoseconds: (time: bigint): number => Number(time) / 1e9,
  dateFromDays: (days: number): number => days * 86_400,
};

function joinedValues(parts: readonly ArrayLike<unknown>[], count: number): ArrayLike<unknown> {
  if (parts.length === 1) return parts[0]!;
  const values: unknown[] = new Array(count);
  let at = 0;
  for (const part of parts) for (let i = 0; i < part.length; ++i) values[at++] = part[i];
  return values;
}

/** Reads the headers of a column's pages: none may claim more than the group has or a page may take. */
async function checkPages(
  buffer: AsyncBuffer,
  column: ColumnMetaData,
  rows: number,
  name: string,
): Promise<void> {
  const { parquetHeader } = await import("hyparquet/src/column.js");
  const { begin, end } = rangeOf(column);
  const reader = { view: new DataView(await buffer.slice(begin, end)), offset: 0 };
  let values = 0;
  while (values < rows && reader.offset < reader.view.byteLength - 1) {
    const header = parquetHeader(reader);
    const data = header.data_page_header ?? header.data_page_header_v2;
    const count = data?.num_values ?? header.dictionary_page_header?.num_values ?? 0;
    const sizes = [header.compressed_page_size, header.uncompressed_page_size, count];
    const fits = sizes.every((size) => Number.isInteger(size) && size >= 0);
    if (!fits || header.compressed_page_size > reader.view.byteLength - reader.offset) {
      throw broken(name, "a page of a false size");
    }
    if (header.uncompressed_page_size > MOST_PAGE || count > MOST_VALUES) {
      const most = `pages of at most ${MOST_VALUES} values and ${MOST_PAGE >> 20} MiB`;
      throw new FormatError(
        name,
        most,
        words("a larger one"),
        "Write the file with smaller pages.",
      );
    }
    if (data) values += count;
    reader.offset += header.compressed_page_size;
  }
  if (values !== rows) throw broken(name, `${values} values in a column of ${rows} rows`);
}

async function decompressors(name: string): Promise<Compressors> {
  const { compressors } = await import("hyparquet-compressors");
  const { Decompress } = await import("fzstd");
  const { unzstdWhole } = await import("./zstd.js");
  return {
    ...compressors,
    ZSTD: (packed, length) => unzstdWhole(Decompress, packed, length, name),
  };
}

/** Whatever goes wrong within is the file's fault. */
async function guarded<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw broken(name, cause instanceof Error ? cause.message : "an error", cause);
  }
}

function broken(name: string, found: string, cause?: unknown): FormatError {
  const remedy = "Write the file anew, or export the table as CSV.";
  return new FormatError(name, "a whole Parquet file", words(found), remedy, { cause });
}
