/** Rows cut out of bytes that come in chunks: the plain ones here, those with quotes by `LineReader`. */

import { FormatError, words } from "../../errors.js";
import { doubled } from "./growing.js";
import { type Dialect, LineReader, type Outcome, unescaped } from "./lines.js";
import { isSpace, type Rows, startsWith } from "./rows.js";
import type { RowsWanted } from "./rows-wanted.js";

const QUOTE = 34;
/** A row longer than this is a quote that was never closed, or no table at all. */
export const LONGEST_ROW: number = 1 << 20;

export class ByteRows implements Rows {
  readonly number: number = Number.NaN;
  readonly #dialect: Dialect;
  readonly #wanted: RowsWanted;
  readonly #name: string;
  readonly #reader: LineReader;
  readonly #comment: Uint8Array;
  /** For each field the column that it is, −1 for none. */
  readonly #columnOf: Int32Array;
  /** Where cells of each column stand in a row: two columns may be of one place. */
  readonly #cellOf: Int32Array;
  readonly #columns: number;
  bytes: Uint8Array = new Uint8Array(1 << 17);
  #filled = 0;
  /** i32[rows · columns]: where cells begin and end. */
  #begins: Int32Array;
  #ends: Int32Array;
  #lines: Int32Array = new Int32Array(1 << 12);
  #line = 1;
  #skip: number;
  count = 0;
  begin = 0;
  end = 0;

  constructor(dialect: Dialect, wanted: RowsWanted, name: string) {
    this.#dialect = dialect;
    this.#wanted = wanted;
    this.#name = name;
    this.#reader = new LineReader(dialect);
    this.#comment = new TextEncoder().encode(wanted.comment ?? "");
    const places = [...new Set(wanted.columns)];
    this.#columns = places.length;
    this.#cellOf = Int32Array.from(wanted.columns, (place) => places.indexOf(place));
    this.#columnOf = new Int32Array(Math.max(...places, 0) + 1).fill(-1);
    places.forEach((place, column) => {
      this.#columnOf[place] = column;
    });
    this.#begins = new Int32Array(this.#lines.length * this.#columns);
    this.#ends = new Int32Array(this.#begins.length);
    this.#skip = wanted.skip;
  }

  at(row: number, column: number): boolean {
    const { bytes } = this;
    const cell = row * this.#columns + this.#cellOf[column]!;
    let begin = this.#begins[cell]!;
    let end = this.#ends[cell]!;
    while (begin < end && isSpace(bytes[begin])) begin++;
    while (begin < end && isSpace(bytes[end - 1])) end--;
    this.begin = begin;
    this.end = end;
    return begin < end && !this.#wanted.missing.has(bytes, begin, end);
  }

  lineOf(row: number): number {
    return this.#lines[row]!;
  }

