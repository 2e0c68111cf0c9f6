/** How much memory a retrieval training will take: its own plan, without the memory. */

import { checkInteger } from "../checks.js";
import { resolveTowerOptions, type TowerOptions } from "../towers/options.js";
import { towerTensors } from "../towers/parameters.js";
import type { MemoryEstimate } from "../training/estimate.js";
import { Arena } from "../wasm/arena.js";
import { planRetrieval } from "./memory.js";
import { resolveRetrievalOptions, type TrainRetrievalOptions } from "./options.js";

/**
 * Plans the training of two towers without doing it. `log` are the examples, and `copies` what the
 * next epoch's weights are written into.
 *
 * @param size items of the catalogue; examples, 0 for just a batch
 * @throws ConfigError when an option or a count is out of range
 */
export function estimateRetrievalMemory(
  size: { readonly items: number; readonly examples?: number },
  towers: TowerOptions = {},
  training: TrainRetrievalOptions = {},
): MemoryEstimate {
  const { items, examples = 0 } = size;
  checkInteger("items", items, 1);
  checkInteger("examples", examples, 0);
  const task = resolveRetrievalOptions(training);
  const config = {
    ...{ model: resolveTowerOptions(towers), task, items },
    ...{ examples: examples || task.batchSize, excluded: 0 },
  };
  const arena = new Arena();
  const threads = typeof training.threads === "number" ? Math.max(1, training.threads) : 1;
  const memory = planRetrieval(arena, config, threads);
  const { query, candidate } = towerTensors(memory.parameters);
  const tensors = [...query, ...candidate];
  const weights = tensors.reduce((sum, { rows, columns }) => sum + 4 * rows * columns, 0);
  const tables = new Set(tensors.map(({ table }) => table));
  const state = [...tables].reduce((sum, { length }) => sum + 4 * length, 0);
  const { contexts, targets, weights: ofExamples } = memory;
  const log = 4 * (contexts.length + targets.length + ofExamples.length);
  const step = arena.bytes - state - log;
  const total = 2 * weights + arena.bytes;
  return { weights, copies: weights, training: state, log, step, total };
}
