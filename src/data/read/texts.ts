/**
 * Distinct texts, kept once each as bytes and found by a hash table.
 *
 * All of it grows by pieces, so that no turn has to move what millions of texts take.
 */

import { ConfigError, words } from "../../errors.js";
import { growingNumbers } from "./growing.js";

/** Bytes of a page; a longer text has a page of its own. */
const PAGE_BITS = 20;
const PAGE = 1 << PAGE_BITS;
const MOST_PAGES = 2 ** (32 - PAGE_BITS);
/** Most catalogues of tests and pages are small. */
const SMALLEST = 1 << 10;
/** Tables; the highest bits of a hash say which, the lowest where in it. */
const TABLES = 64;
const TABLE_SHIFT = 26;
/** A byte order mark within a text is its own. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export class Texts {
  /** Pairs: the place of a text + 1, and its hash; 0 where a slot is free. */
  readonly #tables: Int32Array[] = Array.from({ length: TABLES }, () => new Int32Array(1 << 4));
  readonly #filled = new Int32Array(TABLES);
  readonly #pages: Uint8Array[] = [];
  /** Bytes of the last page that are taken. */
  #taken = 0;
  /** u32: page and place in it where each text begins, and its length. */
  readonly #begins = growingNumbers();
  readonly #lengths = growingNumbers();
  #last = -1;
  /** Texts that collide could be made if the hash were known: it begins anywhere. */
  readonly #seed: number = (Math.random() * 2 ** 32) | 0;

  /** Number of texts. */
  get size(): number {
    return this.#begins.length;
  }

  /** The place of `bytes[begin … end)`: `size` as it was before when the text is new. */
  placeOf(bytes: Uint8Array, begin: number, end: number): number {
    if (this.#last >= 0 && this.#isSame(this.#last, bytes, begin, end)) return this.#last;
    let hash = this.#seed;
    for (let i = begin; i < end; ++i) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x85ebca6b);
    hash ^= hash >>> 13;
    const table = hash >>> TABLE_SHIFT;
    const slots = this.#tables[table]!;
    for (let slot = (hash << 1) & (slots.length - 1); ; slot = (slot + 2) & (slots.length - 1)) {
      const place = slots[slot]! - 1;
      if (place < 0) {
        slots[slot] = this.size + 1;
        slots[slot + 1] = hash;
        this.#last = this.size;
        this.#add(bytes, begin, end);
        if (3 * ++this.#filled[table]! > slots.length) this.#tables[table] = rehashed(slots);
        return this.#last;
      }
      if (slots[slot + 1] === hash && this.#isSame(place, bytes, begin, end)) {
        this.#last = place;
        return place;
      }
    }
  }

  at(place: number): string {
    const begin = this.#begins.at(place);
    const from = begin & (PAGE - 1);
    const page = this.#pages[begin >>> PAGE_BITS]!;
    return decoder.decode(page.subarray(from, from + this.#lengths.at(place)));
  }

  #isSame(place: number, bytes: Uint8Array, begin: number, end: number): boolean {
    const length = end - begin;
    if (this.#lengths.at(place) !== length) return false;
    const found = this.#begins.at(place);
    const from = found & (PAGE - 1);
    const own = this.#pages[found >>> PAGE_BITS]!;
    for (let i = 0; i < length; ++i) if (own[from + i] !== bytes[begin + i]) return false;
    return true;
  }

  #add(bytes: Uint8Array, begin: number, end: number): void {
    const length = end - begin;
    const page = this.#pageFor(length);
    this.#begins.push(((this.#pages.length - 1) << PAGE_BITS) | this.#taken);
    this.#lengths.push(length);
    page.set(bytes.subarray(begin, end), this.#taken);
    this.#taken += length;
  }

  /** The last page, with room for a text. @throws ConfigError when there are too many */
  #pageFor(length: number): Uint8Array {
    const last = this.#pages.length - 1;
    const needed = this.#taken + length;
    const page = this.#pages[last];
    if (page && needed <= page.length) return page;
    if (page && last === 0 && needed <= PAGE) {
      // The first one grows until it is as long as the others.
      const larger = new Uint8Array(Math.min(PAGE, 2 * needed));
      larger.set(page);
      this.#pages[0] = larger;
      return larger;
    }
    if (last + 1 === MOST_PAGES)
      throw new ConfigError("ids", "at most 4 GiB of them", words("more"));
    const fresh = new Uint8Array(Math.max(length, page ? PAGE : SMALLEST));
    this.#pages.push(fresh);
    this.#taken = 0;
    return fresh;
  }
}

/** A table of twice the length. */
function rehashed(old: Int32Array): Int32Array {
  const slots = new Int32Array(2 * old.length);
  for (let from = 0; from < old.length; from += 2) {
    if (old[from] === 0) continue;
    let slot = (old[from + 1]! << 1) & (slots.length - 1);
    while (slots[slot] !== 0) slot = (slot + 2) & (slots.length - 1);
    slots[slot] = old[from]!;
    slots[slot + 1] = old[from + 1]!;
  }
  return slots;
}
