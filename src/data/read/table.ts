/** Opens a table: what it is, how it is packed and cut, and what its first row says. */

import { ConfigError, FormatError, words } from "../../errors.js";
import { LONGEST_ROW } from "./byte-rows.js";
import type { Nested } from "./columns.js";
import { type Compression, isParquet, unpacked } from "./compressed.js";
import { delimitedRows } from "./delimited.js";
import { type DialectOptions, dialectOf, firstRows, HEAD } from "./dialect.js";
import { joined, Peeked } from "./peeked.js";
import type { Rows } from "./rows.js";
import type { RowsWanted } from "./rows-wanted.js";
import { type Chunked, chunksOf, type Source, sliceableOf } from "./source.js";
import { type Encoding, encodingOf, type Fallback, utf8Of } from "./utf8.js";
import type { Watch } from "./watch.js";

/** What a table is written in. */
export interface TableFacts {
  readonly format: "delimited" | "JSON" | "Parquet";
  readonly compression: Compression;
  /** Undefined for Parquet. */
  encoding?: Encoding;
  /** What stands between two fields of delimited text. */
  readonly delimiter?: string;
}

/** A table of which only the beginning was read. */
export interface Table {
  readonly name: string;
  readonly facts: TableFacts;
  /** Whether columns have names for sure: not so in delimited text, whose first row may be data. */
  readonly hasNames: boolean;
  /** The names, or the first row. */
  readonly first: readonly string[];
  readonly nested?: Nested;
  /** The rows after it, a few, as text; none of Parquet. */
  readonly sample: readonly (readonly string[])[];
  /** To be called once; ends the source. */
  rows(wanted: RowsWanted): AsyncGenerator<Rows, void>;
  close(): Promise<void>;
}

export interface TableOptions extends DialectOptions {
  /** Lines of text that begin so are left out. */
  readonly comment?: string | undefined;
  /** For the encoding of text that is not UTF-8. */
  readonly fallback?: Fallback;
  /** Told how far the reading is, and asked whether it goes on. */
  readonly watch?: Watch | undefined;
}

/** @throws FormatError when it is no table; ConfigError when an option or the source is none */
export async function openTable(
  source: Source | Chunked,
  name: string,
  options: TableOptions,
): Promise<Table> {
  const { delimiter, watch } = options;
  checkDelimiter(delimiter);
  const isResponse = typeof Response !== "undefined" && source instanceof Response;
  const mustBeGzip = name.endsWith(".gz") && !isResponse;
  const { bytes, compression } = await unpacked(chunksOf(source, name, watch), name, mustBeGzip);
  try {
    if (isParquet(await bytes.peek(4))) {
      return await parquet(source, bytes, compression, name, watch);
    }
    return await text(bytes, compression, name, options);
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

/** Parquet is read from its end: what cannot be is kept in memory as a whole. */
async function parquet(
  source: Source | Chunked,
  bytes: Peeked,
  compression: Compression,
  name: string,
  watch: Watch | undefined,
): Promise<Table> {
  let file = compression === "none" ? sliceableOf(source) : undefined;
  if (!file) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes.chunks()) chunks.push(chunk);
    file = new Blob([joined(chunks) as Uint8Array<ArrayBuffer>]);
  } else await bytes.close();
  const { openParquet } = await import("./parquet.js");
  const { names, nested, rows } = await openParquet(file, name, watch);
  const facts: TableFacts = { format: "Parquet", compression };
  const close = async (): Promise<void> => {};
  return { name, facts, hasNames: true, first: names, nested, sample: [], rows, close };
}

async function text(
  bytes: Peeked,
  compression: Compression,
  name: string,
  options: TableOptions,
): Promise<Table> {
  const encoding = await encodingOf(bytes);
  const told = (found: Encoding): void => {
    facts.encoding = found;
  };
  const decoded = utf8Of(bytes.chunks(), encoding, name, options.fallback, told);
  const utf8 = new Peeked(decoded);
  let facts: TableFacts = { format: "JSON", compression, encoding };
  const close = (): Promise<void> => utf8.close();
  if (options.delimiter === undefined && areObjects(await utf8.peek(1024))) {
    const { namesOf, objectRows } = await import("./objects.js");
    const { names, sample } = await namesOf(utf8, name);
    const rows = (wanted: RowsWanted): AsyncGenerator<Rows, void> =>
      objectRows(utf8.chunks(), names, wanted, name);
    return { name, facts, hasNames: true, first: names, sample, rows, close };
  }
  const dialect = await dialectOf(utf8, options);
  facts = { format: "delimited", compression, encoding: facts.encoding!, delimiter: dialect.name };
  const head = async (length: number): Promise<string[][]> => {
    const begin = (await utf8.peek(length)).subarray(dialect.skipped, length);
    return firstRows(begin, dialect, utf8.isWhole).filter(
      (row) => options.comment === undefined || !row[0]!.startsWith(options.comment),
    );
  };
  let found = await head(HEAD);
  if (found.length === 0 && !utf8.isWhole) found = await head(LONGEST_ROW + 1);
  if (found.length === 0 && !utf8.isWhole) throw longHeader(name);
  const [first = [], ...sample] = found;
  const rows = (wanted: RowsWanted): AsyncGenerator<Rows, void> =>
    delimitedRows(skipped(utf8.chunks(), dialect.skipped), dialect, wanted, name);
  return { name, facts, hasNames: false, first, sample, rows, close };
}

/** Whether the text begins as objects do, or as lists in a list, which are refused where objects are read. */
function areObjects(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head.subarray(0, 1024));
  return /^\s*(\[\s*)?\{\s*["}]/.test(text) || /^\s*\[\s*(\]\s*$|\[)/.test(text);
}

async function* skipped(
  chunks: AsyncGenerator<Uint8Array, void>,
  bytes: number,
): AsyncGenerator<Uint8Array, void> {
  let left = bytes;
  for await (const chunk of chunks) {
    yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

/** What ends a field cannot also quote it or end the line. */
function checkDelimiter(delimiter: string | undefined): void {
  if (delimiter === undefined) return;
  const fits =
    typeof delimiter === "string" && delimiter !== "" && !/["\r\n\ufeff]/.test(delimiter);
  if (!fits)
    throw new ConfigError("delimiter", "characters without quotes and line ends", delimiter);
}

function longHeader(name: string): FormatError {
  const expected = `rows of at most ${LONGEST_ROW} characters`;
  return new FormatError(`${name}, line 1`, expected, words("a longer one"));
}
