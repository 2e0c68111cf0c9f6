/** The options of two towers, their defaults and their bounds. */

import {
  checkBoolean,
  checkChoice,
  checkInteger,
  checkNames,
  checkNumber,
  withDefaults,
} from "../../checks.js";
import { LONGEST_WINDOW } from "../../data/windows.js";
import { ConfigError } from "../../errors.js";
import { activationOf } from "../../network/activations.js";
import { CELLS, type CellName, checkCell } from "../../network/cells/forward.js";
import { checkEffects, type Effects, either, hasReset, holdsMany } from "../effects.js";
import {
  type Combination,
  checkBoundaries,
  checkLanes,
  type FeatureOptions,
  itemColumns,
  queryColumns,
  type ResolvedFeature,
  resolveFeatures,
} from "./feature-options.js";

export interface TowerOptions {
  /** Width of the item embeddings of both towers. Default 32. */
  readonly embeddingSize?: number;
  /** Hidden size of each recurrent layer of the query tower, bottom first. Default `[32]`. */
  readonly layers?: readonly number[];
  /** As in `ModelOptions`. Default `"gru"`. */
  readonly cell?: CellName;
  /** As in `ModelOptions`; Keras' GRU resets after the product. Default true with a cell that has a reset gate. */
  readonly resetAfter?: boolean;
  /** Activation of the recurrent layers' candidate state. Default `"tanh"`. */
  readonly hiddenActivation?: string;
  /** As in `ModelOptions`: share of what a recurrent layer puts out in training, in [0, 1). Default 0. */
  readonly dropoutHidden?: number;
  /** Longest context that a query reads: its last items, from 1 to 1024. Default 10. */
  readonly windowLength?: number;
  /**
   * What shorter contexts do: read pads behind their last item like items (`"unmasked"`, the
   * tutorial's way), or end early (`"masked"`). Default `"unmasked"`.
   */
  readonly padding?: "masked" | "unmasked";
  /** Widths of dense layers on top of the recurrent ones, and of the item embedding. Default `[]`. */
  readonly queryLayers?: readonly number[];
  readonly candidateLayers?: readonly number[];
  /**
   * Activation between dense layers; the last one of a tower is linear, so one of them has two or
   * more. Default `"relu"`.
   */
  readonly denseActivation?: string;
  /** Scale the vectors of both towers to length 1: scores become cosines. Default false. */
  readonly normalize?: boolean;
  /**
   * What items are besides their ids, in both towers, by name; values are given to `TwoTowers.create`.
   * Default none.
   */
  readonly features?: Readonly<Record<string, FeatureOptions>>;
  /**
   * Times that part the buckets of when a query is asked, ascending, in the unit of the examples; each
   * bucket has a vector that is put together with the last state. Default `[]`: time does not count.
   */
  readonly timeBoundaries?: readonly number[];
  /**
   * How features are put together with the item's own vector, and time with the state; with one of
   * these. Default `"sum"`.
   */
  readonly combine?: Combination;
  /** Initial weights and the order of batches follow from it: from 0 to 2³² − 1. Default 42. */
  readonly seed?: number;
}

export interface ResolvedTowerOptions extends Required<TowerOptions> {
  readonly features: Readonly<Record<string, ResolvedFeature>>;
}

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
  const defaults = defaultsWith(cell);
  const set = withDefaults<Required<TowerOptions>>(defaults, given);
  checkInteger("embeddingSize", set.embeddingSize, 1);
  checkChoice("combine", set.combine, ["sum", "concatenate"]);
  const features = resolveFeatures(set.features, set.embeddingSize, set.combine);
  const options = { ...set, features };
  checkWidths("layers", options.layers);
  if (options.layers.length === 0) {
    throw new ConfigError("layers", "a list of at least one hidden size", options.layers);
  }
  checkCell(cell, options.resetAfter);
  activationOf(options.hiddenActivation, 1, "hiddenActivation");
  checkNumber("dropoutHidden", options.dropoutHidden, 0, 1);
  checkInteger("windowLength", options.windowLength, 1, LONGEST_WINDOW);
  checkChoice("padding", options.padding, ["masked", "unmasked"]);
  checkWidths("queryLayers", options.queryLayers);
  checkWidths("candidateLayers", options.candidateLayers);
  activationOf(options.denseActivation, 1, "denseActivation");
  checkBoolean("normalize", options.normalize);
  checkInteger("seed", options.seed, 0, 2 ** 32 - 1);
  checkBoundaries(options.timeBoundaries);
  checkLanes(options);
  checkSameWidth(options);
  checkEffects(TOWER_EFFECTS, options, defaults);
  const lists = ["layers", "queryLayers", "candidateLayers", "timeBoundaries"] as const;
  const frozen = lists.map((name) => [name, Object.freeze([...options[name]])]);
  return Object.freeze({ ...options, ...Object.fromEntries(frozen) });
}

function defaultsWith(cell = TOWER_DEFAULTS.cell): ResolvedTowerOptions {
  return {
    ...TOWER_DEFAULTS,
    resetAfter: Object.keys(CELLS).includes(cell) && CELLS[cell].hasReset,
  };
}

function checkWidths(path: string, widths: readonly number[]): void {
  if (!Array.isArray(widths)) throw new ConfigError(path, "a list of widths", widths);
  for (const [i, width] of widths.entries()) checkInteger(`${path}[${i}]`, width, 1);
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
