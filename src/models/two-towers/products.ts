/** How much work a query and a candidate are: what threads and patience are measured by. */

import { headProducts } from "../../network/head.js";
import { stackProducts } from "../../network/stack.js";
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
  const { windowLength, queryLayers, candidateLayers } = options;
  const [item, state] = [itemColumns(options).width, queryColumns(options).width];
  return {
    query: windowLength * stackProducts(options, item) + headProducts(queryLayers, state),
    candidate: headProducts(candidateLayers, item),
    score: queryLayers.at(-1) ?? state,
  };
}
