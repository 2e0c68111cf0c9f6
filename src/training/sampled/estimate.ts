/** How much memory a training of a GRU4Rec will take. */

import { checkInteger, checkNames } from "../../checks.js";
import { type ModelOptions, resolveModelOptions } from "../../models/gru4rec/options.js";
import type { Arena } from "../../wasm/arena.js";
import { estimateOf, type MemoryEstimate, type Planned } from "../estimate.js";
import { resolveTrainOptions, type TrainOptions } from "../options.js";
import { checkNegatives } from "./log.js";
import { planTraining } from "./memory.js";

/** How large a log is: what `estimateMemory` needs to know of it. */
export interface LogSize {
  /** Items of the catalogue. */
  readonly items: number;
  /** Of the click log; 0, the default, for just a mini-batch. */
  readonly events?: number;
  /** Sessions of the log. */
  readonly sessions?: number;
}

/** Its end (4), its length (2) and its place in the order (4). */
const BYTES_OF_WINDOW = 4 + 2 + 4;

/** Throws ConfigError when an option or a count is out of range. */
export function estimate(
  size: LogSize,
  model: ModelOptions,
  training: TrainOptions,
): MemoryEstimate {
  checkNames(size, ["items", "events", "sessions"], "size");
  const { items, events = 0, sessions = 0 } = size;
  checkInteger("items", items, 1);
  checkInteger("events", events, 0);
  checkInteger("sessions", sessions, 0);
  const options = resolveModelOptions(model);
  const learning = resolveTrainOptions(training, options.windowLength);
  checkNegatives(options, learning);
  // Without counts of a log: as many sessions of two clicks as a full batch needs.
  const config = {
    model: options,
    learning,
    items,
    events: sessions > 0 ? events : Math.max(events, 2 * learning.batchSize),
    sessions: sessions || learning.batchSize,
  };
  // The list of windows is no part of the arena.
  const windows =
    options.windowLength > 0 ? BYTES_OF_WINDOW * (config.events - config.sessions) : 0;
  const plan = (arena: Arena, threads: number): Planned => {
    const { tensors, columns } = planTraining(arena, config, threads);
    return { tensors, log: Object.values(columns) };
  };
  return estimateOf(plan, training, windows);
}
