/**
 * A model as one safetensors file: an 8-byte length, a JSON header, the tensors.
 *
 *     u64 n | {"__metadata__": {…}, "Wy": {"dtype", "shape", "data_offsets"}, …} | f32 … | i32 support
 *
 * Metadata are strings: the format's name and version, the options and the item ids as JSON. The
 * reader trusts nothing: every size is checked against the bytes that are there.
 */

import { Items } from "../../data/items.js";
import { FormatError } from "../../errors.js";
import {
  checked,
  checkFloats,
  checkFormat,
  checkNames,
  decodedIds,
  decodedOptions,
  encodedIds,
  encodeFile,
  type FileTensor,
  floatsAt,
  tensorBytes,
} from "../../files/fields.js";
import { readHeader } from "../../files/safetensors.js";
import type { NamedTensor } from "../../network/weights.js";
import { pacer, pause } from "../../pause.js";
import { Arena } from "../../wasm/arena.js";
import type { Inference } from "./inference.js";
import { type ResolvedModelOptions, resolveSavedModelOptions } from "./options.js";
import { namedTensors, planParameters } from "./parameters.js";

const NAME = "gru4rec";
const VERSION = 1;

/** A model's parts as they stand in a file. */
export interface DecodedModel {
  readonly items: Items;
  readonly options: ResolvedModelOptions;
  /** Rows of a tensor, f32[rows, columns], copied; all are there and finite. */
  rows(tensor: NamedTensor, begin: number, rows: number): Float32Array;
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

/**
 * The bytes are borrowed for as long as their rows are read.
 *
 * @throws FormatError naming the field that is not as it must be
 */
export async function decodeModel(bytes: Uint8Array | ArrayBuffer): Promise<DecodedModel> {
  const header = readHeader(bytes, "model file");
  const { metadata, entries } = header;
  checkFormat(header, NAME, VERSION);
  const options = decodedOptions(metadata.options, resolveSavedModelOptions);
  // Before they are planned: a list of a million sizes is short, a million layers are not.
  if (options.layers.length > entries.size) {
    const expected = `no more layers than its ${entries.size} tensors`;
    throw new FormatError("model file, layers", expected, options.layers.length);
  }
  const ids = decodedIds(metadata.items, "items");
  const support = new Int32Array(tensorBytes(header, "support", "I32", [ids.length]));
  // Of a large catalogue the ids alone, parsed and then numbered, are two turns.
  await pause();
  const items = checked("items", () => Items.from(ids, support));
  await pause();

  const pace = pacer();
  const expected = namedTensors(planParameters(new Arena(), options, items.size));
  for (const { name, shape } of expected) await checkFloats(header, name, shape, pace);
  checkNames(header, new Set(["support", ...expected.map(({ name }) => name)]));
  const rows: DecodedModel["rows"] = ({ name, columns }, begin, n) =>
    floatsAt(header, name, begin * columns, n * columns);
  return { items, options, rows };
}
