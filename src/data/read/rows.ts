/** Rows of a table, whatever its format: what reads a column goes from cell to cell. */

/**
 * Some rows that follow each other, and the cell that was gone to last: `bytes[begin … end)`, UTF-8
 * without white space around. Valid until the next rows are asked for.
 */
export interface Rows {
  readonly count: number;
  /** The number in the cell, where the table holds it as one; NaN for text. Its digits are the bytes. */
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly begin: number;
  readonly end: number;
  /**
   * Goes to a cell. False when there is nothing in it, or what stands for nothing.
   *
   * @param column of those that were asked for, in their order
   */
  at(row: number, column: number): boolean;
  /** The values of a cell of which the table has several (JSON); undefined for any other cell. */
  list?(row: number, column: number): readonly (string | number)[] | undefined;
  /** Adds all rows to columns, if they are numbers. Returns whether they are. */
  addTo?(columns: NumberedColumns, times: TimesOfRows): boolean;
  /** Line of text, counted from 1, or row of a file without lines. */
  lineOf(row: number): number;
}

/** Values of a column, and the place of the first that is wanted. */
export interface Part {
  readonly values: ArrayLike<unknown>;
  readonly at: number;
}

/** Ids that are numbered as they come; `near` are those that lie close together. */
interface NumberedIds {
  readonly near: { readonly begin: number; readonly ids: Int32Array };
  /** The number of one that `near` does not hold. */
  numberOfFar(value: number): number;
}

/** Events as they are kept in memory: the numbers of their groups and items, and their times. */
export interface NumberedColumns {
  readonly groups: NumberedIds;
  readonly items: NumberedIds;
  readonly group: { append(values: Int32Array): void };
  readonly item: { append(values: Int32Array): void };
  readonly time: { append(values: Float64Array): void };
}

/** A column of times, of one kind; it learns the unit of numbers. */
export interface TimesOfRows {
  kind: "number" | "ISO 8601" | undefined;
  note(value: number, rows: Rows, row: number): void;
}

/** A byte order mark within a text is its own. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The text of the cell that `rows` is at. */
export function textAt(rows: Rows): string {
  return decoder.decode(rows.bytes.subarray(rows.begin, rows.end));
}

/** White space that exports pad ids with: tab, line ends, space. */
export function isSpace(byte: number | undefined): boolean {
  return byte === 32 || (byte! >= 9 && byte! <= 13);
}

/** Whether these bytes stand at a place. */
export function startsWith(bytes: Uint8Array, at: number, begin: Uint8Array): boolean {
  for (let i = 0; i < begin.length; ++i) if (bytes[at + i] !== begin[i]) return false;
  return true;
}

/** Words that stand for nothing (`NULL`, `\N`), as bytes. */
export class MissingWords {
  readonly #words: readonly Uint8Array[];

  constructor(words: readonly string[]) {
    const encoder = new TextEncoder();
    this.#words = words.map((word) => encoder.encode(word));
  }

  get isEmpty(): boolean {
    return this.#words.length === 0;
  }

  has(bytes: Uint8Array, begin: number, end: number): boolean {
    for (const word of this.#words) {
      if (word.length === end - begin && word.every((byte, i) => byte === bytes[begin + i])) {
        return true;
      }
    }
    return false;
  }
}
