/** From wherever the bytes of a table come to pieces of text: gzip is found by its first bytes. */

import { ConfigError, FormatError, words } from "../errors.js";

/** Where a table can be read from. A string is the text itself. */
export type Source = ReadableStream<Uint8Array> | Blob | Response | Uint8Array | string;

/** Longest piece decoded at once, so that one big chunk does not become one big list of rows. */
const PIECE = 1 << 16;

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
 * @throws FormatError when the bytes are no gzip, end early, or are not UTF-8
 */
export async function* textOf(source: Source, name: string): AsyncGenerator<string> {
  if (typeof source === "string") {
    const begin = source.startsWith("\ufeff") ? 1 : 0;
    for (let i = begin; i < source.length; i += PIECE) yield source.slice(i, i + PIECE);
    return;
  }
  yield* decoded(bytesOf(source, name), name);
}

/** The bytes of a source, unpacked; what it throws and how it ends as `textOf`. */
export function bytesOf(source: Exclude<Source, string>, name: string): AsyncGenerator<Uint8Array> {
  const mustBeGzip = name.endsWith(".gz") && !(source instanceof Response);
  return unpacked(streamOf(source, name), name, mustBeGzip);
}

function streamOf(source: Exclude<Source, string>, name: string): ReadableStream<Uint8Array> {
  if (source instanceof Uint8Array) {
    return new ReadableStream({
      start(controller) {
        controller.enqueue(source);
        controller.close();
      },
    });
  }
  if (source instanceof Blob) return source.stream();
  if (source instanceof ReadableStream) return source;
  if (!(source instanceof Response)) {
    const expected = "a ReadableStream, Blob, Response, Uint8Array or text";
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
  const rest = chunksOf(reader);
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

  try {
    for (;;) {
      const reading = reader.read().catch((error) => Promise.reject(broken(error)));
      const { done, value } = await Promise.race([reading, failure]);
      if (done) break;
      yield value;
    }
    await feeding;
  } finally {
    reader.cancel().catch(() => {});
    writer.abort().catch(() => {});
  }
}

/** Engines up to Node 22 read several gzip files in one, others call the second one junk. */
function badGzip(name: string, cause: unknown): FormatError {
  const isJoined = cause instanceof Error && /junk/i.test(cause.message);
  const found = isJoined ? "more bytes after its end" : "damaged or cut off bytes";
  const remedy = isJoined ? "Pack files that were joined anew, as one." : undefined;
  return new FormatError(name, "whole gzip data", words(found), remedy, { cause });
}

async function* decoded(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let line = 1;
  for await (const chunk of chunks) {
    for (let i = 0; i < chunk.length; i += PIECE) {
      const piece = chunk.subarray(i, i + PIECE);
      let text: string;
      try {
        text = decoder.decode(piece, { stream: true });
      } catch (cause) {
        throw notUtf8(name, line + linesBeforeDamage(piece), cause);
      }
      line += count(text, "\n");
      if (text) yield text;
    }
  }
  try {
    decoder.decode();
  } catch (cause) {
    throw notUtf8(name, line, cause);
  }
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
): AsyncGenerator<Uint8Array, void> {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

function count(text: string, mark: string): number {
  let found = 0;
  for (let i = text.indexOf(mark); i >= 0; i = text.indexOf(mark, i + 1)) found++;
  return found;
}
