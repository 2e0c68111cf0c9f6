/**
 * One row of delimited text: where its fields begin and end.
 *
 * Quotes are read as RFC 4180 has them, unless the row shows that they are ordinary characters:
 *
 *     1,"a, b",5             quoted: the quote is closed before a delimiter or the line's end
 *     1,TV 55",5             ordinary: it does not begin the field
 *     1,"Weird Al" Yankovic,5   ordinary: text follows the closing quote
 *     1,5,"Heroes            ordinary: never closed, and the row is full without it
 *     1,"a                   quoted over two lines: the row is not full at the line's end, and is where
 *     b",5                   the quote is closed
 *
 * A row that is full either way is read as the rows before it, or its own other fields, have quotes.
 */

import { isSpace } from "./rows.js";

const QUOTE = 34;
const LINE_FEED = 10;
/** A field of more lines than fit in here is no field. */
const LONGEST_QUOTED = 1 << 16;

/** How rows are cut. */
export interface Dialect {
  /** Bytes between two fields. */
  readonly delimiter: Uint8Array;
  /** 10, or 13 where no line ends with 10. */
  readonly newline: number;
  /** What quotes are: "guessed" row by row, quotes of RFC 4180, or ordinary characters. */
  readonly quotes: "guessed" | "always" | "never";
}

/** How many fields a full row has; the further ones may be missing. */
export interface Width {
  readonly least: number;
  readonly most: number;
}

/** What became of a row. "unfinished": more bytes are needed to tell. */
export type Outcome = "row" | "unfinished" | "bad width" | "bad quote";

export class LineReader {
  readonly #dialect: Dialect;
  /** Fields of the last row: bytes[begins[i] … ends[i]). */
  readonly begins: number[] = [];
  readonly ends: number[] = [];
  fields = 0;
  /** Where the next row begins. */
  next = 0;
  /** Fields with "" in them, as indices. */
  readonly escaped: number[] = [];
  /** Whether the last row holds quotes that are ordinary characters. */
  isLiteral = false;
  #isOpen = false;
  #isStray = false;
  /** Before this place no open quote is closed. */
  #unclosedUntil = 0;
  /** Quoted fields of the row, and rows so far with such fields and with quotes that are characters. */
  #quotedFields = 0;
  #quotedRows = 0;
  #literalRows = 0;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** Bytes were moved to the front. */
  moved(by: number): void {
    this.#unclosedUntil = Math.max(0, this.#unclosedUntil - by);
  }

