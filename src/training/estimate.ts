/** How much memory a training will take. Reads it off the plan of the job; allocates nothing. */

import { type NamedTensor, rawTables } from "../network/weights.js";
import { isReadable } from "../threads/job.js";
import { Arena, type Tensor } from "../wasm/arena.js";
import type { RunOptions } from "./run-options.js";

/**
 * Bytes of each part. `total` includes the model, which stays usable while it is trained. The engine adds
 * the heap of each thread, 10 to 50 MB. Where a worker cannot share its memory, messages that are not
 * collected yet add up to about 64 MB.
 */
export interface MemoryEstimate {
  /** The model itself. */
  readonly weights: number;
  /**
   * Weights beside the model's and the job's: with a validation the best ones, and an epoch's where the
   * calling thread cannot read the job's memory (a worker in a page that is not cross-origin isolated).
   * With `keepOptimizer` its state, too.
   */
  readonly copies: number;
  /** The job's copy of the weights with their optimiser state. */
  readonly training: number;
  /** What mini-batches are made of: the click log as integers and the list of its windows, or examples. */
  readonly log: number;
  /** One mini-batch: scores, gradients, scratch of each thread. */
  readonly step: number;
  /** All of these together, bytes. */
  readonly total: number;
}

/** The parts of a job's memory that an estimate names. */
export interface Planned {
  /** Weights by name. */
  readonly tensors: readonly NamedTensor[];
  readonly log: readonly Tensor[];
}

/**
 * @param plan reserves the job's memory in an arena
 * @param beside bytes of what mini-batches are made of that are no part of the arena
 */
export function estimateOf(
  plan: (arena: Arena, threads: number) => Planned,
  { threads, validation, keepOptimizer, ...options }: RunOptions<unknown>,
  beside = 0,
): MemoryEstimate {
  const arena = new Arena();
  const count = typeof threads === "number" ? Math.max(1, threads) : 1;
  const { tensors, log } = plan(arena, count);
  const tables = rawTables(tensors).map(({ table }) => table);
  const weights = tables.reduce((sum, { rows, width }) => sum + 4 * rows * width, 0);
  const state = tables.reduce((sum, { length }) => sum + 4 * length, 0);
  const planned = log.reduce((sum, { length }) => sum + 4 * length, 0);
  const readable = isReadable(threads === undefined ? options : { ...options, threads });
  const copies =
    weights * ((validation ? 1 : 0) + (readable ? 0 : 1)) + (keepOptimizer ? state - weights : 0);
  return {
    weights,
    copies,
    training: state,
    log: planned + beside,
    step: arena.bytes - state - planned,
    total: weights + copies + arena.bytes + beside,
  };
}
