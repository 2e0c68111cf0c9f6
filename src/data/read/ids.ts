/**
 * Ids as they come in a column: each distinct one gets a number, in order of first appearance.
 *
 * Whole numbers, which most ids are, are found by their value: those that lie close together by a table of
 * their range, the others by hash tables. Other texts stand once in `Texts`. No
 * string is made until the column is read to its end.
 */

import { pace } from "../../pause.js";
import type { Id } from "../events.js";
import { growingFloats, growingNumbers } from "./growing.js";
import { NearNumbers } from "./near-numbers.js";
import type { Rows } from "./rows.js";
import { Texts } from "./texts.js";

/** Digits of a number that a float holds exactly. */
const MOST_DIGITS = 15;
const MOST_WHOLE = 1e15;
/** Tables of whole numbers; the highest bits of a hash say which, the lowest where in it. */
const TABLES = 64;
const TABLE_SHIFT = 26;
/** Ids that are made at once. */
const PIECE = 1 << 13;

export class Ids {
  /**
   * Tables of pairs: a whole number, and the number of the id + 1; 0 where a slot is free. Each grows by
   * itself, so that no turn has to move all of millions.
   */
  readonly #tables: Float64Array[] = Array.from({ length: TABLES }, () => new Float64Array(1 << 5));
  readonly #filled = new Int32Array(TABLES);
  /** Those that lie close together. */
  readonly near: NearNumbers = new NearNumbers();
  /** Of each id its value, or −1 − its place among the texts. */
  readonly #values = growingFloats();
  readonly #texts = new Texts();
  /** Numbers of the texts. */
  readonly #idOfText = growingNumbers();
  /** The whole number that was asked for last, and its id. */
  #lastValue = -1;
  #last = -1;

  /** Number of distinct ids. */
  get size(): number {
    return this.#values.length;
  }

  /** The number of the id in the cell that `rows` is at. */
  numberAt(rows: Rows): number {
    const { number } = rows;
    return isWhole(number)
      ? this.#numberOfWhole(number + 0) // −0 is 0
      : this.numberOf(rows.bytes, rows.begin, rows.end);
  }

  /** The number of `bytes[begin … end)`, which is not empty. */
  numberOf(bytes: Uint8Array, begin: number, end: number): number {
    const length = end - begin;
    if (length > MOST_DIGITS || (bytes[begin] === 48 && length > 1)) {
      return this.#numberOfText(bytes, begin, end);
    }
    let value = 0;
    for (let i = begin; i < end; ++i) {
      const digit = bytes[i]! - 48;
      if (digit < 0 || digit > 9) return this.#numberOfText(bytes, begin, end);
      value = value * 10 + digit;
    }
    return this.#numberOfWhole(value);
  }

  #numberOfWhole(value: number): number {
    // Clicks of a session mostly follow each other.
    if (this.#lastValue === value) return this.#last;
    this.#lastValue = value;
    const near = this.near.idOf(value);
    this.#last = near >= 0 ? near : this.numberOfFar(value);
    return this.#last;
  }

  /** The number of a whole number that `near` does not hold. */
  numberOfFar(value: number): number {
    const hash = hashOf(value);
    const table = hash >>> TABLE_SHIFT;
    const slots = this.#tables[table]!;
    for (let slot = (hash << 1) & (slots.length - 1); ; slot = (slot + 2) & (slots.length - 1)) {
      const number = slots[slot + 1]! - 1;
      if (number < 0) {
        const fresh = this.#add(value);
        if (this.near.add(value, fresh)) return fresh;
        slots[slot] = value;
        slots[slot + 1] = fresh + 1;
        if (3 * ++this.#filled[table]! > slots.length) this.#tables[table] = rehashed(slots);
        return fresh;
      }
      if (slots[slot] === value) {
        this.near.add(value, number); // if the range has come here since
        return number;
      }
    }
  }

  #numberOfText(bytes: Uint8Array, begin: number, end: number): number {
    const { size } = this.#texts;
    const place = this.#texts.placeOf(bytes, begin, end);
    if (place < size) return this.#idOfText.at(place);
    this.#idOfText.push(this.size);
    return this.#add(-1 - place);
  }

  #add(value: number): number {
    this.#values.push(value);
    return this.size - 1;
  }

  /** The texts, in order of their numbers. */
  async texts(): Promise<string[]> {
    const texts: string[] = [];
    for (let id = 0; id < this.size; ++id) {
      const value = this.#values.at(id);
      texts.push(value >= 0 ? String(value) : this.#texts.at(-1 - value));
      if (id % PIECE === 0) await pace();
    }
    return texts;
  }

  /** The ids as numbers if each is a safe integer in its usual form, else as texts. */
  async idsAs(kind: "numbers" | "texts"): Promise<readonly Id[]> {
    if (kind === "texts") return this.texts();
    const numbers: number[] = [];
    for (let id = 0; id < this.size; ++id) {
      const value = this.#values.at(id);
      const number = value >= 0 ? value : integerOf(this.#texts.at(-1 - value));
      if (Number.isNaN(number)) return this.texts();
      numbers.push(number);
      if (id % PIECE === 0) await pace();
    }
    return numbers;
  }
}

/** Whether it is found by its value, not by its digits. */
export function isWhole(number: number): boolean {
  return number >= 0 && number < MOST_WHOLE && Number.isInteger(number);
}

/** 32 bits; both halves of the number count. */
function hashOf(value: number): number {
  const high = value < 2 ** 32 ? 0 : Math.floor(value / 2 ** 32);
  let hash = Math.imul((value - high * 2 ** 32) ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 13);
}

/** A table of twice the length. */
function rehashed(old: Float64Array): Float64Array {
  const slots = new Float64Array(2 * old.length);
  for (let from = 0; from < old.length; from += 2) {
    if (old[from + 1] === 0) continue;
    let slot = (hashOf(old[from]!) << 1) & (slots.length - 1);
    while (slots[slot + 1] !== 0) slot = (slot + 2) & (slots.length - 1);
    slots[slot] = old[from]!;
    slots[slot + 1] = old[from + 1]!;
  }
  return slots;
}

/** NaN unless `String` of the number is the text. */
function integerOf(text: string): number {
  const number = Number(text);
  return Number.isSafeInteger(number) && String(number) === text ? number : Number.NaN;
}
