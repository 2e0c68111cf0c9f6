/** Rows of a format that has values instead of text (JSON, Parquet): cells are written as CSV has them. */

import { FormatError, words } from "../../errors.js";
import { isSpace, type MissingWords, type Rows } from "./rows.js";

/** Digits that are written at once. */
const MILLION = 1e6;

export class ValueRows implements Rows {
  readonly #name: string;
  readonly #missing: MissingWords;
  readonly #encoder = new TextEncoder();
  #columns: readonly ArrayLike<unknown>[] = [];
  #lineOf: (row: number) => number = (row) => row + 1;
  count = 0;
  bytes: Uint8Array = new Uint8Array(1 << 10);
  begin = 0;
  end = 0;

  constructor(name: string, missing: MissingWords) {
    this.#name = name;
    this.#missing = missing;
  }

  /** @param columns those that were asked for, of `count` values each */
  fill(
    columns: readonly ArrayLike<unknown>[],
    count: number,
    lineOf: (row: number) => number,
  ): this {
    this.#columns = columns;
    this.count = count;
    this.#lineOf = lineOf;
    return this;
  }

  lineOf(row: number): number {
    return this.#lineOf(row);
  }

  /** @throws FormatError when the cell holds a list or an object */
  at(row: number, column: number): boolean {
    const value = this.#columns[column]![row];
    this.begin = 0;
    if (typeof value === "number") {
      if (Number.isSafeInteger(value) && value >= 0) this.#writeInteger(value);
      else if (Number.isNaN(value)) return false;
      else this.#write(String(value));
    } else if (typeof value === "string") this.#write(value);
    else if (typeof value === "bigint") {
      const number = Number(value);
      if (number >= 0 && number <= Number.MAX_SAFE_INTEGER) this.#writeInteger(number);
      else this.#write(String(value));
    } else if (value === null || value === undefined) return false;
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
    if (3 * text.length > this.bytes.length) this.bytes = new Uint8Array(3 * text.length);
    this.end = this.#encoder.encodeInto(text, this.bytes).written;
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
