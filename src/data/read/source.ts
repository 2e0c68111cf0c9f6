/** Where the bytes of a table come from: chunks from begin to end, whatever the source is. */

import { asBytes } from "../../checks.js";
import { ConfigError, FormatError, words } from "../../errors.js";
import type { Address, ByteStream, Fetched } from "../../platform.js";
import type { Watch } from "./watch.js";

/** Where a table can be read from. A string is the text itself; a URL is fetched. */
export type Source =
  | ByteStream
  | Sliceable
  | Streamable
  | Fetched
  | Uint8Array
  | ArrayBuffer
  | Address
  | string;

/** What makes a stream when it is read. */
export interface Streamable {
  /** What errors call it. */
  readonly name?: string;
  /** All bytes, from the beginning. */
  stream(): ByteStream;
}

/** A file of which any part can be read: a `Blob` is one, and so is a file of Node. */
export interface Sliceable extends Streamable {
  /** Bytes of the file. */
  readonly size: number;
  /** Bytes from `begin` to before `end`. */
  slice(begin: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** A source of ours whose chunks are made of those of another. */
export interface Chunked {
  readonly name: string;
  chunks(watch: Watch | undefined): AsyncGenerator<Uint8Array, void>;
}

/** Longest piece handed on at once, so that one big chunk does not hold the event loop. */
export const PIECE: number = 1 << 16;

const LONGEST_PATH = 4096;
const KINDS = "a ReadableStream, Blob, Response, URL, Uint8Array, ArrayBuffer or text";

/** The name to use in errors: the file's, the address, or "events". */
export function nameOf(source: Source | Chunked): string {
  if (source instanceof URL) return source.href;
  const isOwn = typeof source === "object" && source !== null;
  const isNamed = isOwn && ("stream" in source || "chunks" in source);
  if (isNamed && "name" in source && typeof source.name === "string") return source.name;
  if (typeof Response !== "undefined" && source instanceof Response && source.url) {
    return source.url;
  }
  return "events";
}

/** What errors call a source must be text. */
export function checkName(name: unknown): void {
  if (typeof name !== "string") throw new ConfigError("name", "text", name);
}

/** A source that can be read from any place without reading what stands before. */
export function sliceableOf(source: Source | Chunked): Sliceable | undefined {
  if (typeof source !== "object" || source instanceof URL) return undefined;
  const bytes = asBytes(source);
  if (bytes) return new Blob([bytes]);
  return "slice" in source && "size" in source ? source : undefined;
}

/**
 * The chunks of a source, of at most 64 Ki bytes each.
 *
 * Leaving the loop early cancels the source. An error of the source itself is passed on as it is.
 *
 * @throws ConfigError when it is of a wrong kind; FormatError when a response is not OK
 */
export async function* chunksOf(
  source: Source | Chunked,
  name: string,
  watch?: Watch,
): AsyncGenerator<Uint8Array, void> {
  if (typeof source === "object" && source !== null && "chunks" in source) {
    return yield* source.chunks(watch);
  }
  for await (const chunk of whole(source, name, watch?.signal)) {
    watch?.took(chunk.length);
    yield chunk;
  }
}

async function* whole(
  source: Source,
  name: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void> {
  if (typeof source === "string") {
    refusePath(source, name);
    return yield* encoded(source, name);
  }
  const bytes = asBytes(source);
  if (bytes) return yield* pieces(bytes);
  const stream = await streamOf(source as Exclude<Source, string>, name, signal);
  const reader = stream.getReader();
  // Not awaited: a source that never answers must not hold the caller. After an error it rejects.
  const stop = (): void => void reader.cancel(signal?.reason).catch(() => {});
  signal?.addEventListener("abort", stop);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) return;
      const chunk = asBytes(value);
      if (!chunk) throw new ConfigError(name, "a stream of Uint8Arrays", value);
      yield* pieces(chunk);
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    stop();
  }
}

/** One line that ends like the name of a table, or begins like an address, is no table itself. */
const PATH = /^[^\r\n\t;|]+\.(csv|tsv|tab|txt|dat|log|json|jsonl|ndjson|parquet|gz|zst|zip)$/i;
const ADDRESS = /^(https?|file|s3|gs):[^\s]+$/i;

/** @throws FormatError when a text is a path or an address */
function refusePath(text: string, name: string): void {
  if (text.length > LONGEST_PATH || !(PATH.test(text) || ADDRESS.test(text))) return;
  const remedy = ADDRESS.test(text)
    ? "To read what an address holds, pass a URL: `new URL(address)`."
    : 'To read a file by its path, import the function from "gru4rec/node"; in a page pass the File.';
  throw new FormatError(name, "the text of a table", text, remedy);
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += PIECE) yield bytes.subarray(i, i + PIECE);
}

/** Text as UTF-8. Half of a surrogate pair has none: two ids could become one. */
function* encoded(text: string, name: string): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  for (let begin = 0; begin < text.length; ) {
    let end = Math.min(begin + PIECE / 2, text.length);
    const last = text.charCodeAt(end - 1);
    if (last >= 0xd800 && last < 0xdc00 && end < text.length) end++;
    const piece = text.slice(begin, end);
    if (/\p{Surrogate}/u.test(piece)) {
      throw new FormatError(name, "whole characters", words("half of a surrogate pair"));
    }
    yield encoder.encode(piece);
    begin = end;
  }
}

async function streamOf(
  source: Exclude<Source, string>,
  name: string,
  signal?: AbortSignal,
): Promise<ByteStream> {
  if (source instanceof URL) return streamOf(await fetch(source, { signal: signal ?? null }), name);
  if (source instanceof ReadableStream) return source;
  if (source instanceof Response) {
    if (!source.ok) throw new FormatError(name, "status 200", source.status);
    return source.body ?? new Blob([]).stream();
  }
  if (typeof source === "object" && source !== null && "stream" in source) return source.stream();
  throw new ConfigError(name, KINDS, source);
}
