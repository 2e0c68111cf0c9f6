/** The values of a column of Parquet, page by page: read, unpacked, checked and then decoded by hyparquet. */

import type {
  ColumnMetaData,
  Compressors,
  DecodedArray,
  ParquetParsers,
  SchemaElement,
  SchemaTree,
} from "hyparquet";
import { parquetHeader, readPage } from "hyparquet/src/column.js";
import { convert, DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import type { Sliceable } from "../source.js";
import { NoText } from "../values.js";
import { viewOf } from "./encodings.js";
import { checkHeader, openPage } from "./page.js";
import { checkThrift } from "./thrift.js";

const MOST_HEADER = 2 ** 16;
/** Bytes that are read at once. */
const WINDOW = 2 ** 20;
/** The upper 32 bits of a safe integer are less. */
const MOST_HIGH = 2 ** 21;
/** Bytes of a decimal number. */
const MOST_DECIMAL = 32;

/** A column of one row group. */
export interface Column {
  readonly metadata: ColumnMetaData;
  /** The root of the schema and the column in it. */
  readonly schemaPath: readonly [root: SchemaTree, column: SchemaTree];
  readonly rows: number;
}

/** Times come as seconds, whatever their unit; texts stay bytes. */
const PARSERS: ParquetParsers = {
  ...DEFAULT_PARSERS,
  timestampFromMilliseconds: (time: bigint): number => Number(time) / 1e3,
  timestampFromMicroseconds: (time: bigint): number => Number(time) / 1e6,
  timestampFromNanoseconds: (time: bigint): number => Number(time) / 1e9,
  dateFromDays: (days: number): number => days * 86_400,
  stringFromBytes: (bytes: Uint8Array | undefined) => bytes && checkedText(bytes),
};

const strict = new TextDecoder("utf-8", { fatal: true });

/** Text stays as it is. */
function checkedText(bytes: Uint8Array): Uint8Array | NoText {
  let any = 0;
  for (let i = 0; i < bytes.length; ++i) any |= bytes[i]!;
  if (any < 128) return bytes;
  try {
    strict.decode(bytes);
    return bytes;
  } catch {
    return new NoText();
  }
}

export function rangeOf(metadata: ColumnMetaData): { begin: number; end: number } {
  const begin = Number(metadata.dictionary_page_offset || metadata.data_page_offset);
  return { begin, end: begin + Number(metadata.total_compressed_size) };
}

/** As many values as the group has rows; texts are bytes. @throws Error when the column is damaged */
export async function* pagesOf(
  file: Sliceable,
  { metadata, schemaPath, rows }: Column,
  compressors: Compressors,
): AsyncGenerator<ArrayLike<unknown>, void> {
  const { begin, end } = rangeOf(metadata);
  const window = new Window(file, end);
  const [root, column] = schemaPath;
  const { type, path_in_schema: pathInSchema } = metadata;
  checkDecimal(column.element);
  const isOptional = column.element.repetition_type !== "REQUIRED";
  let dictionary: DecodedArray | undefined;
  let at = begin;
  for (let seen = 0; seen < rows; ) {
    const head = await window.bytes(at, Math.min(MOST_HEADER, end - at));
    checkThrift(head);
    const reader = { view: viewOf(head), offset: 0 };
    const header = parquetHeader(reader);
    at += reader.offset;
    checkHeader(header, end - at);
    const packed = await window.bytes(at, header.compressed_page_size);
    at += packed.length;
    const page = openPage(packed, header, metadata, isOptional, compressors);
    const own = page.isFull ? required(column) : column;
    const decoder = {
      pathInSchema,
      type,
      element: own.element,
      schemaPath: [root, own],
      parsers: PARSERS,
      codec: "UNCOMPRESSED" as const,
    };
    const from = { view: viewOf(page.bytes), offset: 0 };
    const { data = [] } = readPage(from, page.header, decoder, dictionary, undefined, 0);
    if (header.type === "DICTIONARY_PAGE") dictionary = numbersOf(convert(data, decoder));
    else {
      seen += data.length;
      if (seen > rows) throw new Error("more values than rows");
      const ticks = ticksOf(column.element);
      if (data.length > 0) yield ticks ? clocksOf(data, ticks) : numbersOf(data);
    }
  }
}

function required(column: SchemaTree): SchemaTree {
  return { ...column, element: { ...column.element, repetition_type: "REQUIRED" } };
}

/** Others take a time that grows with the square of their length. */
function checkDecimal({ converted_type, type, type_length: length = 0 }: SchemaElement): void {
  const isLong =
    type === "BYTE_ARRAY" || (type === "FIXED_LEN_BYTE_ARRAY" && length > MOST_DECIMAL);
  if (converted_type === "DECIMAL" && isLong) throw new Error("decimals of any length");
}

/** Units that a second has in a column of times of day; undefined for other columns. */
function ticksOf({ converted_type: converted, logical_type: logical }: SchemaElement) {
  if (logical?.type === "TIME") return { MILLIS: 1e3, MICROS: 1e6, NANOS: 1e9 }[logical.unit];
  return converted === "TIME_MILLIS" ? 1e3 : converted === "TIME_MICROS" ? 1e6 : undefined;
}

/** hh:mm:ss, which is no time without a date. */
function clocksOf(values: DecodedArray, perSecond: number): unknown[] {
  return Array.from(values as ArrayLike<unknown>, (value) => {
    const seconds = Math.floor(Number(value) / perSecond);
    const isClock = value !== null && value !== undefined && seconds >= 0 && seconds < 86_400;
    return isClock ? new Date(1000 * seconds).toISOString().slice(11, 19) : value;
  });
}

/** Integers of 64 bits as numbers, where all of them are safe integers. */
function numbersOf(values: DecodedArray): DecodedArray {
  if (!(values instanceof BigInt64Array || values instanceof BigUint64Array)) return values;
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  const numbers = new Float64Array(values.length);
  const least = values instanceof BigInt64Array ? -MOST_HIGH : 0;
  for (let i = 0; i < numbers.length; ++i) {
    const high = words[2 * i + 1]!;
    if (high >= MOST_HIGH || high < least) return values;
    numbers[i] = high * 2 ** 32 + (words[2 * i]! >>> 0);
  }
  return numbers;
}

/** Bytes of a file from anywhere, read in larger parts. */
class Window {
  readonly #file: Sliceable;
  readonly #end: number;
  #begin = 0;
  #held: Uint8Array = new Uint8Array(0);

  constructor(file: Sliceable, end: number) {
    this.#file = file;
    this.#end = end;
  }

  async bytes(begin: number, length: number): Promise<Uint8Array> {
    const end = begin + length;
    if (begin < this.#begin || end > this.#begin + this.#held.length) {
      const wanted = Math.min(Math.max(end, begin + WINDOW), this.#end);
      this.#held = new Uint8Array(await this.#file.slice(begin, wanted).arrayBuffer());
      this.#begin = begin;
    }
    const found = this.#held.subarray(begin - this.#begin, end - this.#begin);
    if (found.length < length || length === 0) throw new Error("pages cut off");
    return found;
  }
}
