/** How much memory training will take: the same plan as training's own, without the memory. */

import { checkInteger, checkNames } from "../checks.js";
import { type ModelOptions, resolveModelOptions } from "../models/gru4rec/options.js";
import { rawTables } from "../models/gru4rec/parameters.js";
import { isReadable } from "../threads/job.js";
import { Arena } from "../wasm/arena.js";
import { resolveTrainOptions, type TrainOptions } from "./options.js";
import { planTraining } from "./sampled/memory.js";

/**
 * Bytes of each part; `total` is what training holds while the model stays usable beside it. Not counted
 * is what the engine adds: the heap of each thread, 10 to 50 MB, and where a worker cannot share its memory
 * pieces that were passed and are not collected yet, up to about 64 MB.
 */
export interface MemoryEstimate {
  /** The model itself. */
  readonly weights: number;
  /**
   * Weights beside the model's and the job's: with a validation the best ones, and an epoch's where the
   * calling thread cannot read the job's memory (a worker in a page that is not cross-origin isolated).
   */
  readonly copies: number;
  /** The job's copy of the weights with their optimiser state. */
  readonly training: number;
  /** The click log as integers, and the list of its windows. */
  readonly log: number;
  /** One mini-batch: scores, gradients, scratch of each thread. */
  readonly step: number;
  readonly total: number;
}

/** Its end, its length and its place in the order. */
const BYTES_OF_WINDOW = 4 + 2 + 4;

/**
 * Plans a training without doing it.
 *
 * @param size items of the catalogue; events and sessions of the log, 0 when not given
 * @throws ConfigError when an option or a count is out of range
 */
export function estimateMemory(
  size: { readonly items: number; readonly events?: number; readonly sessions?: number },
  model: ModelOptions = {},
  training: TrainOptions = {},
): MemoryEstimate {
  checkNames(size, ["items", "events", "sessions"], "size");
  const { items, events = 0, sessions = 0 } = size;
  checkInteger("items", items, 1);
  checkInteger("events", events, 0);
  checkInteger("sessions", sessions, 0);
  const options = resolveModelOptions(model);
  const learning = resolveTrainOptions(training, options.windowLength);
  // Without a log the batch is not clamped to what there is: enough sessions of two clicks are.
  const config = {
    ...{ model: options, learning, items },
    events: sessions > 0 ? events : Math.max(events, 2 * learning.batchSize),
    sessions: sessions || learning.batchSize,
  };
  const arena = new Arena();
  const threads = typeof training.threads === "number" ? Math.max(1, training.threads) : 1;
  const memory = planTraining(arena, config, threads);

  const tables = rawTables(memory.parameters).map(({ table }) => table);
  const weights = tables.reduce((sum, { rows, width }) => sum + 4 * rows * width, 0);
  const state = tables.reduce((sum, { length }) => sum + 4 * length, 0);
  const planned = 4 * (memory.itemIndices.length + memory.offsets.length + memory.order.length);
  // The list of windows is no part of the arena.
  const windows =
    options.windowLength > 0 ? BYTES_OF_WINDOW * (config.events - config.sessions) : 0;
  const log = planned + windows;
  const step = arena.bytes - state - planned;
  const copies = weights * ((training.validation ? 1 : 0) + (isReadable(training) ? 0 : 1));
  const total = weights + copies + arena.bytes + windows;
  return { weights, copies, training: state, log, step, total };
}
