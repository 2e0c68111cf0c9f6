/** Bytes of text in UTF-8 or UTF-16 to UTF-8 without a byte order mark, checked. */

import { FormatError, words } from "../../errors.js";
import { joined, type Peeked } from "./peeked.js";

/** How the characters of a text are written. */
export type Encoding = "UTF-8" | "UTF-16LE" | "UTF-16BE" | "windows-1252";

/** What text is taken as that is not UTF-8, from the first such piece on; refused when not given. */
export type Fallback = "windows-1252";

/** Bytes that tell UTF-16 without a mark. */
const LOOKED_AT = 1024;
const NON_ASCII = 0x80808080 | 0;

/** Which encoding the first bytes tell. */
export async function encodingOf(bytes: Peeked): Promise<Encoding> {
  const head = (await bytes.peek(LOOKED_AT)).subarray(0, LOOKED_AT);
  if (head[0] === 0xff && head[1] === 0xfe) return "UTF-16LE";
  if (head[0] === 0xfe && head[1] === 0xff) return "UTF-16BE";
  const zeros = [0, 0];
  for (let i = 0; i < head.length; ++i) if (head[i] === 0) zeros[i & 1]!++;
  const half = head.length / 2;
  // Tables are mostly digits, delimiters and line ends: every other byte of them is 0 in UTF-16.
  if (zeros[1]! > half * 0.7 && zeros[0]! < half * 0.1) return "UTF-16LE";
  return zeros[0]! > half * 0.7 && zeros[1]! < half * 0.1 ? "UTF-16BE" : "UTF-8";
}

/**
 * The text as UTF-8.
 *
 * @param told is called when the text turns out to be in the fallback
 * @throws FormatError with the line and byte of what is no UTF-8, unless there is a fallback
 */
export async function* utf8Of(
  chunks: AsyncGenerator<Uint8Array, void>,
  encoding: Encoding,
  name: string,
  fallback?: Fallback,
  told: (encoding: Encoding) => void = () => {},
): AsyncGenerator<Uint8Array, void> {
  const check: Utf8Check = new Utf8Check(name);
  const encoder = new TextEncoder();
  let decoder = encoding === "UTF-8" ? undefined : new TextDecoder(encoding, { fatal: true });
  let isFirst = true;
  try {
    for await (const chunk of chunks) {
      let text = decoder ? undefined : check.taken(chunk);
      if (!text && !decoder) {
        if (!fallback) check.refuse(chunk);
        decoder = new TextDecoder(fallback);
        told(fallback);
        yield encoder.encode(decoder.decode(check.cut, { stream: true }));
      }
      text ??= encoder.encode(decodedBy(decoder!, chunk, encoding, name));
      yield isFirst ? withoutMark(text) : text;
      isFirst = false;
    }
    if (decoder) yield encoder.encode(decodedBy(decoder, undefined, encoding, name));
    else if (check.cut.length > 0) {
      if (!fallback) check.refuse(new Uint8Array(0));
      told(fallback);
      yield encoder.encode(new TextDecoder(fallback).decode(check.cut));
    }
  } finally {
    await chunks.return();
  }
}

function decodedBy(
  decoder: TextDecoder,
  chunk: Uint8Array | undefined,
  encoding: Encoding,
  name: string,
): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
  } catch (cause) {
    const found = words(`bytes that are not ${encoding}`);
    throw new FormatError(name, `${encoding} text`, found, "Save the file as UTF-8 text.", {
      cause,
    });
  }
}

function withoutMark(chunk: Uint8Array): Uint8Array {
  const hasMark = chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf;
  return hasMark ? chunk.subarray(3) : chunk;
}

/** Looks for bytes that are not UTF-8. Pieces of ASCII, which most are, cost next to nothing. */
class Utf8Check {
  readonly #name: string;
  /** The end of the piece before, if that is half a character. */
  cut: Uint8Array = new Uint8Array(0);
  #bytes = 0;
  #lines = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** What this piece and half a character before it go on with; undefined when that is no UTF-8. */
  taken(chunk: Uint8Array): Uint8Array | undefined {
    let text = chunk;
    if (this.cut.length > 0 || !isAscii(chunk)) {
      const all = joined([this.cut, chunk]);
      const half = halfCharacter(all);
      text = all.subarray(0, all.length - half);
      try {
        new TextDecoder("utf-8", { fatal: true }).decode(text);
      } catch {
        return undefined;
      }
      this.cut = all.slice(all.length - half);
    }
    this.#bytes += text.length;
    for (let i = text.indexOf(10); i >= 0; i = text.indexOf(10, i + 1)) this.#lines++;
    return text;
  }

  /** @throws FormatError with the place in the piece that was not taken */
  refuse(chunk: Uint8Array): never {
    throw this.#errorAt(chunk);
  }

  #errorAt(chunk: Uint8Array): FormatError {
    const all = joined([this.cut, chunk]);
    const bad = firstBad(all);
    let line = this.#lines + 1;
    for (const byte of all.subarray(0, bad)) if (byte === 10) line++;
    const at = this.#bytes + bad + 1;
    const found = `byte ${at} of the text, 0x${(all[bad] ?? all.at(-1) ?? 0).toString(16)}`;
    const where = `${this.#name}, line ${line}`;
    return new FormatError(where, "UTF-8 text", words(found), "Save the file as UTF-8 text.");
  }
}

function isAscii(chunk: Uint8Array): boolean {
  let i = 0;
  const { buffer, byteOffset, length } = chunk;
  for (; i < length && (byteOffset + i) & 3; ++i) if (chunk[i]! & 0x80) return false;
  const quads = new Int32Array(buffer, byteOffset + i, (length - i) >> 2);
  for (let q = 0; q < quads.length; ++q) if (quads[q]! & NON_ASCII) return false;
  for (i += quads.length * 4; i < length; ++i) if (chunk[i]! & 0x80) return false;
  return true;
}

/** How many bytes at the end begin a character and do not end it: 0 to 3. */
function halfCharacter(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; ++back) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

/** The first byte that is not UTF-8, by halving. */
function firstBad(bytes: Uint8Array): number {
  let good = 0;
  let end = bytes.length;
  while (good < end) {
    const middle = (good + end + 1) >> 1;
    const part = bytes.subarray(0, middle);
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(part, { stream: true });
      good = middle;
    } catch {
      end = middle - 1;
    }
  }
  return good - halfCharacter(bytes.subarray(0, good));
}
