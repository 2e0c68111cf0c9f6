/**
 * Two towers as one safetensors file, to train on or to build indices from: all tensors under their
 * names (parameters.ts), and of each feature what it knows of the items:
 *
 *     feature.title.offsets i32[items + 1]   item i has entries [offsets[i], offsets[i + 1])
 *     feature.title.rows    i32[entries]     rows of query.F_title and candidate.F_title
 *     feature.title.weights f32[entries]
 *
 *     feature.title.values  ids of its words or values, in the order of their rows (files/ids.ts)
 *
 * Beside them the ids of the items. Metadata are the options, how the towers were trained, and under
 * `feature.year` mean and deviation of a number.
 */

import type { Id } from "../../data/events.js";
import { Feature, type FeatureState } from "../../data/features.js";
import { type Bags, ItemFeatures } from "../../data/item-features.js";
import { ConfigError, FormatError } from "../../errors.js";
import {
  checked,
  checkedRows,
  checkNames,
  decodedObject,
  finiteFloats,
  type RowsOf,
  tensorBytes,
} from "../../files/fields.js";
import { decodedIds, idSpec, idTensor } from "../../files/ids.js";
import { checkFile, encodeFile, type FileTensor } from "../../files/layout.js";
import { type Header, readHeader } from "../../files/safetensors.js";
import { atOnce } from "../../pause.js";
import { Arena } from "../../wasm/arena.js";
import { decodedParts, type ModelParts, metadataOf, optimizerIn, WHAT } from "../model-file.js";
import { weightTensors } from "../weight-tensors.js";
import type { TowerInference } from "./inference.js";
import { type ResolvedTowerOptions, resolveTowerOptions } from "./options.js";
import { allTensors, planTowers, shapesOf } from "./parameters.js";

const KIND = "two-towers";

interface DescribedParts extends ModelParts<ResolvedTowerOptions> {
  /** Undefined where there are none. */
  readonly features: ItemFeatures | undefined;
}

export function encodeTowers(
  parts: DescribedParts,
  weights: TowerInference,
  beside: readonly FileTensor[],
): Uint8Array<ArrayBuffer> {
  return encodeFile(WHAT, metadataWithScales(parts), [
    ...weightTensors(weights, weights.tensors),
    ...bagTensors(parts.features),
    ...Object.entries(idLists(parts)).map(([name, ids]) => atOnce(idTensor(name, ids))),
    ...beside,
  ]);
}

/** Throws ConfigError when the file of towers could not be read back. */
export function checkTowersFile(parts: DescribedParts, weights: TowerInference): void {
  checkFile(WHAT, metadataWithScales(parts), [
    ...weightTensors(weights, weights.tensors),
    ...bagTensors(parts.features),
    ...Object.entries(idLists(parts)).map(([name, ids]) => idSpec(name, ids)),
  ]);
}

function metadataWithScales(parts: DescribedParts): Record<string, string> {
  const scales = (parts.features?.features ?? []).flatMap(({ name, state }) =>
    "values" in state ? [] : [[`feature.${name}`, JSON.stringify(state)] as const],
  );
  return { ...metadataOf(KIND, parts), ...Object.fromEntries(scales) };
}

/** Ids of the items, and values of features, by the names of their tensors. */
function idLists({ items, features }: DescribedParts): Readonly<Record<string, readonly Id[]>> {
  const values = (features?.features ?? []).flatMap(({ name, state }) =>
    "values" in state ? [[namesOf(name).values, state.values] as const] : [],
  );
  return { items: items.ids, ...Object.fromEntries(values) };
}

/**
 * The bytes are borrowed for as long as rows of tensors are read.
 *
 * @throws FormatError naming the field that is not as it must be
 */
