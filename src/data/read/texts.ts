/** Distinct texts, kept once each as bytes and found by a hash table. */

import { ConfigError } from "../../errors.js";

const MOST_BYTES = 2 ** 32 - 1;
const decoder = new TextDecoder();

export class Texts {
  /** Pairs: the place of a text + 1, and its hash; 0 where a slot is free. */
  #slots = new Int32Array(1 << 7);
  /** u32: where each text ends; it begins where the one before ends. */
  #ends = new Uint32Array(1 << 6);
  #bytes = new Uint8Array(1 << 10);
  #size = 0;
  #last = -1;
  /** Texts that collide could be made if the hash were known: it begins anywhere. */
  readonly #seed: number = (Math.random() * 2 ** 32) | 0;

  /** Number of texts. */
  get size(): number {
    return this.#size;
  }

  /** The place of `bytes[begin … end)`: `size` as it was before when the text is new. */
  placeOf(bytes: Uint8Array, begin: number, end: number): number {
    if (this.#last >= 0 && this.#isSame(this.#last, bytes, begin, end)) return this.#last;
    let hash = this.#seed;
    for (let i = begin; i < end; ++i) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x85ebca6b);
    hash ^= hash >>> 13;
    const slots = this.#slots;
    for (let slot = (hash << 1) & (slots.length - 1); ; slot = (slot + 2) & (slots.length - 1)) {
      const place = slots[slot]! - 1;
      if (place < 0) {
        slots[slot] = this.#size + 1;
        slots[slot + 1] = hash;
        this.#add(bytes, begin, end);
        this.#last = this.#size++;
        if (3 * this.#size > slots.length) this.#rehash();
        return this.#last;
      }
      if (slots[slot + 1] === hash && this.#isSame(place, bytes, begin, end)) {
        this.#last = place;
        return place;
      }
    }
  }

  at(place: number): string {
    return decoder.decode(this.#bytes.subarray(this.#beginOf(place), this.#ends[place]));
  }

  #beginOf(place: number): number {
    return place === 0 ? 0 : this.#ends[place - 1]!;
  }

  #isSame(place: number, bytes: Uint8Array, begin: number, end: number): boolean {
    const from = this.#beginOf(place);
    const length = end - begin;
    if (this.#ends[place]! - from !== length) return false;
    const own = this.#bytes;
    for (let i = 0; i < length; ++i) if (own[from + i] !== bytes[begin + i]) return false;
    return true;
  }

  #add(bytes: Uint8Array, begin: number, end: number): void {
    const from = this.#beginOf(this.#size);
    const to = from + end - begin;
    if (to > this.#bytes.length) this.#bytes = larger(this.#bytes, to);
    if (this.#size === this.#ends.length) {
      const ends = new Uint32Array(2 * this.#size);
      ends.set(this.#ends);
      this.#ends = ends;
    }
    this.#bytes.set(bytes.subarray(begin, end), from);
    this.#ends[this.#size] = to;
  }

  #rehash(): void {
    const old = this.#slots;
    const slots = new Int32Array(2 * old.length);
    for (let from = 0; from < old.length; from += 2) {
      if (old[from] === 0) continue;
      let slot = (old[from + 1]! << 1) & (slots.length - 1);
      while (slots[slot] !== 0) slot = (slot + 2) & (slots.length - 1);
      slots[slot] = old[from]!;
      slots[slot + 1] = old[from + 1]!;
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
