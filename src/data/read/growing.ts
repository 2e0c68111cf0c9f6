/** Columns of numbers that grow: in pieces, so that nothing is copied until they are whole. */

import { pace } from "../../pause.js";

const PIECE_BITS = 16;
const PIECE = 1 << PIECE_BITS;
/** Most tables that are read in tests and pages are small. */
const SMALLEST = 1 << 8;

type Numbers = Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

export class Growing<T extends Numbers> {
  readonly #make: (length: number) => T;
  readonly #pieces: T[] = [];
  #last: T;
  #filled = 0;

  /** @param make a typed array of a length */
  constructor(make: (length: number) => T) {
    this.#make = make;
    this.#last = make(SMALLEST);
  }

  get length(): number {
    return this.#pieces.length * PIECE + this.#filled;
  }

  push(value: number): void {
    if (this.#filled === this.#last.length && this.#filled < PIECE) {
      const larger = this.#make(2 * this.#filled);
      larger.set(this.#last as never);
      this.#last = larger;
    } else if (this.#filled === PIECE) {
      this.#pieces.push(this.#last);
      this.#last = this.#make(PIECE);
      this.#filled = 0;
    }
    this.#last[this.#filled++] = value;
  }

  /** Pushes all of them. */
  append(values: T): void {
    let at = 0;
    while (at < values.length) {
      this.push(values[at++]!); // makes room
      const part = values.subarray(at, at + this.#last.length - this.#filled);
      this.#last.set(part as never, this.#filled);
      this.#filled += part.length;
      at += part.length;
    }
  }

  at(i: number): number {
    const piece = i >>> PIECE_BITS;
    const own = piece === this.#pieces.length ? this.#last : this.#pieces[piece]!;
    return own[i & (PIECE - 1)]!;
  }

  /** All of them as one array; the column is empty afterwards, so that memory is taken once. */
  async taken(): Promise<T> {
    const all = this.#make(this.length);
    const pieces = this.#pieces;
    all.set(this.#last.subarray(0, this.#filled) as never, pieces.length * PIECE);
    for (let i = pieces.length - 1; i >= 0; --i) {
      all.set(pieces.pop() as never, i * PIECE);
      await pace();
    }
    this.#last = this.#make(SMALLEST);
    this.#filled = 0;
    return all;
  }
}

export function growingNumbers(): Growing<Int32Array<ArrayBuffer>> {
  return new Growing((length) => new Int32Array(length));
}

export function growingFloats(): Growing<Float64Array<ArrayBuffer>> {
  return new Growing((length) => new Float64Array(length));
}

/** A copy of twice the length. */
export function doubled(values: Int32Array): Int32Array {
  const larger = new Int32Array(2 * values.length);
  larger.set(values);
  return larger;
}
