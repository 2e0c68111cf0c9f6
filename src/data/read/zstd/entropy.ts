/**
 * The codes of Zstandard (RFC 8878, §4): finite state entropy and Huffman.
 *
 * Every loop ends after as many turns as a table has places, or as symbols are asked for, whatever the
 * bytes are. Bytes that are no code throw a `RangeError`.
 */

/** A state is a place in the table: it has a symbol, and says which states may come next. */
export interface StateTable {
  readonly accuracy: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly base: Uint16Array;
}

/** The longest code has `most` bits; the next `most` bits are a place in the table. */
export interface HuffmanTable {
  readonly most: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
}

export function damaged(): never {
  throw new RangeError("no zstd");
}

export function check(isRight: boolean): void {
  if (!isRight) damaged();
}

/** The `count` ≤ 25 bits from bit `at` on, the lowest first; beyond the end there are zeros. */
export function bitsAt(bytes: Uint8Array, at: number, count: number): number {
  const i = at >> 3;
  const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
  return (word >>> (at & 7)) & ((1 << count) - 1);
}

/** Place of the highest bit of a number ≥ 1. */
const highest = (value: number): number => 31 - Math.clz32(value);

/** Where a stream that is read from its end begins: below the highest bit of its last byte. */
export function lastBit(bytes: Uint8Array, begin: number, end: number): number {
  check(end > begin && bytes[end - 1] !== 0);
  return (end - 1) * 8 + highest(bytes[end - 1]!);
}

/** A table of one symbol, which takes no bits. */
export function oneState(symbol: number): StateTable {
  return {
    accuracy: 0,
    symbols: Uint8Array.of(symbol),
    bits: new Uint8Array(1),
    base: new Uint16Array(1),
  };
}

/** §4.1.1: how often each symbol is in the table; the place behind the description. */
export function readStates(
  bytes: Uint8Array,
  begin: number,
  mostSymbol: number,
  mostAccuracy: number,
): { readonly table: StateTable; readonly end: number } {
  const accuracy = (bytes[begin]! & 15) + 5;
  check(accuracy <= mostAccuracy);
  const counts: number[] = [];
  let at = begin * 8 + 4;
  for (let left = 1 << accuracy; left > 0; ) {
    check(counts.length <= mostSymbol && at < bytes.length * 8);
    const wide = highest(left + 1) + 1;
    const low = (1 << (wide - 1)) - 1;
    const spare = (1 << wide) - 2 - left; // values that one bit less can tell
    let value = bitsAt(bytes, at, wide);
    at += (value & low) < spare ? wide - 1 : wide;
    if ((value & low) < spare) value &= low;
    else if (value > low) value -= spare;
    const count = value - 1; // -1: less than one, a place of its own
    counts.push(count);
    left -= Math.abs(count);
    for (let repeats = count === 0 ? 3 : 0; repeats === 3; at += 2) {
      repeats = bitsAt(bytes, at, 2);
      for (let i = 0; i < repeats; ++i) counts.push(0);
      check(counts.length <= mostSymbol + 1);
    }
  }
  return { table: statesOf(counts, accuracy), end: (at + 7) >> 3 };
}

/** §4.1.1: spreads the symbols over 2^accuracy states. The counts sum up to these; -1 counts as 1. */
export function statesOf(counts: readonly number[], accuracy: number): StateTable {
  const size = 1 << accuracy;
  const symbols = new Uint8Array(size);
  const bits = new Uint8Array(size);
  const base = new Uint16Array(size);
  const next = counts.map((count) => Math.abs(count));
  let high = size;
  counts.forEach((count, symbol) => {
    if (count < 0) symbols[--high] = symbol;
  });
  const step = (size >> 1) + (size >> 3) + 3;
  let place = 0;
  counts.forEach((count, symbol) => {
    for (let i = 0; i < count; ++i) {
      symbols[place] = symbol;
      do place = (place + step) & (size - 1);
      while (place >= high);
    }
  });
  for (let state = 0; state < size; ++state) {
    const value = next[symbols[state]!]!++;
    bits[state] = accuracy - highest(value);
    base[state] = (value << bits[state]!) - size;
  }
  return { accuracy, symbols, bits, base };
}

/** §4.2.1: the weights of all symbols but the last; the place behind the description. */
export function readHuffman(
  bytes: Uint8Array,
  begin: number,
): { readonly table: HuffmanTable; readonly end: number } {
  const length = bytes[begin]!;
  if (length < 128) {
    const end = begin + 1 + length;
    check(end <= bytes.length);
    return { table: huffmanOf(codedWeights(bytes.subarray(0, end), begin + 1)), end };
  }
  const count = length - 127;
  const end = begin + 1 + ((count + 1) >> 1);
  check(end <= bytes.length);
  const weights = Array.from({ length: count }, (_, i) => {
    const pair = bytes[begin + 1 + (i >> 1)]!;
    return i & 1 ? pair & 15 : pair >> 4;
  });
  return { table: huffmanOf(weights), end };
}

/** §4.2.1.2: two states take turns until the bits end; the other one then has the last symbol. */
function codedWeights(bytes: Uint8Array, begin: number): number[] {
  const { table, end } = readStates(bytes, begin, 11, 6);
  const { accuracy, symbols, bits, base } = table;
  const weights: number[] = [];
  let at = lastBit(bytes, end, bytes.length) - 2 * accuracy;
  check(at >= end * 8);
  let state = bitsAt(bytes, at + accuracy, accuracy);
  let other = bitsAt(bytes, at, accuracy);
  for (;;) {
    check(weights.length < 254);
    weights.push(symbols[state]!);
    at -= bits[state]!;
    if (at < end * 8) break;
    const next = base[state]! + bitsAt(bytes, at, bits[state]!);
    state = other;
    other = next;
  }
  weights.push(symbols[other]!);
  return weights;
}

/** §4.2.1.3: codes of equal length go to symbols in order, the longest codes first. */
function huffmanOf(weights: number[]): HuffmanTable {
  let sum = 0;
  for (const weight of weights) {
    check(weight <= 11);
    sum += (1 << weight) >> 1;
  }
  check(sum > 0);
  const most = highest(sum) + 1;
  const left = (1 << most) - sum;
  check(most <= 11 && (left & (left - 1)) === 0);
  weights.push(highest(left) + 1);
  const symbols = new Uint8Array(1 << most);
  const bits = new Uint8Array(1 << most);
  let place = 0;
  for (let weight = 1; weight <= most; ++weight) {
    for (let symbol = 0; symbol < weights.length; ++symbol) {
      if (weights[symbol] !== weight) continue;
      const end = place + (1 << (weight - 1));
      symbols.fill(symbol, place, end);
      bits.fill(most + 1 - weight, place, end);
      place = end;
    }
  }
  return { most, symbols, bits };
}

/** §4.2.2: fills `out` with what the bytes [begin, end) say, which is no more and no less. */
export function readCoded(
  { most, symbols, bits }: HuffmanTable,
  bytes: Uint8Array,
  [begin, end]: readonly [begin: number, end: number],
  out: Uint8Array,
): void {
  const first = begin * 8;
  let at = lastBit(bytes, begin, end);
  for (let i = 0; i < out.length; ++i) {
    const have = Math.min(most, at - first);
    const place = bitsAt(bytes, at - have, have) << (most - have);
    out[i] = symbols[place]!;
    at -= bits[place]!;
    if (at < first) damaged();
  }
  check(at === first);
}