  /** Reads the row at `begin`, quotes and all. */
  read(bytes: Uint8Array, begin: number, limit: number, isLast: boolean, width?: Width): Outcome {
    const { quotes } = this.#dialect;
    this.isLiteral = false;
    if (quotes === "never") {
      return this.#judged(bytes, this.#parse(bytes, begin, limit, isLast, 0), width);
    }
    if (quotes === "always") {
      const isDone = this.#parse(bytes, begin, limit, isLast, 2);
      if (isDone && (this.#isOpen || this.#isStray)) return "bad quote";
      return this.#judged(bytes, isDone, width);
    }
    if (!this.#parse(bytes, begin, limit, isLast, 1)) return "unfinished";
    const fits = this.#fits(bytes, width);
    if (fits && !this.#isOpen) return this.#counted(this.#isStray);
    if (this.#isOpen) {
      const outcome = this.#overLines(bytes, begin, limit, isLast, width, fits);
      if (outcome) return outcome === "row" ? this.#counted(false) : outcome;
    }
    this.#parse(bytes, begin, limit, isLast, 0);
    if (this.#fits(bytes, width)) return this.#counted(true);
    this.#parse(bytes, begin, limit, isLast, 1);
    return "bad width";
  }

  /** A quote is open at the line's end: is it a field over several lines, or a character? */
  #overLines(
    bytes: Uint8Array,
    begin: number,
    limit: number,
    isLast: boolean,
    width: Width | undefined,
    fits: boolean,
  ): Outcome | undefined {
    if (begin < this.#unclosedUntil) return undefined;
    const { next, fields } = this;
    let isFull = false; // without the quote, and so is the next line
    if (fits) {
      // Full without the quote: it opens a field of several lines only if the next line is no row.
      if (next >= limit) return isLast ? undefined : "unfinished";
      if (!this.#parse(bytes, next, limit, isLast, 1)) return "unfinished";
      isFull = width ? this.#fits(bytes, width) : this.fields === fields;
      if (isFull && this.#literalRows > 0 && this.#literalRows >= this.#quotedRows)
        return undefined;
    }
    const end = Math.min(limit, begin + LONGEST_QUOTED);
    const isAll = isLast && end === limit;
    const isDone = this.#parse(bytes, begin, end, isAll, 2);
    if (!isDone && end === limit && !isLast) return "unfinished";
    if (isDone && !this.#isOpen && this.#fits(bytes, width)) {
      const isUsual = this.#quotedRows > 0 || this.#quotedFields > 1 || this.escaped.length > 0;
      return isFull && !isUsual ? undefined : "row";
    }
    this.#unclosedUntil = end;
    return undefined;
  }

  #counted(isLiteral: boolean): Outcome {
    this.isLiteral = isLiteral;
    if (isLiteral) this.#literalRows++;
    else if (this.#quotedFields > 0) this.#quotedRows++;
    return "row";
  }

  #judged(bytes: Uint8Array, isDone: boolean, width: Width | undefined): Outcome {
    if (!isDone) return "unfinished";
    return this.#fits(bytes, width) ? "row" : "bad width";
  }

  /** Fields beyond the last column are empty where lines end with delimiters. */
  #fits(bytes: Uint8Array, width: Width | undefined): boolean {
    if (!width) return true;
    if (this.fields < width.least) return false;
    for (let field = width.most; field < this.fields; ++field) {
      for (let i = this.begins[field]!; i < this.ends[field]!; ++i) {
        if (!isSpace(bytes[i])) return false;
      }
    }
    return true;
  }

  /**
   * @param quoting 0: quotes are characters, 1: a quoted field ends on its line, 2: or later
   * @returns false when the bytes end before the row does
   */
  #parse(
    bytes: Uint8Array,
    begin: number,
    limit: number,
    isLast: boolean,
    quoting: number,
  ): boolean {
    const { newline, delimiter } = this.#dialect;
    this.fields = 0;
    this.escaped.length = 0;
    this.#quotedFields = 0;
    this.#isOpen = false;
    this.#isStray = false;
    for (let place = begin; ; ) {
      let after = -1; // where the quoted field and white space behind it end
      if (quoting > 0) {
        const open = this.#skipped(bytes, place, limit);
        if (bytes[open] === QUOTE && open < limit)
          after = this.#quoted(bytes, open, limit, quoting);
        if ((after >= limit || (this.#isOpen && quoting > 1)) && !isLast) return false;
      }
      if (after < 0) {
        after = place;
        while (after < limit && bytes[after] !== newline && !this.#isDelimiter(bytes, after))
          after++;
        if (after >= limit && !isLast) return false;
        this.begins[this.fields] = place;
        this.ends[this.fields] = after;
      }
      this.fields++;
      if (after >= limit || bytes[after] === newline) {
        this.next = Math.min(after + 1, limit);
        return true;
      }
      place = after + delimiter.length;
    }
  }

  /** Reads a quoted field; −1 when it is none. */
  #quoted(bytes: Uint8Array, open: number, limit: number, quoting: number): number {
    const { newline } = this.#dialect;
    let isEscaped = false;
    for (let i = open + 1; i < limit; ++i) {
      if (bytes[i] === newline && quoting < 2) break;
      if (bytes[i] !== QUOTE) continue;
      if (bytes[i + 1] === QUOTE && i + 1 < limit) {
        isEscaped = true;
        i++;
        continue;
      }
      const after = this.#skipped(bytes, i + 1, limit);
      if (after < limit && bytes[after] !== newline && !this.#isDelimiter(bytes, after)) {
        this.#isStray = true;
        return -1;
      }
      this.begins[this.fields] = open + 1;
      this.ends[this.fields] = i;
      if (isEscaped) this.escaped.push(this.fields);
      this.#quotedFields++;
      return after;
    }
    this.#isOpen = true;
    return -1;
  }

  /** Behind white space that is no delimiter and no line end. */
  #skipped(bytes: Uint8Array, place: number, limit: number): number {
    const { newline } = this.#dialect;
    let i = place;
    while (i < limit && isSpace(bytes[i]) && bytes[i] !== newline && bytes[i] !== LINE_FEED) {
      if (this.#isDelimiter(bytes, i)) break;
      i++;
    }
    return i;
  }

  #isDelimiter(bytes: Uint8Array, place: number): boolean {
    const { delimiter } = this.#dialect;
    for (let i = 0; i < delimiter.length; ++i) if (bytes[place + i] !== delimiter[i]) return false;
    return true;
  }
}

/** Makes one quote of two, in place. Returns where the field ends now. */
export function unescaped(bytes: Uint8Array, begin: number, end: number): number {
  let out = begin;
  for (let i = begin; i < end; ++i) {
    bytes[out++] = bytes[i]!;
    if (bytes[i] === QUOTE && bytes[i + 1] === QUOTE && i + 1 < end) i++;
  }
  return out;
}
