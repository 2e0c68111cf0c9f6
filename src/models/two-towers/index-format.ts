/**
 * A retrieval index as one safetensors file: the tensors of the query tower under their names
 * (parameters.ts), and `candidates` f32[candidates, width], the vectors that queries are compared
 * with. Metadata are the options, the ids that a query may hold and the ids of the candidates.
 */

import { Items } from "../../data/items.js";
import { FormatError } from "../../errors.js";
import {
  checked,
  checkFormat,
  checkNames,
  decodedIds,
  decodedOptions,
  encodedIds,
  encodeFile,
  type FileTensor,
  finiteFloats,
} from "../../files/fields.js";
import { type Header, readHeader } from "../../files/safetensors.js";
import type { NamedTensor } from "../../network/weights.js";
import { Arena } from "../../wasm/arena.js";
import type { TowerInference } from "./inference.js";
import { type ResolvedTowerOptions, resolveSavedTowerOptions } from "./options.js";
import { planTowers, towerTensors } from "./parameters.js";

const NAME = "gru4rec-retrieval";
const VERSION = 1;
const VECTORS = "candidates";

interface IndexParts {
  /** What a query may hold, and what it is compared with. */
  readonly items: Items;
  readonly candidates: Items;
  readonly options: ResolvedTowerOptions;
  /** f32[candidates, width] */
  readonly vectors: Float32Array;
}

export function encodeIndex({
  items,
  candidates,
  options,
  vectors,
  query,
}: IndexParts & { readonly query: TowerInference }): Uint8Array<ArrayBuffer> {
  const metadata = {
    ...{ format: NAME, version: String(VERSION), options: JSON.stringify(options) },
    ...{ items: encodedIds(items.ids), candidates: encodedIds(candidates.ids) },
  };
  const tensors = encodedTensors(query, query.tensors.query);
  const shape = [candidates.size, query.parameters.width];
  const own = { name: VECTORS, dtype: "F32", shape, read: () => vectors } as const;
  return encodeFile(metadata, [...tensors, own]);
}

/** Throws FormatError naming the field that is not as it must be. */
export function decodeIndex(
  bytes: Uint8Array | ArrayBuffer,
): IndexParts & { readonly tensors: ReadonlyMap<string, Float32Array> } {
  const { header, options, items } = openTowerFile(bytes, NAME, VERSION);
  const { metadata } = header;
  const candidates = checked("candidates", () =>
    Items.from(decodedIds(metadata.candidates, "candidates")),
  );
  const count = Object.keys(options.features).length;
  if (count > 0) {
    const expected = "none: an index has them in the rows of its items";
    throw new FormatError("model file, features", expected, count);
  }
  const { width, ...parameters } = planTowers(new Arena(), options, items.size, 0);
  const tensors = new Map<string, Float32Array>();
  for (const { name, shape } of towerTensors({ ...parameters, width }).query) {
    tensors.set(name, finiteFloats(header, name, shape));
  }
  const vectors = finiteFloats(header, VECTORS, [candidates.size, width]);
  checkNames(header, new Set([VECTORS, ...tensors.keys()]));
  return { items, candidates, options, vectors, tensors };
}

/** Tensors of towers on their way into a file. */
export function encodedTensors(
  weights: TowerInference,
  tensors: readonly NamedTensor[],
): FileTensor[] {
  return tensors.map((tensor) => ({
    ...{ name: tensor.name, dtype: "F32", shape: tensor.shape },
    read: () => weights.read(tensor, 0, tensor.rows),
  }));
}

/** What files of indices and of whole towers begin with. Throws FormatError. */
export function openTowerFile(
  bytes: Uint8Array | ArrayBuffer,
  name: string,
  version: number,
): { readonly header: Header; readonly options: ResolvedTowerOptions; readonly items: Items } {
  const header = readHeader(bytes, "model file");
  const { metadata, entries } = header;
  checkFormat(header, name, version);
  const options = decodedOptions(metadata.options, resolveSavedTowerOptions);
  // Before they are planned: a list of a million sizes is short, a million layers are not.
  const { layers, queryLayers, candidateLayers, features } = options;
  const depth = layers.length + queryLayers.length;
  const most = Math.max(depth, candidateLayers.length, Object.keys(features).length);
  if (most > entries.size) {
    const expected = `no more layers than its ${entries.size} tensors`;
    throw new FormatError("model file, layers", expected, most);
  }
  const items = checked("items", () => Items.from(decodedIds(metadata.items, "items")));
  return { header, options, items };
}
