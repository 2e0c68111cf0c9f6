/** Rows of CSV as bytes, for another program to read: what stands in them was read and checked before. */

const COMMA = 44;
const QUOTE = 34;
const LINE_FEED = 10;

export class CsvBytes {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Nothing, where it is undefined. The digits are the fewest that give the number back. */
  number(value: number | undefined): void {
    if (value === undefined) return;
    const text = String(value);
    this.#reserve(text.length);
    for (let i = 0; i < text.length; ++i) this.#bytes[this.#length++] = text.charCodeAt(i);
  }

  /** Bytes without quotes, commas and line ends. */
  plain(bytes: Uint8Array, begin: number, end: number): void {
    this.#reserve(end - begin);
    for (let i = begin; i < end; ++i) this.#bytes[this.#length++] = bytes[i]!;
  }

  /** Any bytes, between quotes. */
  quoted(bytes: Uint8Array, begin: number, end: number): void {
    this.#reserve(2 * (end - begin) + 2);
    this.#bytes[this.#length++] = QUOTE;
    for (let i = begin; i < end; ++i) {
      if (bytes[i] === QUOTE) this.#bytes[this.#length++] = QUOTE;
      this.#bytes[this.#length++] = bytes[i]!;
    }
    this.#bytes[this.#length++] = QUOTE;
  }

  /** Ends a field, or several: those after the first are empty. */
  skip(fields: number): void {
    this.#reserve(fields);
    for (let i = 0; i < fields; ++i) this.#bytes[this.#length++] = COMMA;
  }

  endRow(): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = LINE_FEED;
  }

  /** What was written; valid until the next write, which begins anew. */
  taken(): Uint8Array {
    const all = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return all;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#length + more));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
