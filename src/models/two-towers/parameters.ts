/**
 * The weights of two towers as tables in an arena, and their names in files.
 *
 *     query      query.E [items + 1, e]: the last row is any unknown item and the pad
 *                query.Wx_i, Wh_i, b_i, …: recurrent layers, by their cell (src/network/cells)
 *                query.D_i [in, out], query.c_i [out]: dense layers
 *                query.T [buckets + 1, w]: time, the last row where it is not known
 *     candidate  candidate.E [items, e]; candidate.D_i, candidate.c_i
 *     either     query.F_name, candidate.F_name [rows, w]: the words, values or number of a feature;
 *                row 0 stands for all that have no row
 *
 * Padding to whole vectors and the place of optimiser state are as in src/network/tables.ts.
 */

import type { ItemFeatures } from "../../data/item-features.js";
import { activationOf } from "../../network/activations.js";
import { type Head, headTensors, planDenseLayers } from "../../network/head.js";
import { layerTensors, planStack, type Stack } from "../../network/stack.js";
import { padded, type RowState, type Table, tablesOf } from "../../network/tables.js";
import { type NamedTensor, named } from "../../network/weights.js";
import type { Arena } from "../../wasm/arena.js";
import { itemColumns, queryColumns } from "./feature-options.js";
import type { ResolvedTowerOptions } from "./options.js";

/** A feature of items as towers see it: a table in each, and bags of its rows (assembly/bags.ts). */
export interface FeatureShape {
  readonly name: string;
  readonly size: number;
  readonly rows: number;
  /** Whether row 0 stands for values that have no row. */
  readonly hasOthers: boolean;
  /** Entries of the bags of the whole catalogue, and of the longest one. */
  readonly entries: number;
  readonly longest: number;
}

/** What towers with these features have tables for; none without features. */
export function shapesOf(
  options: ResolvedTowerOptions,
  described: ItemFeatures | undefined,
): FeatureShape[] {
  if (!described) return [];
  return described.features.map(({ name, kind, rows }, f): FeatureShape => {
    const { offsets, rows: entries } = described.bags[f]!;
    const longest = offsets.reduce(
      (most, end, i) => Math.max(most, end - (offsets[i - 1] ?? 0)),
      0,
    );
    const { size } = options.features[name]!;
    const hasOthers = kind !== "number";
    return { name, size, rows, hasOthers, entries: entries.length, longest };
  });
}

/** A feature's table in one tower, and the column of an item's vector where it begins. */
export interface FeatureTable extends FeatureShape {
  readonly table: Table;
  readonly place: number;
}

/** What both towers have: a row for each item, and what it is besides. */
interface ItemTables {
  readonly embedding: Table;
  readonly features: readonly FeatureTable[];
  readonly head: Head;
}

/** Vectors of when a query is asked, put together with the last state. */
export interface TimeTable {
  readonly table: Table;
  readonly size: number;
  /** Column of the head's input where it begins; 0 where it is added to the state. */
  readonly place: number;
}

export interface TowerParameters {
  readonly items: number;
  readonly query: ItemTables & { readonly stack: Stack; readonly time: TimeTable | undefined };
  readonly candidate: ItemTables;
  /** Columns of an item's vector, rounded up to 4. */
  readonly itemWidth: number;
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
  features: readonly FeatureShape[] = [],
): TowerParameters {
  const table = tablesOf(arena, state);
  const { embeddingSize, queryLayers, candidateLayers } = options;
  const head = (widths: readonly number[], inputSize: number): Head => ({
    layers: planDenseLayers(table, widths, inputSize),
    activation: activationOf(options.denseActivation, 1, "denseActivation"),
    normalizes: options.normalize,
  });
  const { width: itemWidth, places } = itemColumns(options);
  const { width: stateWidth, place, size } = queryColumns(options);
  const width = queryLayers.at(-1) ?? stateWidth;
  const ofItems = (): FeatureTable[] =>
    features.map((feature, f) => {
      const { rows, size } = feature;
      return { ...feature, table: table(rows, padded(size)), place: places[f]! };
    });
  const buckets = options.timeBoundaries.length + 1;
  return {
    items,
    width,
    W: padded(width),
    embeddingSize,
    itemWidth: padded(itemWidth),
    query: {
      embedding: table(items + 1, padded(embeddingSize)),
      features: ofItems(),
      stack: planStack(table, { ...options, eluParam: 1 }, itemWidth),
      time: size === 0 ? undefined : { table: table(buckets + 1, padded(size)), size, place },
      head: head(queryLayers, stateWidth),
    },
    candidate: {
      embedding: table(candidates, padded(embeddingSize)),
      features: ofItems(),
      head: head(candidates === 0 ? [] : candidateLayers, itemWidth),
    },
  };
}

/** Every tensor of the query tower, then every one of the candidate tower. */
export function allTensors(parameters: TowerParameters): NamedTensor[] {
  const { query, candidate } = towerTensors(parameters);
  return [...query, ...candidate];
}

/** The same, tower by tower. */
export function towerTensors({ query, candidate, embeddingSize }: TowerParameters): {
  readonly query: NamedTensor[];
  readonly candidate: NamedTensor[];
} {
  const embedding = (tower: string, table: Table): NamedTensor =>
    named(`${tower}.E`, table, table.rows, [embeddingSize], [0]);
  const ofItems = (tower: string, features: readonly FeatureTable[]): NamedTensor[] =>
    features.map(({ name, size, table }) =>
      named(`${tower}.F_${name}`, table, table.rows, [size], [0]),
    );
  const within = (tower: string, tensors: readonly NamedTensor[]): NamedTensor[] =>
    tensors.map((tensor) => ({ ...tensor, name: `${tower}.${tensor.name}` }));
  const { time } = query;
  return {
    query: [
      embedding("query", query.embedding),
      ...ofItems("query", query.features),
      ...within("query", query.stack.layers.flatMap(layerTensors)),
      ...(time ? [named("query.T", time.table, time.table.rows, [time.size], [0])] : []),
      ...within("query", headTensors(query.head)),
    ],
    candidate: [
      embedding("candidate", candidate.embedding),
      ...ofItems("candidate", candidate.features),
      ...within("candidate", headTensors(candidate.head)),
    ],
  };
}
