/** JSON objects, one a row: lines of them (NDJSON), or an array, in lines or not. */

import { FormatError, words } from "../../errors.js";
import { LONGEST_ROW } from "./byte-rows.js";
import type { Peeked } from "./peeked.js";
import type { Rows } from "./rows.js";
import type { RowsWanted } from "./rows-wanted.js";
import { ValueRows } from "./values.js";

const [QUOTE, BACKSLASH, OPEN, CLOSE] = [34, 92, 123, 125];
const [LIST_OPEN, LIST_CLOSE, COMMA, LINE_FEED] = [91, 93, 44, 10];
/** Objects whose names become the columns. */
const LOOKED_AT = 100;
const HEAD = 1 << 16;
/** Digits that a number of JavaScript may not keep. */
const LONG_NUMBER = /\d{16}/;

interface Found {
  readonly text: string;
  readonly line: number;
}

/** Names of the first objects, in order of appearance, and their values as text. */
export async function namesOf(
  text: Peeked,
  name: string,
): Promise<{ names: string[]; sample: string[][] }> {
  const finder = new ObjectFinder(name);
  const head = (await text.peek(HEAD)).subarray(0, HEAD);
  const objects: Record<string, unknown>[] = [];
  for (const found of finder.add(head)) {
    objects.push(parsed(found, name));
    if (objects.length === LOOKED_AT) break;
  }
  const names = [...new Set(objects.flatMap((object) => Object.keys(object)))];
  const sample = objects.map((object) => names.map((key) => String(object[key] ?? "")));
  return { names, sample };
}

/** @throws FormatError with the line of what is no JSON object */
export async function* objectRows(
  chunks: AsyncGenerator<Uint8Array, void>,
  names: readonly string[],
  wanted: RowsWanted,
  name: string,
): AsyncGenerator<Rows, void> {
  const finder = new ObjectFinder(name);
  const rows = new ValueRows(name, wanted.missing);
  const keys = wanted.columns.map((place) => names[place]!);
  try {
    for await (const chunk of chunks) {
      const columns: unknown[][] = keys.map(() => []);
      const lines: number[] = [];
      for (const found of finder.add(chunk)) {
        const object = parsed(found, name);
        lines.push(found.line);
        keys.forEach((key, i) => {
          columns[i]!.push(exact(Object.hasOwn(object, key) ? object[key] : undefined, key, found));
        });
      }
      const parts = columns.map((values) => ({ values, at: 0 }));
      if (lines.length > 0) yield rows.fill(parts, lines.length, (row) => lines[row]!);
    }
    finder.end();
  } finally {
    await chunks.return();
  }
}

/** A whole number that is too large for a number, as it is written. */
function exact(value: unknown, key: string, { text }: Found): unknown {
  if (typeof value !== "number" || !LONG_NUMBER.test(text)) return value;
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  const escaped = JSON.stringify(key).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const found = [...text.matchAll(new RegExp(`${escaped}\\s*:\\s*(-?\\d+)\\s*[,}]`, "g"))];
  return found.length === 1 ? found[0]![1] : value;
}

function parsed({ text, line }: Found, name: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const where = `${name}, line ${line}`;
    throw new FormatError(
      where,
      "a JSON object",
      words(JSON.stringify(text.slice(0, 80))),
      undefined,
      {
        cause,
      },
    );
  }
}

/** Finds where objects begin and end: braces within strings do not count. */
class ObjectFinder {
  readonly #name: string;
  readonly #decoder = new TextDecoder();
  #rest: Uint8Array = new Uint8Array(0);
  /** Where in `#rest` the scan goes on, and what it is in. */
  #at = 0;
  #depth = 0;
  #begin = 0;
  #beginLine = 1;
  #line = 1;
  #isText = false;
  #isInArray = false;
  #isOver = false;
  #isFirst = true;

  constructor(name: string) {
    this.#name = name;
  }

  *add(chunk: Uint8Array): Generator<Found> {
    const kept = this.#depth > 0 ? this.#rest.subarray(this.#begin) : this.#rest.subarray(this.#at);
    this.#at -= this.#rest.length - kept.length;
    this.#begin = 0;
    const bytes = new Uint8Array(kept.length + chunk.length);
    bytes.set(kept);
    bytes.set(chunk, kept.length);
    this.#rest = bytes;
    while (this.#at < bytes.length) {
      const byte = bytes[this.#at++]!;
      if (byte === LINE_FEED) this.#line++;
      if (this.#isText) {
        if (byte === BACKSLASH) this.#at++;
        else if (byte === QUOTE) this.#isText = false;
      } else if (this.#depth === 0) this.#between(byte);
      else if (byte === QUOTE) this.#isText = true;
      else if (byte === OPEN) this.#depth++;
      else if (byte === CLOSE && --this.#depth === 0) {
        const text = this.#decoder.decode(bytes.subarray(this.#begin, this.#at));
        yield { text, line: this.#beginLine };
      }
    }
    if (this.#depth > 0 && bytes.length - this.#begin > LONGEST_ROW) {
      this.#refuse(`objects of at most ${LONGEST_ROW} bytes`, "a longer one", this.#beginLine);
    }
  }

  /** @throws FormatError when the text ends within an object or an array */
  end(): void {
    if (this.#depth > 0) this.#refuse("a whole JSON object", "an end within it", this.#beginLine);
    if (this.#isInArray) this.#refuse("a ] at the end of the array", "none", this.#line);
  }

  #between(byte: number): void {
    if (byte === OPEN && !this.#isOver) {
      this.#depth = 1;
      this.#begin = this.#at - 1;
      this.#beginLine = this.#line;
      this.#isFirst = false;
    } else if (byte === LIST_OPEN && this.#isFirst) {
      this.#isInArray = true;
      this.#isFirst = false;
    } else if (byte === LIST_CLOSE && this.#isInArray) {
      this.#isInArray = false;
      this.#isOver = true;
    } else if (byte > 32 && !(byte === COMMA && this.#isInArray)) {
      const found = byte === LIST_OPEN ? "a list" : JSON.stringify(String.fromCharCode(byte));
      this.#refuse("JSON objects, one a row", found, this.#line);
    }
  }

  #refuse(expected: string, found: string, line: number): never {
    throw new FormatError(`${this.#name}, line ${line}`, expected, words(found));
  }
}
