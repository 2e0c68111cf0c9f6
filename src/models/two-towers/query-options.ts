/** The options of a query tower. An index has only these. */

import { checkBoolean, checkChoice, checkInteger, checkNames, frozen } from "../../checks.js";
import { LONGEST_WINDOW } from "../../data/windows.js";
import { ConfigError } from "../../errors.js";
import { type ActivationName, activationOf } from "../../network/activations.js";
import { type CellName, checkCell } from "../../network/cells/forward.js";
import { type Combination, checkBoundaries, checkWhole } from "./feature-options.js";

/** Options of the query tower alone. */
export interface QueryTowerOptions {
  /** Width of the item embeddings of both towers. Default 32. */
  readonly embeddingSize: number;
  /** Hidden size of each recurrent layer of the query tower, bottom first. Default `[32]`. */
  readonly layers: readonly number[];
  /** As in `ModelOptions`. Default `"gru"`. */
  readonly cell: CellName;
  /** As in `ModelOptions`; Keras' GRU resets after the product. Default true with a cell that has a reset gate. */
  readonly resetAfter: boolean;
  /** Activation of the recurrent layers' candidate state. Default `"tanh"`. */
  readonly hiddenActivation: ActivationName;
  /** Longest context that a query reads: its last items, from 1 to 1024. Default 10. */
  readonly windowLength: number;
  /**
   * How contexts shorter than `windowLength` are read. `"unmasked"`: pads follow the last item and are read like
   * items, as in the tutorial. `"masked"`: they end early. Default `"unmasked"`.
   */
  readonly padding: "masked" | "unmasked";
  /** Widths of dense layers on top of the recurrent ones. Default `[]`. */
  readonly queryLayers: readonly number[];
  /**
   * Activation between dense layers; the last one of a tower is linear, so one of them has two or
   * more. Default `"relu"`.
   */
  readonly denseActivation: ActivationName;
  /** Scale the vectors of both towers to length 1: scores become cosines. Default false. */
  readonly normalize: boolean;
  /**
   * Boundaries between buckets of the time of a query, ascending, in the unit of the examples' times. Each bucket
   * has a vector, which is combined with the last state. Default `[]`: time does not count.
   */
  readonly timeBoundaries: readonly number[];
  /**
   * How features are combined with the vector of the item id, and time with the state. Needs `features` or
   * `timeBoundaries`. Default `"sum"`.
   */
  readonly combine: Combination;
}

const NAMES: readonly (keyof QueryTowerOptions)[] = [
  "embeddingSize",
  "layers",
  "cell",
  "resetAfter",
  "hiddenActivation",
  "windowLength",
  "padding",
  "queryLayers",
  "denseActivation",
  "normalize",
  "timeBoundaries",
  "combine",
];

/** Options as a file has them. Throws ConfigError. */
export function resolveQueryOptions(saved: object): QueryTowerOptions {
  checkNames(saved, NAMES, "index");
  const options = saved as QueryTowerOptions;
  checkQueryOptions(options);
  return frozen(options);
}

/** @throws ConfigError naming an option that is out of range */
export function checkQueryOptions(options: QueryTowerOptions): void {
  const { layers, timeBoundaries, combine } = options;
  checkInteger("embeddingSize", options.embeddingSize, 1);
  checkChoice("combine", combine, ["sum", "concatenate"]);
  checkWidths("layers", layers);
  if (layers.length === 0) {
    throw new ConfigError("layers", "a list of at least one hidden size", layers);
  }
  checkCell(options.cell, options.resetAfter);
  activationOf(options.hiddenActivation, 1, "hiddenActivation");
  checkInteger("windowLength", options.windowLength, 1, LONGEST_WINDOW);
  checkChoice("padding", options.padding, ["masked", "unmasked"]);
  checkWidths("queryLayers", options.queryLayers);
  activationOf(options.denseActivation, 1, "denseActivation");
  checkBoolean("normalize", options.normalize);
  checkBoundaries(timeBoundaries);
  if (combine === "concatenate" && timeBoundaries.length > 0) {
    checkWhole(`layers[${layers.length - 1}]`, layers.at(-1)!);
  }
}

export function checkWidths(path: string, widths: readonly number[]): void {
  if (!Array.isArray(widths)) throw new ConfigError(path, "a list of widths", widths);
  for (const [i, width] of widths.entries()) checkInteger(`${path}[${i}]`, width, 1);
}
