/** Rows of a format that has values instead of text (JSON, Parquet): cells are written as CSV has them. */

import { FormatError, words } from "../../errors.js";
import { addNumbers } from "./number-rows.js";
import {
  isSpace,
  type MissingWords,
  type NumberedColumns,
  type Part,
  type Rows,
  type TimesOfRows,
} from "./rows.js";

/** Digits that are written at once. */
const MILLION = 1e6;
const MOST_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** Bytes that claim to be text and are none. */
export class NoText {}

export class ValueRows implements Rows {
  readonly #name: string;
  readonly #missing: MissingWords;
  readonly #encoder = new TextEncoder();
  #columns: readonly Part[] = [];
  #lineOf: (row: number) => number = (row) => row + 1;
  count = 0;
  number: number = Number.NaN;
  /** Whether the digits of the number are not written yet: who reads numbers does without. */
  #isPending = false;
  #own: Uint8Array = new Uint8Array(1 << 10);
  #bytes: Uint8Array = this.#own;
  #begin = 0;
  #end = 0;

  constructor(name: string, missing: MissingWords) {
    this.#name = name;
    this.#missing = missing;
  }

  get bytes(): Uint8Array {
    if (this.#isPending) this.#writeNumber();
    return this.#bytes;
  }

  get begin(): number {
    if (this.#isPending) this.#writeNumber();
    return this.#begin;
  }

  get end(): number {
    if (this.#isPending) this.#writeNumber();
    return this.#end;
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

  list(row: number, column: number): readonly (string | number)[] | undefined {
    const { values, at } = this.#columns[column]!;
    const list = values[at + row];
    const isPlain = (value: unknown): boolean =>
      typeof value === "string" || Number.isFinite(value);
    return Array.isArray(list) && list.every(isPlain) ? list : undefined;
  }

  addTo(columns: NumberedColumns, times: TimesOfRows): boolean {
    return this.#missing.isEmpty && addNumbers(columns, this.#columns, this, times);
  }

  /** @throws FormatError when the cell holds a list or an object, or bytes that are no text */
  at(row: number, column: number): boolean {
    const { values, at } = this.#columns[column]!;
    const value = values[at + row];
    if (typeof value === "number") return this.#take(value);
    this.number = Number.NaN;
    this.#isPending = false;
    this.#begin = 0;
    if (value instanceof Uint8Array) {
      this.#bytes = value;
      this.#end = value.length;
    } else if (typeof value === "string") this.#write(value);
    else if (typeof value === "bigint") {
      if (value >= 0n && value <= MOST_SAFE) return this.#take(Number(value));
      this.#write(String(value));
    } else if (value === null || value === undefined) return false;
    else if (typeof value === "boolean") this.#write(String(value));
    else {
      const isText = value instanceof NoText;
      const expected = isText ? "text in UTF-8" : "one value a column";
      const found = words(isText ? "other bytes" : "a list or an object");
      const remedy = isText ? undefined : "Give what is needed of it a column of its own.";
      throw new FormatError(`${this.#name}, line ${this.lineOf(row)}`, expected, found, remedy);
    }
    const bytes = this.#bytes;
    while (this.#begin < this.#end && isSpace(bytes[this.#begin])) this.#begin++;
    while (this.#begin < this.#end && isSpace(bytes[this.#end - 1])) this.#end--;
    return this.#begin < this.#end && !this.#missing.has(bytes, this.#begin, this.#end);
  }

  #take(value: number): boolean {
    if (Number.isNaN(value)) return false;
    this.number = Number.isFinite(value) ? value : Number.NaN;
    this.#isPending = true;
    if (!Number.isFinite(value)) {
      this.#isPending = false;
      this.#write(String(value));
    }
    return this.#missing.isEmpty || !this.#missing.has(this.bytes, this.begin, this.end);
  }

  #writeNumber(): void {
    this.#isPending = false;
    const { number } = this;
    if (Number.isSafeInteger(number) && number >= 0) this.#writeInteger(number);
    else this.#write(String(number));
  }

  #write(text: string): void {
    if (3 * text.length > this.#own.length) this.#own = new Uint8Array(3 * text.length);
    this.#bytes = this.#own;
    this.#begin = 0;
    this.#end = this.#encoder.encodeInto(text, this.#own).written;
  }

  /** Decimal digits, from the last one on; in parts that fit into 32 bits. */
  #writeInteger(value: number): void {
    const bytes = this.#own;
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
    this.#bytes = bytes;
    this.#begin = place;
    this.#end = 16;
  }
}
