/** How much work a query and a candidate are: what threads and patience are measured by. */

import { itemColumns, queryColumns } from "./feature-options.js";
import type { ResolvedTowerOptions } from "./options.js";

export interface TowerProducts {
  /** Multiply-adds from the items of a context to its vector, and from an item to a candidate's. */
  readonly query: number;
  readonly candidate: number;
  /** Of the product of both vectors. */
  readonly score: number;
}

export function productsOf(options: ResolvedTowerOptions): TowerProducts {
  const { layers, cell, windowLength, queryLayers, candidateLayers } = options;
  const [item, state] = [itemColumns(options).width, queryColumns(options).width];
  const gates = cell === "gru" ? 3 : 1;
  const below = (widths: readonly number[], i: number, input: number): number =>
    i === 0 ? input : widths[i - 1]!;
  const recurrent = layers.reduce(
    (sum, size, i) => sum + gates * size * (size + below(layers, i, item)),
    0,
  );
  const dense = (widths: readonly number[], input: number): number =>
    widths.reduce((sum, size, i) => sum + size * below(widths, i, input), 0);
  return {
    query: windowLength * recurrent + dense(queryLayers, state),
    candidate: dense(candidateLayers, item),
    score: queryLayers.at(-1) ?? state,
  };
}
