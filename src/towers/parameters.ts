/**
 * The weights of two towers as tables in an arena, and their names in files.
 *
 *     query      query.E [items + 1, e]: the last row is any unknown item and the pad
 *                query.Wx_i, Wrz_i, Wh_i, b_i, bh_i: recurrent layers, as in src/model/weights.ts
 *                query.D_i [in, out], query.c_i [out]: dense layers
 *     candidate  candidate.E [items, e]; candidate.D_i, candidate.c_i
 *
 * Padding to whole vectors and the place of optimiser state are as in src/model/parameters.ts.
 */

import { type Activation, activationOf } from "../model/activations.js";
import {
  padded,
  planStack,
  type RowState,
  type Stack,
  type Table,
  tablesOf,
} from "../model/parameters.js";
import { layerTensors, type NamedTensor, named } from "../model/weights.js";
import type { Arena } from "../wasm/arena.js";
import type { ResolvedTowerOptions } from "./options.js";

/** y = x·W + c */
export interface DenseLayer {
  readonly inputSize: number;
  readonly E: number;
  readonly size: number;
  readonly D: number;
  readonly input: Table;
  readonly bias: Table;
}

/** What stands on top of a tower's embedding or recurrent layers. */
export interface Head {
  readonly layers: readonly DenseLayer[];
  /** Between the layers. */
  readonly activation: Activation;
  readonly normalizes: boolean;
}

export interface TowerParameters {
  readonly items: number;
  readonly query: { readonly embedding: Table; readonly stack: Stack; readonly head: Head };
  readonly candidate: { readonly embedding: Table; readonly head: Head };
  /** Columns of the vectors of both towers, and rounded up to 4. */
  readonly width: number;
  readonly W: number;
  readonly embeddingSize: number;
}

/** Reserves the tables; the same options give the same plan. Without candidates only the query's. */
export function planTowers(
  arena: Arena,
  options: ResolvedTowerOptions,
  items: number,
  candidates: number = items,
  state?: RowState,
): TowerParameters {
  const table = tablesOf(arena, state);
  const { embeddingSize, layers, queryLayers, candidateLayers } = options;
  const head = (widths: readonly number[], inputSize: number): Head => ({
    layers: widths.map((size, i): DenseLayer => {
      const below = i === 0 ? inputSize : widths[i - 1]!;
      const [E, D] = [padded(below), padded(size)];
      return { inputSize: below, E, size, D, input: table(E, D), bias: table(1, D) };
    }),
    activation: activationOf(options.denseActivation, 1, "denseActivation"),
    normalizes: options.normalize,
  });
  const width = queryLayers.at(-1) ?? layers.at(-1)!;
  return {
    ...{ items, width, W: padded(width), embeddingSize },
    query: {
      embedding: table(items + 1, padded(embeddingSize)),
      stack: planStack(table, { ...options, eluParam: 1 }, embeddingSize),
      head: head(queryLayers, layers.at(-1)!),
    },
    candidate: {
      embedding: table(candidates, padded(embeddingSize)),
      head: head(candidates === 0 ? [] : candidateLayers, embeddingSize),
    },
  };
}

/** Every tensor of the query tower, then every one of the candidate tower. */
export function towerTensors({ query, candidate, embeddingSize }: TowerParameters): {
  readonly query: NamedTensor[];
  readonly candidate: NamedTensor[];
} {
  const embedding = (tower: string, table: Table): NamedTensor =>
    named(`${tower}.E`, table, table.rows, [embeddingSize], [0]);
  const dense = (tower: string, { layers }: Head): NamedTensor[] =>
    layers.flatMap(({ inputSize, size, input, bias }, i) => [
      named(`${tower}.D_${i}`, input, inputSize, [size], [0]),
      named(`${tower}.c_${i}`, bias, 1, [size], [0], [size]),
    ]);
  const recurrent = query.stack.layers.flatMap((layer, i) => layerTensors(layer, i));
  return {
    query: [
      embedding("query", query.embedding),
      ...recurrent.map((tensor) => ({ ...tensor, name: `query.${tensor.name}` })),
      ...dense("query", query.head),
    ],
    candidate: [embedding("candidate", candidate.embedding), ...dense("candidate", candidate.head)],
  };
}
