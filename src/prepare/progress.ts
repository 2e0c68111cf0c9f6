/** How far the reading of files is, from the bytes that were read of them. */

import type { Sources } from "./raw-sources.js";

/** Hears what is done now, and how many events of how many are through. */
export type Watch = (what: string, done: number, total: number) => void;

/** Sources that count what is read of them, and end when a signal says so. */
export class CountedBytes {
  readonly sources: Sources;
  #read = 0;
  /** NaN where it is not known. */
  readonly #total: number;

  /** @param onRead called after each piece */
  constructor(sources: Sources, onRead: () => void, signal: AbortSignal | undefined) {
    this.#total = sources.reduce((sum, one) => sum + sizeOf(one), 0);
    const count = (bytes: number): void => {
      this.#read += bytes;
      onRead();
    };
    this.sources = sources.map((one) => counted(one, count, signal));
  }

  /** Events that were read, and how many there will be if the rest of the files is like that. */
  share(events: number): [done: number, total: number] {
    const all = (events * this.#total) / Math.max(1, this.#read);
    return [events, Math.max(events, all) || events];
  }
}

function sizeOf(source: Sources[number]): number {
  return "size" in source && typeof source.size === "number" ? source.size : Number.NaN;
}

function counted(
  source: Sources[number],
  count: (bytes: number) => void,
  signal: AbortSignal | undefined,
): Sources[number] {
  if (!("stream" in source)) return source;
  const counter = (): TransformStream<Uint8Array, Uint8Array> =>
    new TransformStream({
      transform(chunk, controller) {
        count(chunk.length);
        controller.enqueue(chunk);
      },
    });
  const { name = "" } = source as { readonly name?: string };
  const stream = (): ReadableStream<Uint8Array> => {
    const bytes = source.stream() as ReadableStream<Uint8Array>;
    return bytes.pipeThrough(counter(), signal && { signal });
  };
  if (!("slice" in source)) return { name, stream };
  const slice = (begin: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> } => ({
    arrayBuffer: () => {
      signal?.throwIfAborted();
      count(end - begin);
      return source.slice(begin, end).arrayBuffer();
    },
  });
  return { name, size: source.size, stream, slice };
}
