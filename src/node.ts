/** `gru4rec/node`: click logs from paths, models to and from files. */

import { randomBytes } from "node:crypto";
import { type FileHandle, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Source } from "./data/decoding.js";
import { type Ratings, readRatings as readRatingLines } from "./data/ratings.js";
import { type EventTable, type ReadOptions, readEvents as readTable } from "./data/readers.js";
import { Sessions } from "./data/sessions.js";
import { readTitles as readTitleLines, type Title } from "./data/titles.js";
import { ConfigError, FormatError, words } from "./errors.js";
import { GRU4Rec, RetrievalIndex } from "./index.js";

/** A path or file URL, or any other source of bytes. Text that is no path goes in as a `Blob`. */
export type NodeSource = string | URL | Exclude<Source, string>;

/** `readEvents` of the root entry, where a string is the path of a file. */
export async function readEvents(
  source: NodeSource,
  options: ReadOptions = {},
): Promise<EventTable> {
  if (typeof source !== "string" && !(source instanceof URL)) return readTable(source, options);
  const path = pathOf(source);
  return readTable(streamOf(path), { name: path, ...options });
}

/** `readEvents`, grouped into sessions. */
export async function readSessions(
  source: NodeSource,
  options: ReadOptions = {},
): Promise<Sessions> {
  return Sessions.from(await readEvents(source, options));
}

/** `readRatings` of the root entry, where a string is the path of a file. */
export async function readRatings(source: NodeSource): Promise<Ratings> {
  if (typeof source !== "string" && !(source instanceof URL)) return readRatingLines(source);
  const path = pathOf(source);
  return readRatingLines(streamOf(path), { name: path });
}

/** `readTitles` of the root entry, where a string is the path of a file. */
export async function readTitles(source: NodeSource): Promise<readonly Title[]> {
  if (typeof source !== "string" && !(source instanceof URL)) return readTitleLines(source);
  const path = pathOf(source);
  return readTitleLines(streamOf(path), { name: path });
}

/**
 * Writes a model so that the file is whole at every moment: a temporary file beside it is written,
 * synced and renamed over it, and the folder is synced. After a failure the old file is untouched.
 *
 * @returns number of bytes written
 * @throws ConfigError when the path cannot be written to, Error when writing fails
 */
export async function saveModel(
  model: { toBytes(): Uint8Array },
  path: string | URL,
): Promise<number> {
  const file = pathOf(path);
  await checkWritable(file);
  const bytes = model.toBytes();
  try {
    await replaceFile(await realpath(file).catch(() => file), bytes);
  } catch (cause) {
    const message = `${file}: expected to write ${bytes.length} bytes, got ${reasonOf(cause)}`;
    throw new Error(message, { cause });
  }
  return bytes.length;
}

/** Reads a model that `saveModel` wrote. Throws FormatError naming the path. */
export function loadModel(path: string | URL): Promise<GRU4Rec> {
  return loadedFrom(path, (bytes) => GRU4Rec.fromBytes(bytes));
}

/** Reads a retrieval index that `saveModel` wrote. Throws FormatError naming the path. */
export function loadIndex(path: string | URL): Promise<RetrievalIndex> {
  return loadedFrom(path, (bytes) => RetrievalIndex.fromBytes(bytes));
}

async function loadedFrom<T>(
  path: string | URL,
  decode: (bytes: Uint8Array) => Promise<T>,
): Promise<T> {
  const file = pathOf(path);
  const bytes = await readFile(file).catch((cause) => Promise.reject(unreadable(file, cause)));
  try {
    return await decode(bytes);
  } catch (error) {
    if (error instanceof FormatError) error.message = `${file}: ${error.message}`;
    throw error;
  }
}

/**
 * Finds out before the work whether a file can be written: its folder must exist and take a new
 * file, and what stands at the path must be a regular file or nothing.
 *
 * @throws ConfigError
 */
export async function checkWritable(path: string | URL): Promise<void> {
  const file = pathOf(path);
  const found = await stat(file).catch(() => undefined);
  if (found && !found.isFile()) {
    const kind = found.isDirectory() ? "a folder" : "a device or pipe";
    throw new ConfigError(file, "the path of a file to write", words(kind));
  }
  const probe = besideOf(await realpath(file).catch(() => file));
  try {
    await (await open(probe, "wx")).close(); // access() does not know read-only mounts and quotas
    await rm(probe);
  } catch (cause) {
    throw new ConfigError(file, "a path in a writable folder", words(reasonOf(cause)));
  }
}

/** Opens the file when it is first read, so that a stream nobody reads holds nothing open. */
function streamOf(path: string): ReadableStream<Uint8Array> {
  let handle: FileHandle | undefined;
  const source: UnderlyingDefaultSource<Uint8Array> = {
    async pull(controller) {
      const buffer = new Uint8Array(1 << 16);
      try {
        handle ??= await open(path);
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
        if (bytesRead > 0) return controller.enqueue(buffer.subarray(0, bytesRead));
      } catch (cause) {
        await handle?.close();
        throw unreadable(path, cause);
      }
      await handle.close();
      controller.close();
    },
    cancel: () => handle?.close(),
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}

async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = besideOf(path);
  const old = await stat(path).catch(() => undefined);
  try {
    const handle = await open(temporary, "wx");
    try {
      if (old) await handle.chmod(old.mode & 0o777);
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes a rename last. Where folders cannot be opened or synced (Windows), there is no need to. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path).catch(() => undefined);
  try {
    await handle?.sync().catch(() => {});
  } finally {
    await handle?.close();
  }
}

function besideOf(path: string): string {
  return join(dirname(path), `.gru4rec-${randomBytes(6).toString("hex")}.tmp`);
}

function pathOf(path: string | URL): string {
  return typeof path === "string" ? path : fileURLToPath(path);
}

function unreadable(path: string, cause: unknown): FormatError {
  return new FormatError(path, "a file to read", words(reasonOf(cause)), undefined, { cause });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  ENOTDIR: "no such file or folder",
  EISDIR: "a folder",
  EACCES: "no permission",
  EPERM: "no permission",
  EROFS: "a read-only file system",
  ENOSPC: "a full disk",
  EDQUOT: "a used up disk quota",
};

/** What went wrong with a file, in words; the system's own when there are no better ones. */
function reasonOf(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code ?? "";
  return REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause));
}
