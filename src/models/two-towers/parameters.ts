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
import {
  padded,
  type RowState,
  type Table,
  type TablePlanner,
  tablesOf,
} from "../../network/tables.js";
import { type NamedTensor, named } from "../../network/weights.js";
import type { Arena } from "../../wasm/arena.js";
import { itemColumns, queryColumns } from "./feature-options.js";
import type { ResolvedTowerOptions } from "./options.js";
import type { QueryTowerOptions } from "./query-options.js";

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

/** The query tower, with all that whoever answers needs. */
export interface QueryParameters {
  readonly items: number;
  readonly query: ItemTables & { readonly stack: Stack; readonly time: TimeTable | undefined };
  /** Columns of the vectors of both towers, and rounded up to 4. */
  readonly width: number;
  readonly W: number;
  readonly embeddingSize: number;
}

export interface TowerParameters extends QueryParameters {
  readonly candidate: ItemTables;
  /** Columns of an item's vector, rounded up to 4. */
  readonly itemWidth: number;
}

/** Reserves the tables of a query tower alone, whose rows of items are all that there is of an item. */
export function planQueryTower(
  table: TablePlanner,
  options: QueryTowerOptions,
  items: number,
): QueryParameters {
  return queryTower(table, options, items, [], { width: options.embeddingSize, places: [] });
}

/** Reserves the tables of both towers; the same options give the same plan. */
export function planTowers(
  arena: Arena,
  options: ResolvedTowerOptions,
  items: number,
  state?: RowState,
  features: readonly FeatureShape[] = [],
): TowerParameters {
  const table = tablesOf(arena, state);
  const columns = itemColumns(options);
  return {
    ...queryTower(table, options, items, features, columns),
    itemWidth: padded(columns.width),
    candidate: {
      ...itemTables(table, options, items, features, columns),
      head: headOf(table, options, options.candidateLayers, columns.width),
    },
  };
}

type ItemColumns = ReturnType<typeof itemColumns>;

function queryTower(
  table: TablePlanner,
  options: QueryTowerOptions,
  items: number,
  features: readonly FeatureShape[],
  columns: ItemColumns,
): QueryParameters {
  const { embeddingSize, queryLayers, timeBoundaries } = options;
  const state = queryColumns(options);
  const { place, size } = state;
  const width = queryLayers.at(-1) ?? state.width;
  const buckets = timeBoundaries.length + 1;
  return {
    items,
    width,
    W: padded(width),
    embeddingSize,
    query: {
      ...itemTables(table, options, items + 1, features, columns),
      stack: planStack(table, { ...options, eluParam: 1 }, columns.width),
      time: size === 0 ? undefined : { table: table(buckets + 1, padded(size)), size, place },
      head: headOf(table, options, queryLayers, state.width),
    },
  };
}

function itemTables(
  table: TablePlanner,
  { embeddingSize }: QueryTowerOptions,
  rows: number,
  features: readonly FeatureShape[],
  { places }: ItemColumns,
): Omit<ItemTables, "head"> {
  return {
    embedding: table(rows, padded(embeddingSize)),
    features: features.map((feature, f) => {
      return { ...feature, table: table(feature.rows, padded(feature.size)), place: places[f]! };
    }),
  };
}

function headOf(
  table: TablePlanner,
  { denseActivation, normalize }: QueryTowerOptions,
  widths: readonly number[],
  inputSize: number,
): Head {
  return {
    layers: planDenseLayers(table, widths, inputSize),
    activation: activationOf(denseActivation, 1, "denseActivation"),
    normalizes: normalize,
  };
}

/** Every tensor of the query tower, then every one of the candidate tower. */
export function allTensors(parameters: TowerParameters): NamedTensor[] {
  return [...queryTensors(parameters), ...candidateTensors(parameters)];
}

export function queryTensors({ query, embeddingSize }: QueryParameters): NamedTensor[] {
  const { stack, time, head } = query;
  return [
    ...itemTensors("query", query, embeddingSize),
    ...within("query", stack.layers.flatMap(layerTensors)),
    ...(time ? [named("query.T", time.table, time.table.rows, [time.size], [0])] : []),
    ...within("query", headTensors(head)),
  ];
}

export function candidateTensors({ candidate, embeddingSize }: TowerParameters): NamedTensor[] {
  return [
    ...itemTensors("candidate", candidate, embeddingSize),
    ...within("candidate", headTensors(candidate.head)),
  ];
}

function itemTensors(tower: string, tables: ItemTables, embeddingSize: number): NamedTensor[] {
  const { embedding, features } = tables;
  return [
    named(`${tower}.E`, embedding, embedding.rows, [embeddingSize], [0]),
    ...features.map(({ name, size, table }) =>
      named(`${tower}.F_${name}`, table, table.rows, [size], [0]),
    ),
  ];
}

function within(tower: string, tensors: readonly NamedTensor[]): NamedTensor[] {
  return tensors.map((tensor) => ({ ...tensor, name: `${tower}.${tensor.name}` }));
}
