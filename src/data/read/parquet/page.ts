/** One page of Parquet: its header is checked, its bytes are unpacked, and what they claim is checked. */

import type { ColumnMetaData, Compressors, PageHeader } from "hyparquet";
import { joined } from "../peeked.js";
import { checkDelta, checkRuns, checkShared, countLevels } from "./encodings.js";

/** Values and bytes of a page: writers make pages of a MiB, and at most of a row group. */
export const MOST_VALUES: number = 2 ** 20;
export const MOST_PAGE: number = 2 ** 25;

type DataPageHeaderV2 = PageHeader["data_page_header_v2"];

export class PageTooLarge extends Error {}

/** A page that is not packed. */
export interface Page {
  readonly bytes: Uint8Array;
  readonly header: PageHeader;
  /** Whether every row has a value; then there are no levels in front. */
  readonly isFull: boolean;
}

/** @throws Error when sizes contradict each other; PageTooLarge */
export function checkHeader(header: PageHeader, bytesLeft: number): void {
  const { compressed_page_size: packed, uncompressed_page_size: size } = header;
  const v2 = header.data_page_header_v2;
  const count = countOf(header);
  const levels = v2 ? [v2.definition_levels_byte_length, v2.repetition_levels_byte_length] : [];
  const nulls = v2 ? [v2.num_nulls, v2.num_values - v2.num_nulls] : [];
  const sizes = [packed, size, count, ...levels, ...nulls];
  const fits = sizes.every((one) => Number.isInteger(one) && one >= 0);
  const isWithin = levels.reduce((sum, length) => sum + length, 0) <= Math.min(packed, size);
  if (!fits || !isWithin || packed > bytesLeft) throw new Error("a page of a false size");
  if (size > MOST_PAGE || packed > MOST_PAGE || count > MOST_VALUES) throw new PageTooLarge();
}

function countOf(header: PageHeader): number {
  const data = header.data_page_header ?? header.data_page_header_v2;
  return (data ?? header.dictionary_page_header)?.num_values ?? 0;
}

/** @throws Error when the page is damaged */
export function openPage(
  packed: Uint8Array,
  header: PageHeader,
  { codec, type }: ColumnMetaData,
  isOptional: boolean,
  compressors: Compressors,
): Page {
  const unpack = codec === "UNCOMPRESSED" ? undefined : compressors[codec];
  if (codec !== "UNCOMPRESSED" && !unpack) throw new Error(`the compression ${codec}`);
  const v2 = header.type === "DATA_PAGE_V2" ? header.data_page_header_v2 : undefined;
  const levels = v2 ? v2.definition_levels_byte_length + v2.repetition_levels_byte_length : 0;
  const isPacked = unpack && v2?.is_compressed !== false;
  const size = header.uncompressed_page_size - levels;
  const values = packed.subarray(levels);
  const unpacked = isPacked && size > 0 ? unpack(values, size) : values;
  if (unpacked.length !== size) throw new Error("a page of another size than it says");
  const bytes = levels > 0 ? joined([packed.subarray(0, levels), unpacked]) : unpacked;
  return checked(bytes, header, v2, { type, isOptional });
}

/** Levels say which rows have a value; then the values follow. */
function checked(
  bytes: Uint8Array,
  header: PageHeader,
  v2: DataPageHeaderV2,
  { type, isOptional }: { readonly type: string; readonly isOptional: boolean },
): Page {
  const data = header.type === "DATA_PAGE" ? header.data_page_header : v2;
  if (!data) return { ...resized(header, bytes), isFull: false };
  const count = data.num_values;
  let at = v2 ? v2.repetition_levels_byte_length : 0;
  let there = count;
  let isFull = false;
  if (isOptional) {
    const begin = v2 ? at : 4;
    isFull = checkRuns(bytes, { begin, width: 1, count });
    if (!isFull) there = countLevels(bytes, begin, count);
    at = v2 ? at + v2.definition_levels_byte_length : begin + lengthAt(bytes, 0);
  }
  if (at > bytes.length) throw new Error("levels cut off");
  checkValues(bytes, at, data.encoding, type, there);
  if (!isFull) return { ...resized(header, bytes), isFull };
  const full = v2 && { definition_levels_byte_length: 0, repetition_levels_byte_length: 0 };
  const values = resized(header, bytes.subarray(at));
  if (!full) return { ...values, isFull };
  const levelless = { ...v2, ...full, num_nulls: 0, is_compressed: false };
  return { ...values, header: { ...values.header, data_page_header_v2: levelless }, isFull };
}

function resized(header: PageHeader, bytes: Uint8Array): Pick<Page, "bytes" | "header"> {
  const sizes = { compressed_page_size: bytes.length, uncompressed_page_size: bytes.length };
  const v2 = header.data_page_header_v2;
  const stored = v2 && { data_page_header_v2: { ...v2, is_compressed: false } };
  return { bytes, header: { ...header, ...sizes, ...stored } };
}

function lengthAt(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length) throw new Error("levels cut off");
  return new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
}

function checkValues(
  bytes: Uint8Array,
  at: number,
  encoding: string | undefined,
  type: string,
  count: number,
): void {
  if (encoding === "PLAIN" || count === 0) return;
  if (encoding === "BYTE_STREAM_SPLIT") {
    if (4 * count > bytes.length) throw new Error("values cut off");
  } else if (encoding === "RLE" && type === "BOOLEAN") {
    checkRuns(bytes, { begin: at + 4, width: 1, count });
  } else if (/^(RLE|(PLAIN|RLE)_DICTIONARY)$/.test(encoding ?? "")) {
    checkRuns(bytes, { begin: at + 1, width: bytes[at] ?? 0, count });
  } else if (/^DELTA_(BINARY_PACKED|LENGTH_BYTE_ARRAY)$/.test(encoding ?? "")) {
    checkDelta(bytes, at, count);
  } else if (encoding === "DELTA_BYTE_ARRAY") checkShared(bytes, at, count);
  else throw new Error(`values encoded as ${encoding}`);
}
