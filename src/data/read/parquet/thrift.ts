/**
 * Checks headers that are written in Thrift's compact protocol before hyparquet reads them, so that what
 * they claim cannot cost more time or memory than they have bytes.
 */

/** Structures within structures; Parquet has fewer than ten. */
const DEEPEST = 24;
/** Bytes of a number of 64 bits. */
const LONGEST_NUMBER = 10;
/** Bytes of a text in the structures of a column, such as its least value. */
const LONGEST_TEXT = 2 ** 14;
/** Structures from here on are those of columns; further out a text may be of any length. */
const COLUMNS = 3;

/** Walks one structure. @throws RangeError when it is none */
export function checkThrift(bytes: Uint8Array): void {
  new Walk(bytes).structure(0);
}

class Walk {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  structure(depth: number): void {
    if (depth > DEEPEST) throw new RangeError("structures too deep");
    for (;;) {
      const head = this.#byte();
      if ((head & 15) === 0) return;
      if (head >> 4 === 0) this.#number();
      this.#value(head & 15, depth);
    }
  }

  #value(type: number, depth: number): void {
    if (type <= 2) return;
    if (type === 3) this.#skip(1);
    else if (type <= 6) this.#number();
    else if (type === 7) this.#skip(8);
    else if (type === 8) {
      const length = this.#number();
      if (depth > COLUMNS && length > LONGEST_TEXT) throw new RangeError("a text too long");
      this.#skip(length);
    } else if (type === 9) this.#list(depth);
    else if (type === 12) this.structure(depth + 1);
    else throw new RangeError("a type that Parquet does not use");
  }

  #list(depth: number): void {
    const head = this.#byte();
    const length = head >> 4 === 15 ? this.#number() : head >> 4;
    if (length > this.#bytes.length - this.#at) throw new RangeError("a list too long");
    const type = head & 15;
    for (let i = 0; i < length; ++i) this.#value(type <= 2 ? 3 : type, depth);
  }

  #byte(): number {
    this.#skip(1);
    return this.#bytes[this.#at - 1]!;
  }

  #skip(length: number): void {
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new RangeError("a structure without an end");
  }

  /** Seven bits a byte, the lowest first. */
  #number(): number {
    let value = 0;
    for (let i = 0; i < LONGEST_NUMBER; ++i) {
      const byte = this.#byte();
      value += (byte & 127) * 2 ** (7 * i);
      if (byte < 128) return value;
    }
    throw new RangeError("a number too long");
  }
}