export async function decodeTowers(
  bytes: Uint8Array | ArrayBuffer,
): Promise<DescribedParts & { readonly rows: RowsOf; readonly beside: readonly FileTensor[] }> {
  const header = readHeader(bytes, WHAT);
  const parts = await decodedParts(header, {
    kind: KIND,
    resolve: resolveTowerOptions,
    tensors: ({ layers, queryLayers, candidateLayers, features }) =>
      layers.length + queryLayers.length + candidateLayers.length + Object.keys(features).length,
  });
  const { items, options } = parts;
  const features = await featuresFrom(header, parts);
  const shapes = shapesOf(options, features);
  const parameters = planTowers(new Arena(), options, items.size, undefined, shapes);
  const tensors = allTensors(parameters);
  const rows = await checkedRows(header, tensors);
  const named = [...tensors, ...bagTensors(features)].map(({ name }) => name);
  checkNames(header, new Set([...named, ...Object.keys(idLists({ ...parts, features }))]));
  return { ...parts, features, rows, beside: optimizerIn(header) };
}

function namesOf(feature: string) {
  const name = (part: string): string => `feature.${feature}.${part}`;
  return {
    offsets: name("offsets"),
    rows: name("rows"),
    weights: name("weights"),
    values: name("values"),
  };
}

function bagTensors(described: ItemFeatures | undefined): FileTensor[] {
  return (described?.features ?? []).flatMap(({ name }, f): FileTensor[] => {
    const { offsets, rows, weights } = described!.bags[f]!;
    const names = namesOf(name);
    return [
      { name: names.offsets, dtype: "I32", shape: [offsets.length], pieces: () => [offsets] },
      { name: names.rows, dtype: "I32", shape: [rows.length], pieces: () => [rows] },
      { name: names.weights, dtype: "F32", shape: [weights.length], pieces: () => [weights] },
    ];
  });
}

async function featuresFrom(
  header: Header,
  { items, options }: ModelParts<ResolvedTowerOptions>,
): Promise<ItemFeatures | undefined> {
  const readings = Object.entries(options.features);
  if (readings.length === 0) return undefined;
  const features: Feature[] = [];
  for (const [name, { kind }] of readings) {
    const state = kind === "number" ? scaleOf(header, name) : await valuesOf(header, name, kind);
    features.push(new Feature(name, kind, state));
  }
  return new ItemFeatures(
    items,
    features,
    features.map((feature) => bagsFrom(header, feature, items.size)),
  );
}

/** Lists that a kernel may follow: in order, within the tables. */
function bagsFrom(header: Header, feature: Feature, items: number): Bags {
  const { what, entries } = header;
  const names = namesOf(feature.name);
  const count = entries.get(names.rows)?.shape[0] ?? 0;
  const offsets = new Int32Array(tensorBytes(header, names.offsets, "I32", [items + 1]));
  const rows = new Int32Array(tensorBytes(header, names.rows, "I32", [count]));
  const weights = finiteFloats(header, names.weights, [count]);
  for (const [i, end] of offsets.entries()) {
    const least = i === 0 ? 0 : offsets[i - 1]!;
    const most = i === 0 ? 0 : count;
    if (end >= least && end <= most && (i < items || end === count)) continue;
    const expected = `a place from ${i === items ? count : least} to ${most}`;
    throw new FormatError(`${what}, ${names.offsets}[${i}]`, expected, end);
  }
  const wrong = rows.findIndex((row) => row < 0 || row >= feature.rows);
  if (wrong < 0) return { offsets, rows, weights };
  const expected = `a row from 0 to ${feature.rows - 1}`;
  throw new FormatError(`${what}, ${names.rows}[${wrong}]`, expected, rows[wrong]);
}

async function valuesOf(
  header: Header,
  feature: string,
  kind: Feature["kind"],
): Promise<FeatureState> {
  const field = namesOf(feature).values;
  const values = await decodedIds(header, field);
  checked(header, field, () => {
    for (const [i, value] of values.entries()) {
      if (kind !== "text" || typeof value === "string") continue;
      throw new ConfigError(`${field}[${i}]`, "a word", value);
    }
    if (new Set(values).size < values.length) throw new Error("it has a value twice");
  });
  return { values };
}

function scaleOf(header: Header, feature: string): FeatureState {
  const field = `feature.${feature}`;
  return decodedObject(header, field, (given) => {
    const { mean, deviation } = given as Record<string, unknown>;
    const isScale = Number.isFinite(mean) && Number.isFinite(deviation);
    if (isScale && (deviation as number) > 0) {
      return { mean: mean as number, deviation: deviation as number };
    }
    throw new ConfigError(field, "a mean and a deviation > 0", header.metadata[field]);
  });
}
