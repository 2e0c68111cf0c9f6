/**
 * Compressed blocks of Zstandard (RFC 8878, §3.1.1.3): literals, and sequences that say where which of
 * them go, and what is copied from before. A block of at most 128 KiB becomes at most 128 KiB; what claims
 * more is damaged, so that few bytes never cost much time.
 */

import {
  bitsAt,
  check,
  damaged,
  lastBit,
  oneState,
  readStates,
  type StateTable,
  statesOf,
} from "./entropy.js";
import { type Before, MOST_BLOCK, readLiterals } from "./literals.js";

/** Extra bits of codes, and what their values begin at (§3.1.1.3.2.1.1). */
const LITERAL_BITS = extraBits(16, "1111223346789abcdefg");
const MATCH_BITS = extraBits(32, "11112233445789abcdefg");
const LITERAL_BASE = basesOf(LITERAL_BITS, 0);
const MATCH_BASE = basesOf(MATCH_BITS, 3);
/** Distances of at most 32 MiB. */
const MOST_DISTANCE = 25;

/** Codes, accuracy and the predefined table of each kind (§3.1.1.3.2.2). */
const KINDS = [
  { most: 35, accuracy: 9, usual: usual(6, "432222222222211122222222232111110000") },
  { most: 31, accuracy: 8, usual: usual(5, "11111122211111111111111100000") },
  {
    most: 52,
    accuracy: 9,
    usual: usual(6, "14322222211111111111111111111111111111111111110000000"),
  },
] as const;

/** None for the first codes, then a digit a code: "a" is 10. */
function extraBits(none: number, bits: string): number[] {
  return [...new Array<number>(none).fill(0), ...Array.from(bits, (bit) => parseInt(bit, 17))];
}

function basesOf(bits: readonly number[], first: number): Int32Array {
  let base = first;
  return Int32Array.from(bits, (extra) => {
    base += 1 << extra;
    return base - (1 << extra);
  });
}

/** A digit a symbol; 0 stands for "less than one". */
function usual(accuracy: number, counts: string): StateTable {
  return statesOf(
    Array.from(counts, (digit) => Number(digit) || -1),
    accuracy,
  );
}

/** Adds what a block becomes to the output. @throws RangeError when it is damaged */
export function readBlock(block: Uint8Array, before: Before): void {
  // Four zeros behind it: bits are read by whole words.
  const bytes = new Uint8Array(block.length + 4);
  bytes.set(block);
  const { literals, end } = readLiterals(bytes, block.length, before);
  readSequences(bytes, end, block.length, literals, before);
}

function readSequences(
  bytes: Uint8Array,
  begin: number,
  length: number,
  literals: Uint8Array,
  before: Before,
): void {
  let at = begin;
  let count = bytes[at++]!;
  check(at <= length);
  if (count === 255) {
    count = bitsAt(bytes, at * 8, 16) + 0x7f00;
    at += 2;
  } else if (count > 127) count = ((count - 128) << 8) | bytes[at++]!;
  const output = new Output(before, literals);
  if (count > 0) {
    at = readTables(bytes.subarray(0, length), at, before);
    playSequences(bytes, [at, length], count, before, output);
  } else check(at === length);
  output.finish();
}

function readTables(bytes: Uint8Array, begin: number, before: Before): number {
  check(begin < bytes.length && (bytes[begin]! & 3) === 0);
  let at = begin + 1;
  KINDS.forEach(({ most, accuracy, usual }, i) => {
    const mode = (bytes[begin]! >> (6 - 2 * i)) & 3;
    if (mode === 0) before.tables[i] = usual;
    else if (mode === 1) {
      check(at < bytes.length && bytes[at]! <= most);
      before.tables[i] = oneState(bytes[at++]!);
    } else if (mode === 2) {
      const { table, end } = readStates(bytes, at, most, accuracy);
      before.tables[i] = table;
      at = end;
    } else check(before.tables[i] !== undefined);
  });
  check(at <= bytes.length);
  return at;
}

function playSequences(
  bytes: Uint8Array,
  [begin, end]: readonly [begin: number, end: number],
  count: number,
  { tables, distances }: Before,
  output: Output,
): void {
  const [L, D, M] = tables as [StateTable, StateTable, StateTable];
  const first = begin * 8;
  let at = lastBit(bytes, begin, end);
  const take = (bits: number): number => {
    at -= bits;
    if (at < first) damaged();
    return bitsAt(bytes, at, bits);
  };
  let l = take(L.accuracy);
  let d = take(D.accuracy);
  let m = take(M.accuracy);
  for (let left = count; left > 0; --left) {
    const far = D.symbols[d]!;
    if (far > MOST_DISTANCE) damaged();
    const value = 2 ** far + take(far);
    const long = M.symbols[m]!;
    const match = MATCH_BASE[long]! + take(MATCH_BITS[long]!);
    const many = L.symbols[l]!;
    const run = LITERAL_BASE[many]! + take(LITERAL_BITS[many]!);
    output.add(run, match, distanceOf(value, run, distances));
    if (left === 1) break;
    l = L.base[l]! + take(L.bits[l]!);
    m = M.base[m]! + take(M.bits[m]!);
    d = D.base[d]! + take(D.bits[d]!);
  }
  check(at === first);
}

/** The last three distances have short names (§3.1.1.5). */
function distanceOf(value: number, run: number, last: [number, number, number]): number {
  const name = value > 3 ? 3 : value - (run === 0 ? 0 : 1);
  if (name === 0) return last[0];
  const distance = value > 3 ? value - 3 : name === 3 ? last[0] - 1 : last[name]!;
  if (name > 1) last[2] = last[1];
  last[1] = last[0];
  last[0] = distance;
  return distance;
}

/** Where the literals and copies of a block go. */
class Output {
  readonly #before: Before;
  readonly #literals: Uint8Array;
  readonly #end: number;
  #used = 0;

  constructor(before: Before, literals: Uint8Array) {
    this.#before = before;
    this.#literals = literals;
    this.#end = before.filled + MOST_BLOCK;
  }

  /** A run of literals, then a copy of `match` bytes from `distance` before. */
  add(run: number, match: number, distance: number): void {
    const { out, filled } = this.#before;
    let at = filled + run;
    const end = at + match;
    if (this.#used + run > this.#literals.length || end > this.#end) damaged();
    if (distance < 1 || distance > at) damaged();
    for (let i = filled, from = this.#used; i < at; ++i) out[i] = this.#literals[from++]!;
    this.#used += run;
    for (let from = at - distance; at < end; ++at) out[at] = out[from++]!;
    this.#before.filled = end;
  }

  /** The literals that are left. */
  finish(): void {
    const rest = this.#literals.subarray(this.#used);
    check(this.#before.filled + rest.length <= this.#end);
    this.#before.out.set(rest, this.#before.filled);
    this.#before.filled += rest.length;
  }
}
