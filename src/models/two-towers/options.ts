/** The options of two towers, their defaults and their bounds. */

import { checkInteger, checkNames, checkNumber, frozen, withDefaults } from "../../checks.js";
import { ConfigError } from "../../errors.js";
import { CELLS } from "../../network/cells/forward.js";
import { checkEffects, type Effects, either, hasReset, holdsMany } from "../effects.js";
import {
  type FeatureOptions,
  itemColumns,
  queryColumns,
  type ResolvedFeature,
  resolveFeatures,
} from "./feature-options.js";
import { checkQueryOptions, checkWidths, type QueryTowerOptions } from "./query-options.js";

/** Options of `TwoTowers.create`. */
export interface TowerOptions extends Partial<QueryTowerOptions> {
  /** As in `ModelOptions`: share of what a recurrent layer puts out in training, in [0, 1). Default 0. */
  readonly dropoutHidden?: number;
  /** Widths of dense layers on top of the item embedding of candidates. Default `[]`. */
  readonly candidateLayers?: readonly number[];
  /**
   * What items are besides their ids, in both towers, by name; values are given to `TwoTowers.create`.
   * Default none.
   */
  readonly features?: Readonly<Record<string, FeatureOptions>>;
  /** Initial weights and the order of batches follow from it: from 0 to 2³² − 1. Default 42. */
  readonly seed?: number;
}

export interface ResolvedTowerOptions extends Required<TowerOptions> {
  readonly features: Readonly<Record<string, ResolvedFeature>>;
}

/** The defaults of `TowerOptions`. */
export const TOWER_DEFAULTS: ResolvedTowerOptions = {
  embeddingSize: 32,
  layers: [32],
  cell: "gru",
  resetAfter: true,
  hiddenActivation: "tanh",
  dropoutHidden: 0,
  windowLength: 10,
  padding: "unmasked",
  queryLayers: [],
  candidateLayers: [],
  denseActivation: "relu",
  normalize: false,
  features: {},
  timeBoundaries: [],
  combine: "sum",
  seed: 42,
};

/** The padding also decides how an unknown item is read, so it always has an effect. */
export const TOWER_EFFECTS: Effects = {
  resetAfter: [hasReset],
  // The last dense layer of a tower is linear.
  denseActivation: [either(holdsMany("queryLayers", 2), holdsMany("candidateLayers", 2))],
  combine: [either(holdsMany("features", 1), holdsMany("timeBoundaries", 1))],
};

/**
 * Fills in defaults and checks every bound.
 *
 * @throws ConfigError naming an option that is out of range, or has no effect beside the others
 */
export function resolveTowerOptions(given: TowerOptions = {}): ResolvedTowerOptions {
  checkNames(given, Object.keys(TOWER_DEFAULTS), "tower");
  const { cell = TOWER_DEFAULTS.cell } = given;
  const isCell = typeof cell === "string" && Object.hasOwn(CELLS, cell);
  const resetAfter = isCell && CELLS[cell].hasReset;
  const defaults = { ...TOWER_DEFAULTS, resetAfter };
  const set = withDefaults<Required<TowerOptions>>(defaults, given);
  checkQueryOptions(set);
  checkNumber("dropoutHidden", set.dropoutHidden, 0, 1);
  checkWidths("candidateLayers", set.candidateLayers);
  checkInteger("seed", set.seed, 0, 2 ** 32 - 1);
  const features = resolveFeatures(set.features, set.embeddingSize, set.combine);
  const options = { ...set, features };
  checkSameWidth(options);
  checkEffects(TOWER_EFFECTS, options, defaults);
  return frozen(options);
}

/** Vectors of both towers meet in a product, so they are equally wide. */
function checkSameWidth(options: ResolvedTowerOptions): void {
  const { layers, queryLayers, candidateLayers } = options;
  const query = queryLayers.at(-1) ?? queryColumns(options).width;
  const candidate = candidateLayers.at(-1) ?? itemColumns(options).width;
  if (query === candidate) return;
  const plain = candidateLayers.length === 0 && options.combine === "sum";
  const path = plain ? "embeddingSize" : "candidateLayers";
  const isWider = queryColumns(options).width > layers.at(-1)!;
  const last = isWider ? "the last of `layers` and the time" : "`layers`";
  const remedy = `The query tower ends with ${queryLayers.length > 0 ? "`queryLayers`" : last}.`;
  throw new ConfigError(path, `the width of the query tower, ${query}`, candidate, remedy);
}

/** The options of the query tower of these towers, whose features are folded into the rows of items. */
export function queryOptionsOf(options: ResolvedTowerOptions): QueryTowerOptions {
  const { dropoutHidden, candidateLayers, features, seed, ...query } = options;
  return frozen({ ...query, embeddingSize: itemColumns(options).width });
}
