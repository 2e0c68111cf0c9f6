/**
 * Copies of towers whose features are folded into the rows of their items. Indices and evaluations use
 * these copies.
 *
 *     query.E[i], candidate.E[i]  ←  E[i] + F_title · bag(i) + …     or E[i] | F_title · bag(i) | …
 *
 * A new item, which the model did not learn, takes the mean of all rows of E and adds its features. The
 * row of the query tower for unknown items has no features and stays as it is.
 */

import { type Bags, type DescribedItems, entriesAt } from "../../data/item-features.js";
import { type NamedTensor, piecesOf } from "../../network/weights.js";
import { pace } from "../../pause.js";
import { itemColumns } from "./feature-options.js";
import { TowerInference } from "./inference.js";
import type { ResolvedTowerOptions } from "./options.js";
import type { FeatureTable } from "./parameters.js";

/** The options of towers whose features are folded in. */
function foldedOptions(options: ResolvedTowerOptions): ResolvedTowerOptions {
  return { ...options, features: {}, embeddingSize: itemColumns(options).width };
}

/** @param described the catalogue of `towers` with the features of its items, and others behind it */
export async function foldFeatures(
  towers: TowerInference,
  options: ResolvedTowerOptions,
  { items, bags }: DescribedItems,
): Promise<TowerInference> {
  const { parameters } = towers;
  const folded = await TowerInference.create(foldedOptions(options), items.size);
  for (const tower of ["query", "candidate"] as const) {
    const [ids, ...others] = towers.tensorsOf(tower);
    const [out, ...same] = folded.tensorsOf(tower);
    const { features } = parameters[tower];
    const known = parameters.items;
    const tables = features.map((feature, f) => ({
      ...feature,
      values: towers.read(others[f]!, 0, feature.rows),
    }));
    const average = items.size > known ? averageOf(towers, ids!, known) : undefined;
    for (let item = 0; item < items.size; ++item) {
      const learnt = item < known ? towers.read(ids!, item, 1) : average!;
      folded.write(out!, item, vectorOf(learnt, out!.columns, tables, bags, item));
      if ((item & 255) === 0) await pace();
    }
    if (tower === "query") {
      const unknown = towers.read(ids!, known, 1);
      folded.write(out!, items.size, vectorOf(unknown, out!.columns, [], [], 0));
    }
    for (const [i, tensor] of others.slice(features.length).entries()) {
      folded.write(same[i]!, 0, towers.read(tensor, 0, tensor.rows));
    }
  }
  return folded;
}

/** An item's row with its features folded in, f32[columns]. @param learnt its row of E */
function vectorOf(
  learnt: Float32Array,
  columns: number,
  tables: readonly (FeatureTable & { readonly values: Float32Array })[],
  bags: readonly Bags[],
  item: number,
): Float32Array {
  const out = new Float64Array(columns);
  out.set(learnt);
  for (const [f, { values, size, place }] of tables.entries()) {
    for (const { row, weight } of entriesAt(bags[f], item)) {
      for (let c = 0; c < size; ++c) out[place + c]! += weight * values[row * size + c]!;
    }
  }
  return Float32Array.from(out);
}

/** The mean of the first `rows` rows. */
function averageOf(towers: TowerInference, tensor: NamedTensor, rows: number): Float32Array {
  const sum = new Float64Array(tensor.columns);
  for (const { begin, rows: n } of piecesOf({ ...tensor, rows })) {
    const values = towers.read(tensor, begin, n);
    for (const [i, value] of values.entries()) sum[i % tensor.columns]! += value;
  }
  return Float32Array.from(sum, (total) => total / rows);
}
