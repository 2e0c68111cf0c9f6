/** A zip with one table in it, unpacked by fflate as it comes. */

import { FormatError, words } from "../../errors.js";

/** Few packed bytes at once: each may become a thousand. */
const SLICE = 1 << 13;

/** @throws FormatError when the bytes are no zip or damaged, or when it holds no file, or several */
export async function* unzipped(
  chunks: AsyncGenerator<Uint8Array, void>,
  name: string,
): AsyncGenerator<Uint8Array, void> {
  const { Unzip, UnzipInflate } = await import("fflate");
  const files: string[] = [];
  let out: Uint8Array[] = [];
  let failure: Error | undefined;
  const isOver = { first: false };
  const zip = new Unzip((file) => {
    if (!isTable(file.name)) return;
    files.push(file.name);
    if (files.length > 1) return;
    file.ondata = (error, chunk, isLast) => {
      failure ??= error ?? undefined;
      if (chunk) out.push(chunk);
      isOver.first ||= isLast;
    };
    file.start();
  });
  zip.register(UnzipInflate);
  const push = (piece: Uint8Array, isLast: boolean): void => {
    try {
      zip.push(piece, isLast);
    } catch (cause) {
      failure ??= cause as Error;
    }
    if (failure) throw badZip(name, failure);
    if (files.length > 1) throw several(name, files);
  };
  try {
    for await (const chunk of chunks) {
      for (let i = 0; i < chunk.length; i += SLICE) {
        push(chunk.slice(i, i + SLICE), false);
        yield* out;
        out = [];
      }
    }
    push(new Uint8Array(0), true);
    yield* out;
    if (files.length === 0) throw new FormatError(name, "a zip with a table in it", words("none"));
    if (!isOver.first) throw badZip(name);
  } finally {
    await chunks.return();
  }
}

/** Folders, hidden files and what macOS puts beside every file are none. */
function isTable(path: string): boolean {
  return !path.endsWith("/") && !/(^|\/)(__MACOSX\/|\.)/.test(path);
}

function several(name: string, files: readonly string[]): FormatError {
  const found = words(
    `several: ${files.map((file) => JSON.stringify(file.slice(0, 80))).join(", ")}`,
  );
  return new FormatError(name, "a zip with one table in it", found, "Unpack the one to be read.");
}

function badZip(name: string, cause?: unknown): FormatError {
  const found = words("damaged, cut off or encrypted bytes");
  const remedy = "Unpack it, or pack the file with gzip.";
  return new FormatError(name, "a whole zip", found, remedy, { cause });
}
