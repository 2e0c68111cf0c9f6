/**
 * Checks the values of a page before hyparquet decodes them: runs and lengths that claim more values
 * than the page has would cost any time and memory.
 */

import { deltaBinaryUnpack } from "hyparquet/src/delta.js";
import { readRleBitPackedHybrid } from "hyparquet/src/encoding.js";

/** Values that writers may fill the last run up with. */
const PADDING = 512;
/** Bytes that the texts of a page may have. */
const MOST_BYTES = 2 ** 26;

/** Where the runs of a page stand, and what they are. */
export interface Runs {
  readonly begin: number;
  /** Bits of a value. */
  readonly width: number;
  /** Values of the page. */
  readonly count: number;
}

/** Whether they are one run of the value 1. @throws RangeError when a run is longer than the page */
export function checkRuns(bytes: Uint8Array, { begin, width, count }: Runs): boolean {
  let at = begin;
  for (let seen = 0; seen < count && at < bytes.length; ) {
    const head = numberAt(bytes, at, 5);
    at = head.end;
    const isPacked = head.value % 2 === 1;
    const run = isPacked ? (head.value - 1) * 4 : head.value / 2;
    if (run > count - seen + (isPacked ? PADDING : 0)) throw new RangeError("a run too long");
    if (!isPacked && run === count && width === 1) return bytes[at] === 1;
    at += isPacked ? (run / 8) * width : (width + 7) >> 3;
    seen += run;
  }
  return false;
}

/** How many of `count` values are there, by levels of one bit that were checked. */
export function countLevels(bytes: Uint8Array, begin: number, count: number): number {
  const levels: number[] = new Array(count).fill(0);
  const reader = { view: viewOf(bytes), offset: begin };
  readRleBitPackedHybrid(reader, 1, levels, bytes.length - begin);
  return levels.reduce((sum, level) => sum + level, 0);
}

/** Delta encoding: numbers in blocks of smaller blocks. Returns the place behind them. */
export function checkDelta(bytes: Uint8Array, begin: number, count: number): number {
  const block = numberAt(bytes, begin, 5);
  const parts = numberAt(bytes, block.end, 5);
  const each = block.value / parts.value;
  if (!(Number.isInteger(each) && each >= 8 && block.value <= 2 ** 20)) {
    throw new RangeError("blocks of a false size");
  }
  let at = numberAt(bytes, numberAt(bytes, parts.end, 5).end, 10).end;
  for (let seen = 1; seen < count; ) {
    const widths = numberAt(bytes, at, 10).end;
    at = widths + parts.value;
    for (let i = 0; i < parts.value && seen < count; ++i, seen += each) {
      const width = bytes[widths + i];
      if (width === undefined || width > 64) throw new RangeError("numbers too wide");
      at += (each * width) / 8;
    }
  }
  return at;
}

/** Texts that begin like those before them: all of them together may be large. */
export function checkShared(bytes: Uint8Array, begin: number, count: number): void {
  checkDelta(bytes, checkDelta(bytes, begin, count), count);
  const shared = new Int32Array(count);
  deltaBinaryUnpack({ view: viewOf(bytes), offset: begin }, count, shared);
  let sum = 0;
  for (const length of shared) sum += Math.max(0, length);
  if (sum > MOST_BYTES) throw new RangeError("texts too long");
}

/** Seven bits a byte, the lowest first; at most `most` bytes. */
function numberAt(
  bytes: Uint8Array,
  begin: number,
  most: number,
): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let i = 0; i < most; ++i) {
    const byte = bytes[begin + i];
    if (byte === undefined) throw new RangeError("values cut off");
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return { value, end: begin + i + 1 };
  }
  throw new RangeError("a number too long");
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
