/** gzip, unpacked by the engine's own `DecompressionStream`. */

import { FormatError, words } from "../../errors.js";

/**
 * Feeds a DecompressionStream and reads it at once. Whichever side fails first ends the reading, so
 * that it does not hang where an engine passes an error on late or not at all.
 *
 * A stream that is left early is left to the collector. Node throws where nobody can catch it when
 * a stream that still has output is cancelled ("Controller is already closed").
 *
 * @throws FormatError when the bytes are no gzip or end early
 */
export async function* gunzipped(
  chunks: AsyncGenerator<Uint8Array, void>,
  name: string,
): AsyncGenerator<Uint8Array, void> {
  const { readable, writable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  const reader = readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const broken = (cause: unknown): FormatError => badGzip(name, cause);
  const write = (chunk: Uint8Array): Promise<void> =>
    writer.write(chunk as Uint8Array<ArrayBuffer>).catch((error) => Promise.reject(broken(error)));

  const feeding = (async () => {
    for await (const chunk of chunks) await write(chunk); // an error of the source passes as it is
    await writer.close().catch((error) => Promise.reject(broken(error)));
  })();
  // A promise that every read is raced with would hold what each of them gave, to the end.
  let failure: { readonly error: unknown } | undefined;
  let end: (error: unknown) => void = () => {};
  feeding.catch((error) => {
    failure = { error };
    end(error); // ends the read that waits, if one does
  });
  const read = (): Promise<ReadableStreamReadResult<Uint8Array>> =>
    new Promise((resolve, reject) => {
      end = reject;
      if (failure) reject(failure.error);
      reader.read().then(resolve, (error) => reject(broken(error)));
    });

  try {
    for (;;) {
      const { done, value } = await read();
      if (done) break;
      yield value;
    }
    await feeding;
  } finally {
    chunks.return().catch(() => {}); // not awaited: it answers only once the stream takes more
  }
}

/** Engines up to Node 22 read several gzip files in one, others call the second one junk. */
function badGzip(name: string, cause: unknown): FormatError {
  const isJoined = cause instanceof Error && /junk/i.test(cause.message);
  const found = isJoined ? "more bytes after its end" : "damaged or cut off bytes";
  const remedy = isJoined ? "Pack files that were joined anew, as one." : undefined;
  return new FormatError(name, "whole gzip data", words(found), remedy, { cause });
}
