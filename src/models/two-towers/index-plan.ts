/** The tables of an index: a query tower, and the vectors that its queries are compared with. */

import { type Table, tablesOf } from "../../network/tables.js";
import { type NamedTensor, named } from "../../network/weights.js";
import type { Arena } from "../../wasm/arena.js";
import type { ScoredTable } from "../quantized.js";
import { planQueryTower, type QueryParameters, queryTensors } from "./parameters.js";
import type { QueryTowerOptions } from "./query-options.js";

export interface IndexPlan {
  readonly parameters: QueryParameters;
  /** f32[candidates, W] */
  readonly table: ScoredTable;
  /** Those of the query tower, and last the vectors. */
  readonly tensors: readonly NamedTensor[];
}

/** Reserves the tables of an index; the same options give the same plan. */
export function planIndex(
  arena: Arena,
  options: QueryTowerOptions,
  items: number,
  candidates: number,
): IndexPlan {
  const parameters = planQueryTower(tablesOf(arena), options, items);
  const { width, W } = parameters;
  const table = tablesOf(arena)(candidates, W);
  const { ptr, rows, stride } = table;
  return {
    parameters,
    table: { ptr, rows, stride, weights: W, hasBias: false },
    tensors: [...queryTensors(parameters), vectorsIn(table, width)],
  };
}

/** The vectors of the candidates in their table, f32[candidates, width]. */
export function vectorsIn(table: Table, width: number): NamedTensor {
  return named("candidates", table, table.rows, [width], [0]);
}