  /** Takes a chunk and cuts the rows that are whole. Returns whether there are any. */
  add(chunk: Uint8Array, isLast: boolean): boolean {
    this.#append(chunk);
    this.count = 0;
    if (this.#filled < this.#enough && !isLast) return false;
    let at = 0;
    while (at < this.#filled) {
      const next = this.#row(at, isLast);
      if (next < 0) break;
      at = next;
    }
    this.#rest = at;
    // The row that is not whole is read anew from its start: seldom, where it is a long one.
    this.#enough = 2 * (this.#filled - at);
    if (this.#filled - at > LONGEST_ROW) throw this.#longRow();
    return this.count > 0;
  }

  /** Bytes from which on it is worth looking whether a row is whole. */
  #enough = 0;

  /** Where the row begins that is not whole yet: it moves to the front with the next chunk. */
  #rest = 0;

  #append(chunk: Uint8Array): void {
    const kept = this.#filled - this.#rest;
    const needed = kept + chunk.length;
    const target = needed > this.bytes.length ? new Uint8Array(2 * needed) : this.bytes;
    target.set(this.bytes.subarray(this.#rest, this.#filled));
    target.set(chunk, kept);
    this.bytes = target;
    this.#reader.moved(this.#rest);
    this.#filled = needed;
    this.#rest = 0;
  }

  /** Cuts one row and returns where the next one begins; −1 when this one is not whole. */
  #row(begin: number, isLast: boolean): number {
    const { bytes } = this;
    const limit = this.#filled;
    const { newline, delimiter } = this.#dialect;
    const isOne = delimiter.length === 1;
    const first = delimiter[0]!;
    const columnOf = this.#columnOf;
    if (this.count + 1 > this.#lines.length) this.#grow();
    const base = this.count * this.#columns;
    let field = 0;
    let from = begin;
    let filled = 0; // bytes that are not white space: whether the row is blank
    let i = begin;
    for (; i < limit; ++i) {
      const byte = bytes[i]!;
      if (byte === first && (isOne || startsWith(bytes, i, delimiter))) {
        const column = field < columnOf.length ? columnOf[field]! : -1;
        if (column >= 0) {
          this.#begins[base + column] = from;
          this.#ends[base + column] = i;
        }
        field++;
        if (!isOne) i += delimiter.length - 1;
        from = i + 1;
      } else if (byte === newline) break;
      else if (byte === QUOTE) return this.#quotedRow(begin, isLast);
      else if (byte > 32) filled = 1;
    }
    if (i >= limit && !isLast) return -1;
    const column = field < columnOf.length ? columnOf[field]! : -1;
    if (column >= 0) {
      this.#begins[base + column] = from;
      this.#ends[base + column] = i;
    }
    field++;
    if (field < columnOf.length) this.#clear(field);
    const { least, most } = this.#wanted.width;
    const isRow = filled === 1 && !this.#isLeftOut(begin);
    if (isRow && (field < least || field > most)) return this.#quotedRow(begin, isLast);
    if (isRow) this.#lines[this.count++] = this.#line;
    this.#line++;
    return i + 1;
  }

  /** Comments, and the header. */
  #isLeftOut(begin: number): boolean {
    if (this.#comment.length > 0 && startsWith(this.bytes, begin, this.#comment)) return true;
    if (this.#skip === 0) return false;
    this.#skip--;
    return true;
  }

  /** A row with quotes, or of another width than most. */
  #quotedRow(begin: number, isLast: boolean): number {
    const reader = this.#reader;
    const { width, comment } = this.#wanted;
    const isHeader = this.#skip > 0;
    const isComment = comment !== undefined && startsWith(this.bytes, begin, this.#comment);
    if (isComment) {
      const end = this.bytes.indexOf(this.#dialect.newline, begin);
      const isWhole = end >= 0 && end < this.#filled;
      if (!isWhole && !isLast) return -1;
      this.#line++;
      return isWhole ? end + 1 : this.#filled;
    }
    const given = isHeader ? undefined : width;
    const outcome = reader.read(this.bytes, begin, this.#filled, isLast, given);
    if (outcome === "unfinished") return -1;
    const line = this.#line;
    const { next } = reader;
    for (let i = begin; i < next; ++i) if (this.bytes[i] === this.#dialect.newline) this.#line++;
    if (next === this.#filled && this.bytes[next - 1] !== this.#dialect.newline) this.#line++;
    if (outcome !== "row") this.#refuse(outcome, line);
    else if (this.#isBlank()) return next;
    else if (isHeader) this.#skip--;
    else this.#take(line);
    return next;
  }

  #isBlank(): boolean {
    const { fields, begins, ends } = this.#reader;
    for (let field = 0; field < fields; ++field) {
      for (let i = begins[field]!; i < ends[field]!; ++i) {
        if (!isSpace(this.bytes[i])) return false;
      }
    }
    return true;
  }

  #take(line: number): void {
    const { begins, ends, escaped, fields, isLiteral } = this.#reader;
    if (isLiteral) this.#wanted.literal(line);
    for (const field of escaped) ends[field] = unescaped(this.bytes, begins[field]!, ends[field]!);
    const base = this.count * this.#columns;
    for (let field = 0; field < Math.min(fields, this.#columnOf.length); ++field) {
      const column = this.#columnOf[field]!;
      if (column < 0) continue;
      this.#begins[base + column] = begins[field]!;
      this.#ends[base + column] = ends[field]!;
    }
    if (fields < this.#columnOf.length) this.#clear(fields);
    this.#lines[this.count++] = line;
  }

  /** The row ends before these fields: their cells are empty. */
  #clear(field: number): void {
    for (let place = field; place < this.#columnOf.length; ++place) {
      const column = this.#columnOf[place]!;
      if (column < 0) continue;
      this.#begins[this.count * this.#columns + column] = 0;
      this.#ends[this.count * this.#columns + column] = 0;
    }
  }

  #refuse(outcome: Outcome, line: number): void {
    if (outcome === "bad quote") {
      this.#wanted.bad(
        line,
        'quoted fields that end with " before the delimiter',
        "a quote out of place",
      );
      return;
    }
    const { least, most } = this.#wanted.width;
    const expected = least === most ? `${least} fields` : `${least} to ${most} fields`;
    this.#wanted.bad(line, expected, String(this.#reader.fields));
  }

  #longRow(): FormatError {
    const hasQuotes = this.#dialect.quotes === "always" && this.bytes.includes(QUOTE);
    const expected = hasQuotes
      ? 'quoted fields that end with " before the delimiter'
      : `rows of at most ${LONGEST_ROW} characters`;
    const where = `${this.#name}, line ${this.#line}`;
    return new FormatError(where, expected, words("a longer one"));
  }

  #grow(): void {
    this.#begins = doubled(this.#begins);
    this.#ends = doubled(this.#ends);
    this.#lines = doubled(this.#lines);
  }
}
