/** What goes into a training job and comes out of it: copies, in pieces small enough not to be felt. */

import type { Inference } from "../models/gru4rec/inference.js";
import { copyWeights, type NamedTensor, piecesOf, viewsOf } from "../network/weights.js";
import type { Job } from "../threads/job.js";
import { pacer } from "../threads/pause.js";
import { NOT_FINITE } from "./messages.js";
import type { Plan } from "./plan.js";
import type { Log } from "./sessions.js";

/** Elements of the click log that travel at a time. */
const LOG_PIECE = 2 ** 20;

/** @param check called before each piece; what it throws ends the transfer */
export async function loadLog(job: Job, log: Log, check: () => void): Promise<void> {
  for (const [name, all] of Object.entries(log)) {
    for (let at = 0; at < all.length; at += LOG_PIECE) {
      check();
      const values = all.slice(at, at + LOG_PIECE);
      await job.call("loadLog", { name, at, values }, [values.buffer]);
    }
  }
}

/** Fills the job's tables with a model's weights: straight, where its memory is within reach. */
export async function loadModel(
  job: Job,
  { tables }: Plan,
  weights: Inference,
  check: () => void,
): Promise<void> {
  const { arena } = job;
  if (!arena) {
    return loadTensors(job, weights.tensors, (...rows) => weights.read(...rows), check);
  }
  const pace = pacer();
  for (const _ of copyWeights(weights.views, viewsOf(arena, tables))) {
    check();
    await pace();
  }
}

/** Fills tensors of the job; `read` gives rows of one as f32[rows, columns], which are moved away. */
export async function loadTensors(
  job: Job,
  tensors: readonly NamedTensor[],
  read: (tensor: NamedTensor, begin: number, rows: number) => Float32Array<ArrayBuffer>,
  check: () => void,
): Promise<void> {
  for (const tensor of tensors) {
    for (const { name, begin, rows } of piecesOf(tensor)) {
      check();
      const values = read(tensor, begin, rows);
      await job.call("loadWeights", { name, begin, values }, [values.buffer]);
    }
  }
}

/**
 * Looks at tensors in the job, piece by piece.
 *
 * @returns the first one that holds a number that is not finite
 */
export async function findBroken(
  job: Job,
  tensors: readonly NamedTensor[],
  check: () => void,
): Promise<NamedTensor | undefined> {
  const isAnswer = (value: unknown): value is boolean => typeof value === "boolean";
  for (const tensor of tensors) {
    for (const range of piecesOf(tensor)) {
      check();
      if (!(await job.call("areFinite", range, [], isAnswer))) return tensor;
    }
  }
  return undefined;
}

/**
 * Takes tensors out of the job, piece by piece.
 *
 * @returns the first tensor that holds a number that is not finite, where the transfer ended
 */
export async function storeTensors(
  job: Job,
  tensors: readonly NamedTensor[],
  write: (tensor: NamedTensor, begin: number, values: Float32Array) => void,
  check: () => void,
): Promise<NamedTensor | undefined> {
  const pace = pacer();
  for (const tensor of tensors) {
    for (const range of piecesOf(tensor)) {
      check();
      const length = range.rows * tensor.columns;
      const isPiece = (value: unknown): value is Float32Array | typeof NOT_FINITE =>
        value === NOT_FINITE || (value instanceof Float32Array && value.length === length);
      const values = await job.call("storeWeights", range, [], isPiece);
      if (values === NOT_FINITE) return tensor;
      write(tensor, range.begin, values);
      await pace();
    }
  }
  return undefined;
}
