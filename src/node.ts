/** `gru4rec/node`: click logs from paths, models and checkpoints to and from files. */

import { type FileHandle, open } from "node:fs/promises";
import { checkChoice } from "./checks.js";
import type { Source } from "./data/decoding.js";
import { type Ratings, readRatings as readRatingLines } from "./data/ratings.js";
import { type EventTable, type ReadOptions, readEvents as readTable } from "./data/readers.js";
import { Sessions } from "./data/sessions.js";
import { readTitles as readTitleLines, type Title } from "./data/titles.js";
import { ConfigError, FormatError, placed } from "./errors.js";
import { GRU4Rec, RetrievalIndex, TwoTowers } from "./index.js";
import { checkWritable, pathOf, readWhole, unreadable, writeWhole } from "./node/files.js";

export { checkWritable } from "./node/files.js";
export { type FileCheckpoint, fit, type NodeTrainOptions, train } from "./node/training.js";

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
  if (typeof model?.toBytes !== "function") {
    throw new ConfigError("model", "a model or an index, with toBytes", model);
  }
  const file = pathOf(path);
  await checkWritable(file);
  const bytes = model.toBytes();
  await writeWhole(file, bytes);
  return bytes.length;
}

/** What a file may hold, by the kind that it says it is. */
export interface Models {
  readonly gru4rec: GRU4Rec;
  readonly "two-towers": TwoTowers;
  readonly index: RetrievalIndex;
}

const READERS = { gru4rec: GRU4Rec, "two-towers": TwoTowers, index: RetrievalIndex } as const;

/**
 * Reads a model that `saveModel` wrote: a `GRU4Rec`; with `"two-towers"` or `"index"` one of those.
 *
 * @throws FormatError naming the path; where the file is of another kind, that and the call that reads it
 */
export async function loadModel<Kind extends keyof Models = "gru4rec">(
  path: string | URL,
  kind: Kind = "gru4rec" as Kind,
): Promise<Models[Kind]> {
  const file = pathOf(path);
  checkChoice("kind", kind, Object.keys(READERS));
  const bytes = await readWhole(file).catch((cause) => Promise.reject(unreadable(file, cause)));
  try {
    const model: Models[keyof Models] = await READERS[kind].fromBytes(bytes);
    return model as Models[Kind];
  } catch (error) {
    throw error instanceof FormatError ? placed(file, error) : error;
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
