/** `gru4rec/node`: click logs from paths, models and checkpoints to and from files. */

import { checkChoice } from "./checks.js";
import {
  type RatingOptions,
  type Ratings,
  readRatings as readRatingTable,
} from "./data/ratings.js";
import type { ReadOptions } from "./data/read/options.js";
import {
  type EventTable,
  readSessions as readLogs,
  readEvents as readTables,
} from "./data/readers.js";
import {
  type RecordOptions,
  type RecordTable,
  readRecords as readRecordTable,
} from "./data/records.js";
import type { Sessions } from "./data/sessions.js";
import { readTitles as readTitleTable, type Title, type TitleOptions } from "./data/titles.js";
import { ConfigError, FormatError, placed } from "./errors.js";
import { kindOf } from "./files/kinds.js";
import {
  Baseline,
  type CheckpointFacts,
  checkpointFacts,
  GRU4Rec,
  RetrievalIndex,
  TwoTowers,
} from "./index.js";
import {
  checkWritable,
  pathOf,
  readHead,
  readWhole,
  unreadable,
  writeWhole,
} from "./node/files.js";
import { type NodeSource, oneSource, sourcesOf } from "./node/sources.js";
import type { Address } from "./platform.js";

export { checkWritable } from "./node/files.js";
export { type WriteOptions, type WrittenLists, writeRecommendations } from "./node/list-files.js";
export {
  type ParameterSets,
  readParameters,
  type TowerParameterSet,
} from "./node/parameters.js";
export type { NodeSource } from "./node/sources.js";
export {
  type FileCheckpoint,
  fit,
  type NodeTrainOptions,
  type NodeTrainRetrievalOptions,
  train,
} from "./node/training.js";
export { type NodeTuneOptions, tune } from "./node/tuning.js";
export {
  type WriteVectorOptions,
  type WrittenVectors,
  type WrittenVisitVectors,
  writeItemVectors,
  writeVisitVectors,
} from "./node/vector-files.js";

/** `readEvents` of the root entry, where a string is the path of a file. */
export async function readEvents(
  source: NodeSource | readonly NodeSource[],
  options: ReadOptions = {},
): Promise<EventTable> {
  return readTables(await sourcesOf(source), options);
}

/** `readEvents`, grouped into sessions. */
export async function readSessions(
  source: NodeSource | readonly NodeSource[],
  options: ReadOptions = {},
): Promise<Sessions> {
  return readLogs(await sourcesOf(source), options);
}

/** `readRatings` of the root entry, where a string is the path of a file. */
export async function readRatings(
  source: NodeSource,
  options: RatingOptions = {},
): Promise<Ratings> {
  return readRatingTable(await oneSource(source), options);
}

/** `readRecords` of the root entry, where a string is the path of a file. */
export async function readRecords(
  source: NodeSource,
  options: RecordOptions,
): Promise<RecordTable> {
  return readRecordTable(await oneSource(source), options);
}

/** `readTitles` of the root entry, where a string is the path of a file. */
export async function readTitles(
  source: NodeSource,
  options: TitleOptions = {},
): Promise<readonly Title[]> {
  return readTitleTable(await oneSource(source), options);
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
  path: string | Address,
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
  /** `loadModel(path)`. */
  readonly gru4rec: GRU4Rec;
  /** `loadModel(path, "two-towers")`. */
  readonly "two-towers": TwoTowers;
  /** `loadModel(path, "index")`. */
  readonly index: RetrievalIndex;
  /** `loadModel(path, "baseline")`. */
  readonly baseline: Baseline;
  /** `loadModel(path, "any")`: whichever of these the file holds. */
  readonly any: GRU4Rec | TwoTowers | RetrievalIndex | Baseline;
}

const READERS = {
  gru4rec: GRU4Rec,
  "two-towers": TwoTowers,
  index: RetrievalIndex,
  baseline: Baseline,
} as const;

/**
 * Reads a model that `saveModel` wrote: a `GRU4Rec`; with `"two-towers"`, `"index"` or `"baseline"` one of those; with
 * `"any"` whichever of the four the file holds.
 *
 * @throws FormatError naming the path; where the file is of another kind, that and the call that reads it
 */
export async function loadModel<Kind extends keyof Models = "gru4rec">(
  path: string | Address,
  kind: Kind = "gru4rec" as Kind,
): Promise<Models[Kind]> {
  const file = pathOf(path);
  checkChoice("kind", kind, [...Object.keys(READERS), "any"]);
  const bytes = await readWhole(file).catch((cause) => Promise.reject(unreadable(file, cause)));
  try {
    const reader = kind === "any" ? readerOf(bytes) : READERS[kind as keyof typeof READERS];
    const model: Models["any"] = await reader.fromBytes(bytes);
    return model as Models[Kind];
  } catch (error) {
    throw error instanceof FormatError ? placed(file, error) : error;
  }
}

/** What a file of this library holds. */
export type FileKind = Exclude<keyof Models, "any"> | "checkpoint";

/**
 * What a file holds: a model, an index, a baseline, a checkpoint; undefined when it is none of them, such as a table.
 *
 * @throws FormatError when it cannot be read
 */
export async function fileKind(path: string | Address): Promise<FileKind | undefined> {
  const file = pathOf(path);
  const head = await readHead(file, 10).catch((cause) => Promise.reject(unreadable(file, cause)));
  if (head[8] !== 0x7b) return undefined; // a safetensors file: eight bytes of length, then JSON
  const bytes = await readWhole(file).catch((cause) => Promise.reject(unreadable(file, cause)));
  try {
    return kindOf(bytes, "model file");
  } catch (error) {
    throw error instanceof FormatError ? placed(file, error) : error;
  }
}

/**
 * What a checkpoint in a file says of its training.
 *
 * @throws FormatError naming the path
 */
export async function readCheckpointFacts(path: string | Address): Promise<CheckpointFacts> {
  const file = pathOf(path);
  const bytes = await readWhole(file).catch((cause) => Promise.reject(unreadable(file, cause)));
  try {
    return checkpointFacts(bytes);
  } catch (error) {
    throw error instanceof FormatError ? placed(file, error) : error;
  }
}

/** What reads these bytes; for what is no model the reader that tells so best. */
function readerOf(bytes: Uint8Array): (typeof READERS)[keyof typeof READERS] {
  const kind = kindOf(bytes, "model file") ?? "";
  return Object.hasOwn(READERS, kind) ? READERS[kind as keyof typeof READERS] : GRU4Rec;
}
