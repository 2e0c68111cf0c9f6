/** The literals of a compressed block of Zstandard (RFC 8878, §3.1.1.3.1): stored, one repeated, or coded. */

import {
  bitsAt,
  check,
  damaged,
  type HuffmanTable,
  readCoded,
  readHuffman,
  type StateTable,
} from "./entropy.js";

export const MOST_BLOCK: number = 2 ** 17;

/** What a block may use of those before it: output, and tables and distances. */
export interface Before {
  /** All output that may be copied; the block's own goes behind it, where there is room for a block. */
  out: Uint8Array;
  filled: number;
  huffman?: HuffmanTable;
  /** Of lengths of literals, distances and lengths of matches. */
  tables: (StateTable | undefined)[];
  readonly distances: [number, number, number];
}

export function readLiterals(
  bytes: Uint8Array,
  length: number,
  before: Before,
): { readonly literals: Uint8Array; readonly end: number } {
  const kind = bytes[0]! & 3;
  const form = (bytes[0]! >> 2) & 3;
  if (kind < 2) {
    const head = [1, 2, 1, 3][form]!;
    const size = bitsAt(bytes, head === 1 ? 3 : 4, [5, 12, 5, 20][form]!);
    const end = head + (kind === 0 ? size : 1);
    check(size <= MOST_BLOCK && end <= length);
    if (kind === 0) return { literals: bytes.subarray(head, end), end };
    return { literals: new Uint8Array(size).fill(bytes[head]!), end };
  }
  const wide = [10, 10, 14, 18][form]!;
  const size = bitsAt(bytes, 4, wide);
  let begin = [3, 3, 4, 5][form]!;
  const end = begin + bitsAt(bytes, 4 + wide, wide);
  check(size <= MOST_BLOCK && end <= length);
  if (kind === 2) {
    const { table, end: tableEnd } = readHuffman(bytes.subarray(0, end), begin);
    before.huffman = table;
    begin = tableEnd;
  }
  const { huffman } = before;
  if (!huffman) return damaged();
  const literals = new Uint8Array(size);
  if (form === 0) readCoded(huffman, bytes, [begin, end], literals);
  else readFour(huffman, bytes, [begin, end], literals);
  return { literals, end };
}

/** Four streams, of which the first three have their sizes in front. */
function readFour(
  huffman: HuffmanTable,
  bytes: Uint8Array,
  [begin, end]: readonly [begin: number, end: number],
  out: Uint8Array,
): void {
  const quarter = (out.length + 3) >> 2;
  check(begin + 6 <= end && 3 * quarter <= out.length);
  let at = begin + 6;
  for (let i = 0; i < 4; ++i) {
    const next = i === 3 ? end : at + bitsAt(bytes, (begin + 2 * i) * 8, 16);
    check(next <= end);
    const part = out.subarray(i * quarter, i === 3 ? out.length : (i + 1) * quarter);
    readCoded(huffman, bytes, [at, next], part);
    at = next;
  }
}
