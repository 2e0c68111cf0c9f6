/**
 * Ids as they come in a column: each distinct one gets a number, in order of first appearance.
 *
 * Texts stand once in one array of bytes, found by a hash table of 4 bytes a slot: no string is made
 * until the column is read to its end.
 */

import { ConfigError } from "../../errors.js";
import type { Id } from "../events.js";

const MOST_BYTES = 2 ** 32 - 1;
/** Texts that are made at once. */
const PIECE = 1 << 13;

export class Ids {
  /** Number + 1 of the id in each slot; 0 where there is none. */
  #slots = new Int32Array(1 << 10);
  #hashes = new Int32Array(1 << 9);
  /** u32: where the text of each id ends; it begins where the one before ends. */
  #ends = new Uint32Array(1 << 9);
  #bytes = new Uint8Array(1 << 13);
  #size = 0;
  #last = -1;
  /** Texts that collide are found by trying if the hash is known: it begins anywhere. */
  readonly #seed: number = (Math.random() * 2 ** 32) | 0;

  /** Number of distinct ids. */
  get size(): number {
    return this.#size;
  }

  /** The number of `bytes[begin … end)`. */
  numberOf(bytes: Uint8Array, begin: number, end: number): number {
    // Clicks of a session mostly follow each other.
    if (this.#last >= 0 && this.#isSame(this.#last, bytes, begin, end)) return this.#last;
    let hash = this.#seed;
    for (let i = begin; i < end; ++i) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x85ebca6b);
    hash ^= hash >>> 13;
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot]! - 1;
      if (number < 0) {
        this.#slots[slot] = this.#size + 1;
        this.#last = this.#add(hash, bytes, begin, end);
        return this.#last;
      }
      if (this.#hashes[number] === hash && this.#isSame(number, bytes, begin, end)) {
        this.#last = number;
        return number;
      }
    }
  }

  /** The texts, in order of their numbers. */
  async texts(pace: () => Promise<void>): Promise<string[]> {
    const decoder = new TextDecoder();
    const texts: string[] = [];
    for (let first = 0; first < this.#size; first += PIECE) {
      const last = Math.min(first + PIECE, this.#size);
      const begin = this.#beginOf(first);
      const text = decoder.decode(this.#bytes.subarray(begin, this.#ends[last - 1]));
      const isAscii = text.length === this.#ends[last - 1]! - begin;
      for (let id = first; id < last; ++id) {
        const [from, to] = [this.#beginOf(id), this.#ends[id]!];
        // A slice of a longer text keeps all of it, which is of ids as well.
        texts.push(
          isAscii
            ? text.slice(from - begin, to - begin)
            : decoder.decode(this.#bytes.subarray(from, to)),
        );
      }
      await pace();
    }
    return texts;
  }

  /** The ids as numbers if each is a safe integer in its usual form, else as texts. */
  async idsAs(kind: "numbers" | "texts", pace: () => Promise<void>): Promise<readonly Id[]> {
    if (kind === "texts") return this.texts(pace);
    const numbers: number[] = [];
    for (let id = 0; id < this.#size; ++id) {
      const number = this.#integer(this.#beginOf(id), this.#ends[id]!);
      if (Number.isNaN(number)) return this.texts(pace);
      numbers.push(number);
      if (id % PIECE === 0) await pace();
    }
    return numbers;
  }

  /** NaN unless `String` of the number is the text. */
  #integer(begin: number, end: number): number {
    const bytes = this.#bytes;
    const isNegative = bytes[begin] === 45;
    const first = isNegative ? begin + 1 : begin;
    const isZero = bytes[first] === 48;
    if (end - first < 1 || end - first > 16 || (isZero && (end - first > 1 || isNegative))) {
      return Number.NaN;
    }
    let value = 0;
    for (let i = first; i < end; ++i) {
      const digit = bytes[i]! - 48;
      if (digit < 0 || digit > 9) return Number.NaN;
      value = value * 10 + digit;
    }
    if (!Number.isSafeInteger(value)) return Number.NaN;
    return isNegative ? -value : value;
  }

  #beginOf(id: number): number {
    return id === 0 ? 0 : this.#ends[id - 1]!;
  }

  #isSame(id: number, bytes: Uint8Array, begin: number, end: number): boolean {
    const from = this.#beginOf(id);
    const length = end - begin;
    if (this.#ends[id]! - from !== length) return false;
    const own = this.#bytes;
    for (let i = 0; i < length; ++i) if (own[from + i] !== bytes[begin + i]) return false;
    return true;
  }

  #add(hash: number, bytes: Uint8Array, begin: number, end: number): number {
    const id = this.#size++;
    const from = this.#beginOf(id);
    const to = from + end - begin;
    if (to > this.#bytes.length) this.#bytes = larger(this.#bytes, to);
    if (id >= this.#ends.length) {
      const ends = new Uint32Array(2 * id);
      ends.set(this.#ends);
      this.#ends = ends;
      const hashes = new Int32Array(2 * id);
      hashes.set(this.#hashes);
      this.#hashes = hashes;
    }
    if (end - begin < 64) {
      for (let i = begin; i < end; ++i) this.#bytes[from + i - begin] = bytes[i]!;
    } else this.#bytes.set(bytes.subarray(begin, end), from);
    this.#ends[id] = to;
    this.#hashes[id] = hash;
    if (2 * this.#size > this.#slots.length) this.#rehash();
    return id;
  }

  #rehash(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let id = 0; id < this.#size; ++id) {
      let slot = this.#hashes[id]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id + 1;
    }
    this.#slots = slots;
  }
}

function larger(bytes: Uint8Array<ArrayBuffer>, needed: number): Uint8Array<ArrayBuffer> {
  if (needed > MOST_BYTES) throw new ConfigError("ids", "at most 4 GiB of them", needed);
  const copy = new Uint8Array(Math.min(2 * needed, MOST_BYTES));
  copy.set(bytes);
  return copy;
}
