/** From wherever the bytes of a table come to pieces of text: gzip is found by its first bytes. */

import { asBytes } from "../checks.js";
import { ConfigError, FormatError, words } from "../errors.js";

/** Where a table can be read from. A string is the text itself. */
export type Source =
  | ReadableStream<Uint8Array>
  | Blob
  | Response
  | Uint8Array
  | ArrayBuffer
  | string;

/** Longest piece decoded at once, so that one big chunk does not become one big list of rows. */
const PIECE = 1 << 16;

/** What bytes are taken as that are no UTF-8, from the first of them on; refused when not given. */
export type Fallback = "windows-1252";

/** The name to use in errors: the file's, the address, or "events". */
export function nameOf(source: Source): string {
  if (typeof File !== "undefined" && source instanceof File) return source.name;
  if (typeof Response !== "undefined" && source instanceof Response && source.url) {
    return source.url;
  }
  return "events";
}

/** What errors call a source must be text. */
export function checkName(name: unknown): void {
  if (typeof name !== "string") throw new ConfigError("name", "text", name);
}

/**
 * The text of a source, without a byte order mark, in pieces of at most 64 Ki.
 *
 * Leaving the loop early cancels the source. An error of the source itself is passed on as it is.
 *
 * @param name what errors call it; a source whose name ends with .gz must be gzip, except a
 *   response, which the browser may have unpacked already
 * @param fallback what text that is not UTF-8 is taken as
 * @throws FormatError when the bytes are no gzip, end early, or are not UTF-8 without a fallback
 */
export async function* textOf(
  source: Source,
  name: string,
  fallback?: Fallback,
): AsyncGenerator<string> {
  if (typeof source === "string") {
    const begin = source.startsWith("\ufeff") ? 1 : 0;
    for (let i = begin; i < source.length; i += PIECE) yield source.slice(i, i + PIECE);
    return;
  }
  const mustBeGzip = name.endsWith(".gz") && !(source instanceof Response);
  yield* decoded(unpacked(streamOf(source, name), name, mustBeGzip), name, fallback);
}

function streamOf(source: Exclude<Source, string>, name: string): ReadableStream<Uint8Array> {
  const bytes = asBytes(source);
  if (bytes) {
    return new ReadableStream({
      start(controller) {
        controller.enqueue(bytes);
        controller.close();
      },
    });
  }
  if (source instanceof Blob) return source.stream();
  if (source instanceof ReadableStream) return source;
  if (!(source instanceof Response)) {
    const expected = "a ReadableStream, Blob, Response, Uint8Array, ArrayBuffer or text";
    throw new ConfigError(name, expected, source);
  }
  if (!source.ok) throw new FormatError(name, "status 200", source.status);
  return source.body ?? new Blob([]).stream();
}

async function* unpacked(
  stream: ReadableStream<Uint8Array>,
  name: string,
  mustBeGzip: boolean,
): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  const rest = chunksOf(reader, name);
  try {
    const head: Uint8Array[] = [];
    let length = 0;
    while (length < 2) {
      const { done, value } = await rest.next();
      if (done) break;
      head.push(value);
      length += value.length;
    }
    const [first, second] = head.flatMap((chunk) => [...chunk.subarray(0, 2)]);
    const isGzip = first === 0x1f && second === 0x8b;
    if (!isGzip && mustBeGzip && length > 0) {
      throw new FormatError(name, "gzip data, as the name says", words("other bytes"));
    }
    if (isGzip) yield* gunzipped(head, rest, name);
    else {
      yield* head;
      yield* rest;
    }
  } finally {
    // Not awaited: a source that never answers must not hold the caller. After an error it rejects.
    reader.cancel().catch(() => {});
  }
}

/**
 * Feeds a DecompressionStream and reads it at once. Whichever side fails first ends the reading, so
 * that it does not hang where an engine passes an error on late or not at all.
 *
 * A stream that is left early is left to the collector. Node throws where nobody can catch it when
 * a stream that still has output is cancelled ("Controller is already closed").
 */
