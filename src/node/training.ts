/** Training whose checkpoints are a file. */

import { checkBoolean, checkFunction, checkNames, checkObject } from "../checks.js";
import type { Sessions } from "../data/sessions.js";
import { ConfigError, FormatError, placed, words } from "../errors.js";
import {
  type CheckpointOptions,
  type CheckpointPlace,
  type EpochReport,
  type Examples,
  type GRU4Rec,
  type TrainOptions,
  type TrainRetrievalOptions,
  type TwoTowers,
  train as trainInMemory,
} from "../index.js";
import type { Address } from "../platform.js";
import {
  checkWritable,
  pathOf,
  readWhole,
  removeLeftovers,
  unreadable,
  writeWhole,
} from "./files.js";

/** A checkpoint in a file, which is whole at every moment, whenever the process or the machine ends. */
export interface FileCheckpoint {
  /** Where the checkpoint is kept; it is written beside and moved there when whole. */
  readonly path: string | Address;
  /** Seconds between two checkpoints, ≥ 0. One more is made when training ends. Default 300. */
  readonly every?: number;
  /** Goes on from the file; where there is none yet, training begins anew. Default false. */
  readonly resume?: boolean;
  /** As in the root entry: hears where training goes on from. */
  readonly onResumed?: CheckpointOptions["onResumed"];
  /** Hears of every checkpoint that was written. */
  readonly onSaved?: (at: CheckpointPlace & { readonly bytes: number }) => void;
  /** As in the root entry: with it, training outlives a full disk and tries again. */
  readonly onFailure?: CheckpointOptions["onFailure"];
}

/** As in the root entry, but for checkpoints, which are files. */
export interface NodeTrainOptions extends Omit<TrainOptions, "checkpoint">, InFile {}

/** The same for two towers. */
export interface NodeTrainRetrievalOptions
  extends Omit<TrainRetrievalOptions, "checkpoint">,
    InFile {}

interface InFile {
  /** Keeps checkpoints in a file, and resumes from it. */
  readonly checkpoint?: FileCheckpoint | undefined;
}

type Epochs = AsyncGenerator<EpochReport, void, void>;
/** The overloads of the root entry, as one. */
type Train = (model: unknown, data: unknown, options: object) => Epochs;

const NAMES = ["path", "every", "resume", "onResumed", "onSaved", "onFailure"];

/**
 * `train` of the root entry, with checkpoints in a file: `checkpoint: { path, every, resume }`.
 *
 * @throws ConfigError also when the path cannot be written to, or holds a checkpoint already and
 *   `resume` is not asked for; FormatError when the file is no checkpoint
 */
export function train(model: GRU4Rec, sessions: Sessions, options?: NodeTrainOptions): Epochs;
export function train(
  towers: TwoTowers,
  examples: Examples | Sessions,
  options?: NodeTrainRetrievalOptions,
): Epochs;
export async function* train(model: unknown, data: unknown, given: InFile = {}): Epochs {
  checkObject("training options", given, "an object");
  const { checkpoint, ...options } = given;
  const inMemory = trainInMemory as Train;
  if (checkpoint === undefined) return yield* inMemory(model, data, options);
  checkNames(checkpoint, NAMES, "checkpoint");
  const file = pathOf(checkpoint.path);
  const kept = await keptIn(file, checkpoint);
  try {
    return yield* inMemory(model, data, { ...options, checkpoint: kept });
  } catch (error) {
    if (error instanceof FormatError && error.where.startsWith("checkpoint")) {
      placed(file, error);
    }
    throw error;
  }
}

/** `train` to its end; the reports of the epochs that it played. */
export function fit(
  model: GRU4Rec,
  sessions: Sessions,
  options?: NodeTrainOptions,
): Promise<EpochReport[]>;
export function fit(
  towers: TwoTowers,
  examples: Examples | Sessions,
  options?: NodeTrainRetrievalOptions,
): Promise<EpochReport[]>;
export async function fit(
  model: unknown,
  data: unknown,
  options: InFile = {},
): Promise<EpochReport[]> {
  const reports: EpochReport[] = [];
  for await (const report of (train as Train)(model, data, options)) reports.push(report);
  return reports;
}

/** Checkpoints of the root entry that are kept in this file. */
async function keptIn(file: string, checkpoint: FileCheckpoint): Promise<CheckpointOptions> {
  const { every, resume = false, onResumed, onSaved, onFailure } = checkpoint;
  checkBoolean("checkpoint.resume", resume);
  checkFunction("checkpoint.onSaved", onSaved);
  await checkWritable(file);
  const bytes = await readIfThere(file);
  if (bytes && !resume) {
    const remedy = "Go on from it with `resume`, or remove it.";
    throw new ConfigError(file, "no checkpoint yet", words("a file"), remedy);
  }
  // Not before: what is refused may be the checkpoint of a training that is under way.
  await removeLeftovers(file);
  return {
    ...(every !== undefined && { every }),
    ...(bytes && { resume: bytes }),
    ...(onResumed !== undefined && { onResumed }),
    ...(onFailure !== undefined && { onFailure }),
    async save(made, at) {
      await writeWhole(file, made);
      onSaved?.({ ...at, bytes: made.length });
    },
  };
}

async function readIfThere(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readWhole(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unreadable(file, cause);
  }
}
