/** How much work a query and a candidate are: what threads and patience are measured by. */

import { headProducts } from "../../network/head.js";
import { stackProducts } from "../../network/stack.js";
import { itemColumns, queryColumns } from "./feature-options.js";
import type { ResolvedTowerOptions } from "./options.js";
import type { QueryTowerOptions } from "./query-options.js";

export interface QueryProducts {
  /** Multiply-adds from the items of a context to its vector. */
  readonly query: number;
  /** Of the product of both vectors. */
  readonly score: number;
}

export interface TowerProducts extends QueryProducts {
  /** From an item to its vector. */
  readonly candidate: number;
}

/** @param itemWidth columns of an item's vector */
export function queryProducts(
  options: QueryTowerOptions,
  itemWidth: number = options.embeddingSize,
): QueryProducts {
  const { windowLength, queryLayers } = options;
  const state = queryColumns(options).width;
  return {
    query: windowLength * stackProducts(options, itemWidth) + headProducts(queryLayers, state),
    score: queryLayers.at(-1) ?? state,
  };
}

export function productsOf(options: ResolvedTowerOptions): TowerProducts {
  const { width } = itemColumns(options);
  return {
    ...queryProducts(options, width),
    candidate: headProducts(options.candidateLayers, width),
  };
}
