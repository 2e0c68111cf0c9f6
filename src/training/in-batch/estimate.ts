/** How much memory a retrieval training will take: its own plan, without the memory. */

import { checkInteger, checkNames } from "../../checks.js";
import { ConfigError } from "../../errors.js";
import {
  type ResolvedTowerOptions,
  resolveTowerOptions,
  type TowerOptions,
} from "../../models/two-towers/options.js";
import { type FeatureShape, towerTensors } from "../../models/two-towers/parameters.js";
import { Arena } from "../../wasm/arena.js";
import type { MemoryEstimate } from "../estimate.js";
import { planRetrieval } from "./memory.js";
import { resolveRetrievalOptions, type TrainRetrievalOptions } from "./options.js";

/** How much there is to learn from. */
export interface RetrievalSize {
  /** Items of the catalogue. */
  readonly items: number;
  /** 0, the default, for just a batch. */
  readonly examples?: number;
  /**
   * Of each feature of `TowerOptions` the words or values that get a vector, and how many all items
   * have together.
   */
  readonly features?: Readonly<
    Record<string, { readonly values: number; readonly entries: number }>
  >;
}

/**
 * Plans the training of two towers without doing it. `log` are the examples, and `copies` what the
 * next epoch's weights are written into.
 *
 * @throws ConfigError when an option or a count is out of range
 */
export function estimateRetrievalMemory(
  size: RetrievalSize,
  towers: TowerOptions = {},
  training: TrainRetrievalOptions = {},
): MemoryEstimate {
  checkNames(size, ["items", "examples", "features"], "size");
  const { items, examples = 0 } = size;
  checkInteger("items", items, 1);
  checkInteger("examples", examples, 0);
  const task = resolveRetrievalOptions(training);
  const model = resolveTowerOptions(towers);
  const config = {
    ...{ model, task, items, features: shapesFor(model, size) },
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
  const { contexts, targets, moments, weights: ofExamples } = memory;
  const times = model.timeBoundaries.length > 0 ? moments.length : 0;
  const log = 4 * (contexts.length + targets.length + times + ofExamples.length);
  const step = arena.bytes - state - log;
  const total = 2 * weights + arena.bytes;
  return { weights, copies: weights, training: state, log, step, total };
}

function shapesFor({ features }: ResolvedTowerOptions, size: RetrievalSize): FeatureShape[] {
  return Object.entries(features).map(([name, { size: width, kind }]) => {
    const given = size.features ?? {};
    const counts = Object.hasOwn(given, name) ? given[name] : undefined;
    const path = `features.${name}`;
    if (!counts) throw new ConfigError(path, "how many values and entries it has", counts);
    const { values, entries } = counts;
    checkInteger(`${path}.values`, values, 0);
    checkInteger(`${path}.entries`, entries, 0);
    const hasOthers = kind !== "number";
    const rows = hasOthers ? values + 1 : 1;
    return { name, size: width, rows, hasOthers, entries, longest: entries };
  });
}
