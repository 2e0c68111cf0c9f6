/**
 * Two towers as one safetensors file, to train on or to build indices from: all tensors under their
 * names (parameters.ts), and of each feature what it knows of the items:
 *
 *     feature.title.offsets i32[items + 1]   item i has entries [offsets[i], offsets[i + 1])
 *     feature.title.rows    i32[entries]     rows of query.F_title and candidate.F_title
 *     feature.title.weights f32[entries]
 *
 * Metadata are the options, the ids of the items, and for each feature, under `feature.title`, its
 * values in the order of their rows, or mean and deviation of a number.
 */

import { Feature, type FeatureState } from "../../data/features.js";
import { type Bags, ItemFeatures } from "../../data/item-features.js";
import type { Items } from "../../data/items.js";
import { ConfigError, FormatError } from "../../errors.js";
import {
  checked,
  checkNames,
  decodedIds,
  encodedIds,
  encodeFile,
  type FileTensor,
  finiteFloats,
  tensorBytes,
} from "../../files/fields.js";
import type { Header } from "../../files/safetensors.js";
import { Arena } from "../../wasm/arena.js";
import { encodedTensors, openTowerFile } from "./index-format.js";
import type { TowerInference } from "./inference.js";
import type { ResolvedTowerOptions } from "./options.js";
import { planTowers, shapesOf, towerTensors } from "./parameters.js";

const NAME = "gru4rec-towers";
const VERSION = 1;

interface TowersParts {
  readonly items: Items;
  readonly options: ResolvedTowerOptions;
  /** Undefined where there are none. */
  readonly features: ItemFeatures | undefined;
}

export function encodeTowers({
  items,
  options,
  features,
  weights,
}: TowersParts & { readonly weights: TowerInference }): Uint8Array<ArrayBuffer> {
  const known = features?.features ?? [];
  const metadata = {
    ...{ format: NAME, version: String(VERSION), options: JSON.stringify(options) },
    items: encodedIds(items.ids),
    ...Object.fromEntries(known.map(({ name, state }) => [`feature.${name}`, encodedState(state)])),
  };
  const { query, candidate } = weights.tensors;
  const lists = known.flatMap(({ name }, f) => bagTensors(name, features!.bags[f]!));
  return encodeFile(metadata, [...encodedTensors(weights, [...query, ...candidate]), ...lists]);
}

/** Throws FormatError naming the field that is not as it must be. */
export function decodeTowers(
  bytes: Uint8Array | ArrayBuffer,
): TowersParts & { readonly tensors: ReadonlyMap<string, Float32Array> } {
  const { header, options, items } = openTowerFile(bytes, NAME, VERSION);
  const features = featuresFrom(header, options, items);
  const shapes = shapesOf(options, features);
  const { size } = items;
  const parameters = planTowers(new Arena(), options, size, size, undefined, shapes);
  const { query, candidate } = towerTensors(parameters);
  const tensors = new Map<string, Float32Array>();
  for (const { name, shape } of [...query, ...candidate]) {
    tensors.set(name, finiteFloats(header, name, shape));
  }
  const lists = (features?.features ?? []).flatMap(({ name }) => Object.values(namesOf(name)));
  checkNames(header, new Set([...tensors.keys(), ...lists]));
  return { items, options, features, tensors };
}

function namesOf(feature: string): { offsets: string; rows: string; weights: string } {
  const name = `feature.${feature}`;
  return { offsets: `${name}.offsets`, rows: `${name}.rows`, weights: `${name}.weights` };
}

function bagTensors(feature: string, { offsets, rows, weights }: Bags): FileTensor[] {
  const names = namesOf(feature);
  return [
    { name: names.offsets, dtype: "I32", shape: [offsets.length], read: () => offsets },
    { name: names.rows, dtype: "I32", shape: [rows.length], read: () => rows },
    { name: names.weights, dtype: "F32", shape: [weights.length], read: () => weights },
  ];
}

function featuresFrom(
  header: Header,
  options: ResolvedTowerOptions,
  items: Items,
): ItemFeatures | undefined {
  const readings = Object.entries(options.features);
  if (readings.length === 0) return undefined;
  const features = readings.map(([name, { kind }]) => {
    const state = decodedState(header.metadata[`feature.${name}`], `feature.${name}`, kind);
    return new Feature(name, kind, state);
  });
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

function encodedState(state: FeatureState): string {
  return "values" in state ? encodedIds(state.values) : JSON.stringify(state);
}

function decodedState(
  json: string | undefined,
  field: string,
  kind: Feature["kind"],
): FeatureState {
  if (kind === "number") return checked(field, () => scaleFrom(json, field));
  const values = decodedIds(json, field);
  const isText = kind === "text";
  checked(field, () => {
    for (const [i, value] of values.entries()) {
      if (!isText || typeof value === "string") continue;
      throw new ConfigError(`${field}[${i}]`, "a word", value);
    }
    if (new Set(values).size < values.length) throw new Error("it has a value twice");
  });
  return { values };
}

function scaleFrom(json: string | undefined, field: string): FeatureState {
  const { mean, deviation } = Object(JSON.parse(json ?? "")) as Record<string, unknown>;
  const isScale = Number.isFinite(mean) && Number.isFinite(deviation) && (deviation as number) > 0;
  if (isScale) return { mean: mean as number, deviation: deviation as number };
  throw new ConfigError(field, "a mean and a deviation > 0", json);
}
