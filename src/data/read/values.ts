/** Rows of a format that has values instead of text (JSON, Parquet): cells are written as CSV has them. */

import { FormatError, words } from "../../errors.js";
import { isSpace, type MissingWords, type Rows } from "./rows.js";

/** Digits that are written at once. */
const MILLION = 1e6;

/** Values of a column, and the place of the first that is wanted. */
export interface Part {
  readonly values: ArrayLike<unknown>;
  readonly at: number;
}

/** UTF-8 that is checked. */
const strict = new TextDecoder("utf-8", { fatal: true });

export class ValueRows implements Rows {
  readonly #name: string;
  readonly #missing: MissingWords;
  readonly #encoder = new TextEncoder();
  #columns: readonly Part[] = [];
  #lineOf: (row: number) => number = (row) => row + 1;
  count = 0;
  #own: Uint8Array = new Uint8Array(1 << 10);
  bytes: Uint8Array = this.#own;
  begin = 0;
  end = 0;

  constructor(name: string, missing: MissingWords) {
    this.#name = name;
    this.#missing = missing;
  }

  /** @param columns those that were asked for, of at least `count` values each */
  fill(columns: readonly Part[], count: number, lineOf: (row: number) => number): this {
    this.#columns = columns;
    this.count = count;
    this.#lineOf = lineOf;
    return this;
  }

  lineOf(row: number): number {
    return this.#lineOf(row);
  }

  /** @throws FormatError when the cell holds a list or an object, or bytes that are no text */
  at(row: number, column: number): boolean {
    const { values, at } = this.#columns[column]!;
    const value = values[at + row];
    this.begin = 0;
    this.bytes = this.#own;
    if (typeof value === "number") {
      if (Number.isSafeInteger(value) && value >= 0) this.#writeInteger(value);
      else if (Number.isNaN(value)) return false;
      else this.#write(String(value));
    } else if (typeof value === "string") this.#write(value);
    else if (typeof value === "bigint") {
      const number = Number(value);
      if (number >= 0 && number <= Number.MAX_SAFE_INTEGER) this.#writeInteger(number);
      else this.#write(String(value));
    } else if (value instanceof Uint8Array) this.#point(value, row);
    else if (value === null || value === undefined) return false;
    else if (typeof value === "boolean") this.#write(String(value));
    else {
      const where = `${this.#name}, line ${this.lineOf(row)}`;
      throw new FormatError(where, "one value a column", words("a list or an object"));
    }
    const { bytes } = this;
    while (this.begin < this.end && isSpace(bytes[this.begin])) this.begin++;
    while (this.begin < this.end && isSpace(bytes[this.end - 1])) this.end--;
    return this.begin < this.end && !this.#missing.has(bytes, this.begin, this.end);
  }

  #write(text: string): void {
    if (3 * text.length > this.#own.length) this.#own = new Uint8Array(3 * text.length);
    this.bytes = this.#own;
    this.end = this.#encoder.encodeInto(text, this.bytes).written;
  }

  /** Text that is bytes already is not copied. */
  #point(text: Uint8Array, row: number): void {
    this.bytes = text;
    this.end = text.length;
    if (text.every(isAscii)) return;
    try {
      strict.decode(text);
    } catch {
      const where = `${this.#name}, line ${this.lineOf(row)}`;
      throw new FormatError(where, "text in UTF-8", words("other bytes"));
    }
  }

  /** Decimal digits, from the last one on; in parts that fit into 32 bits. */
  #writeInteger(value: number): void {
    const { bytes } = this;
    let place = 16;
    let rest = value;
    do {
      const high = Math.floor(rest / MILLION);
      let low = rest - high * MILLION;
      for (let digits = 0; digits < 6 && (low > 0 || high > 0 || digits === 0); ++digits) {
        const tenth = (low / 10) | 0;
        bytes[--place] = 48 + low - 10 * tenth;
        low = tenth;
      }
      rest = high;
    } while (rest > 0);
    this.begin = place;
    this.end = 16;
  }
}

function isAscii(byte: number): boolean {
  return byte < 128;
}