async function* gunzipped(
  head: readonly Uint8Array[],
  rest: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array> {
  const { readable, writable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  const reader = readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const broken = (cause: unknown): FormatError => badGzip(name, cause);
  const write = (chunk: Uint8Array): Promise<void> =>
    writer.write(chunk as Uint8Array<ArrayBuffer>).catch((error) => Promise.reject(broken(error)));

  const feeding = (async () => {
    for (const chunk of head) await write(chunk);
    for await (const chunk of rest) await write(chunk); // an error of the source passes as it is
    await writer.close().catch((error) => Promise.reject(broken(error)));
  })();
  const failure = new Promise<never>((_, reject) => feeding.catch(reject));
  failure.catch(() => {}); // raced below, or too late to matter

  for (;;) {
    const reading = reader.read().catch((error) => Promise.reject(broken(error)));
    const { done, value } = await Promise.race([reading, failure]);
    if (done) break;
    yield value;
  }
  await feeding;
}

/** Engines up to Node 22 read several gzip files in one, others call the second one junk. */
function badGzip(name: string, cause: unknown): FormatError {
  const isJoined = cause instanceof Error && /junk/i.test(cause.message);
  const found = isJoined ? "more bytes after its end" : "damaged or cut off bytes";
  const remedy = isJoined ? "Pack files that were joined anew, as one." : undefined;
  return new FormatError(name, "whole gzip data", words(found), remedy, { cause });
}

async function* decoded(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  fallback: Fallback | undefined,
): AsyncGenerator<string> {
  let decoder = new TextDecoder("utf-8", { fatal: true });
  let line = 1;
  let cut: Uint8Array = new Uint8Array(0); // the end of the piece before, if that is half a character
  for await (const chunk of chunks) {
    for (let i = 0; i < chunk.length; i += PIECE) {
      const piece = chunk.subarray(i, i + PIECE);
      let text: string;
      try {
        text = decoder.decode(piece, { stream: true });
      } catch (cause) {
        if (!fallback) throw notUtf8(name, line + linesBeforeDamage(piece), cause);
        decoder = new TextDecoder(fallback);
        text = decoder.decode(cut, { stream: true }) + decoder.decode(piece, { stream: true });
      }
      if (fallback) cut = halfCharacter(piece, cut);
      line += count(text, "\n");
      if (text) yield text;
    }
  }
  try {
    decoder.decode();
  } catch (cause) {
    if (!fallback) throw notUtf8(name, line, cause);
    yield new TextDecoder(fallback).decode(cut);
  }
}

/** The bytes at the end of UTF-8 text that begin a character and do not end it. */
function halfCharacter(piece: Uint8Array, cut: Uint8Array): Uint8Array {
  const bytes = piece.length < 4 ? Uint8Array.of(...cut, ...piece) : piece;
  for (let back = 1; back <= 3 && back <= bytes.length; ++back) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.slice(-back) : new Uint8Array(0);
  }
  return new Uint8Array(0);
}

/** Line breaks in `piece` before the first line that is not UTF-8. */
function linesBeforeDamage(piece: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let begin = 0;
  while (begin < 3 && (piece[begin]! & 0xc0) === 0x80) begin++; // the end of a character cut in two
  for (let lines = 0; ; ++lines) {
    const end = piece.indexOf(0x0a, begin);
    if (end < 0) return lines;
    try {
      decoder.decode(piece.subarray(begin, end));
    } catch {
      return lines;
    }
    begin = end + 1;
  }
}

function notUtf8(name: string, line: number, cause: unknown): FormatError {
  const where = `${name}, line ${line}`;
  const remedy = "Save the file as UTF-8 text.";
  return new FormatError(where, "UTF-8 text", words("bytes that are not UTF-8"), remedy, { cause });
}

async function* chunksOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array, void> {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const chunk = asBytes(value);
    if (!chunk) throw new ConfigError(name, "a stream of Uint8Arrays", value);
    yield chunk;
  }
}

function count(text: string, mark: string): number {
  let found = 0;
  for (let i = text.indexOf(mark); i >= 0; i = text.indexOf(mark, i + 1)) found++;
  return found;
}
