/**
 * A model as one safetensors file: an 8-byte length, a JSON header, the tensors.
 *
 *     u64 n | {"__metadata__": {…}, "Wy": {"dtype", "shape", "data_offsets"}, …} | f32 … | i32 support
 *
 * Metadata are strings: the format's name and version, the options and the item ids as JSON. The
 * reader trusts nothing: every size is checked against the bytes that are there.
 */

import { Items } from "../data/items.js";
import { FormatError } from "../errors.js";
import { Arena } from "../wasm/arena.js";
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
  tensorBytes,
} from "./fields.js";
import type { Inference } from "./inference.js";
import { type ResolvedModelOptions, resolveModelOptions } from "./options.js";
import { planParameters } from "./parameters.js";
import { readHeader } from "./safetensors.js";
import { namedTensors } from "./weights.js";

const NAME = "gru4rec";
const VERSION = 1;

/** A model's parts as they stand in a file. */
export interface DecodedModel {
  readonly items: Items;
  readonly options: ResolvedModelOptions;
  /** By name, whole and finite. */
  readonly tensors: ReadonlyMap<string, Float32Array>;
}

export function encodeModel(
  items: Items,
  options: ResolvedModelOptions,
  weights: Inference,
): Uint8Array<ArrayBuffer> {
  const metadata = {
    ...{ format: NAME, version: String(VERSION) },
    ...{ options: JSON.stringify(options), items: encodedIds(items.ids) },
  };
  const tensors = weights.tensors.map(
    (tensor): FileTensor => ({
      ...{ name: tensor.name, dtype: "F32", shape: tensor.shape },
      read: () => weights.read(tensor, 0, tensor.rows),
    }),
  );
  const support = { name: "support", dtype: "I32", shape: [items.size] } as const;
  return encodeFile(metadata, [...tensors, { ...support, read: () => items.support }]);
}

/** Throws FormatError naming the field that is not as it must be. */
export function decodeModel(bytes: Uint8Array): DecodedModel {
  const header = readHeader(bytes, "model file");
  const { metadata, entries } = header;
  checkFormat(header, NAME, VERSION);
  const options = decodedOptions(metadata.options, resolveModelOptions);
  // Before they are planned: a list of a million sizes is short, a million layers are not.
  if (options.layers.length > entries.size) {
    const expected = `no more layers than its ${entries.size} tensors`;
    throw new FormatError("model file, layers", expected, options.layers.length);
  }
  const ids = decodedIds(metadata.items, "items");
  const support = new Int32Array(tensorBytes(header, "support", "I32", [ids.length]));
  const items = checked("items", () => Items.from(ids, support));

  const tensors = new Map<string, Float32Array>();
  const expected = namedTensors(planParameters(new Arena(), options, items.size));
  for (const { name, shape } of expected) tensors.set(name, finiteFloats(header, name, shape));
  checkNames(header, new Set(["support", ...tensors.keys()]));
  return { items, options, tensors };
}
