/** How much memory a training of two towers will take. */

import { checkInteger, checkNames, checkObject } from "../../checks.js";
import { ConfigError } from "../../errors.js";
import {
  type ResolvedTowerOptions,
  resolveTowerOptions,
  type TowerOptions,
} from "../../models/two-towers/options.js";
import type { FeatureShape } from "../../models/two-towers/parameters.js";
import type { Arena } from "../../wasm/arena.js";
import { estimateOf, type MemoryEstimate, type Planned } from "../estimate.js";
import { planRetrieval } from "./memory.js";
import { resolveRetrievalOptions, type TrainRetrievalOptions } from "./options.js";

/** How much there is to learn from. */
export interface ExampleSize {
  /** Items of the catalogue. */
  readonly items: number;
  /** 0 counts one batch. */
  readonly examples: number;
  /**
   * Of each feature of `TowerOptions` the words or values that get a vector, and how many all items
   * have together.
   */
  readonly features?: Readonly<
    Record<string, { readonly values: number; readonly entries: number }>
  >;
}

/** Throws ConfigError when an option or a count is out of range. */
export function estimate(
  size: ExampleSize,
  towers: TowerOptions,
  training: TrainRetrievalOptions,
): MemoryEstimate {
  checkNames(size, ["items", "examples", "features"], "size");
  const { items, examples } = size;
  checkInteger("items", items, 1);
  checkInteger("examples", examples, 0);
  if (size.features !== undefined) checkObject("features", size.features, "an object by name");
  const task = resolveRetrievalOptions(training);
  const model = resolveTowerOptions(towers);
  const config = {
    model,
    task,
    items,
    features: shapesFor(model, size),
    examples: examples || task.batchSize,
    excluded: 0,
  };
  const plan = (arena: Arena, threads: number): Planned => {
    const { tensors, columns } = planRetrieval(arena, config, threads);
    const { contexts, targets, moments, weights } = columns;
    return { tensors, log: [contexts, targets, moments, weights] };
  };
  return estimateOf(plan, training);
}

function shapesFor({ features }: ResolvedTowerOptions, size: ExampleSize): FeatureShape[] {
  return Object.entries(features).map(([name, { size: width, kind }]) => {
    const { features: given = {} } = size;
    const counts = Object.hasOwn(given, name) ? given[name] : undefined;
    const path = `features.${name}`;
    if (!counts) throw new ConfigError(path, "an object { values, entries }", counts);
    const { values, entries } = counts;
    checkInteger(`${path}.values`, values, 0);
    checkInteger(`${path}.entries`, entries, 0);
    const hasOthers = kind !== "number";
    const rows = hasOthers ? values + 1 : 1;
    return { name, size: width, rows, hasOthers, entries, longest: entries };
  });
}
