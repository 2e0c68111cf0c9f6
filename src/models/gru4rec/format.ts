/**
 * A model as one safetensors file: an 8-byte length, a JSON header, the tensors.
 *
 *     u64 n | {"__metadata__": {…}, "Wy": {"dtype", "shape", "data_offsets"}, …} | f32 … | i32 support | ids
 *
 * Metadata are strings: kind and version of the file, the options and how the model was trained, as
 * JSON. The ids are a tensor (files/ids.ts). The reader trusts nothing: every size is checked against
 * the bytes that are there.
 */

import type { Items } from "../../data/items.js";
import { checkedRows, checkNames, type RowsOf } from "../../files/fields.js";
import { idSpec, idTensor } from "../../files/ids.js";
import { checkFile, encodeFile, type FileTensor } from "../../files/layout.js";
import { readHeader } from "../../files/safetensors.js";
import { atOnce } from "../../pause.js";
import { Arena } from "../../wasm/arena.js";
import { decodedParts, type ModelParts, metadataOf, optimizerIn, WHAT } from "../model-file.js";
import { weightTensors } from "../weight-tensors.js";
import type { Inference } from "./inference.js";
import { type ResolvedModelOptions, resolveModelOptions } from "./options.js";
import { namedTensors, planParameters } from "./parameters.js";

const KIND = "gru4rec";

/** The parts of a model that a file holds beside the weights. */
type Parts = ModelParts<ResolvedModelOptions>;

export function encodeModel(
  parts: Parts,
  weights: Inference,
  beside: readonly FileTensor[],
): Uint8Array<ArrayBuffer> {
  const { items } = parts;
  const support = { ...supportOf(items), pieces: () => [items.support] };
  return encodeFile(WHAT, metadataOf(KIND, parts), [
    ...weightTensors(weights, weights.tensors),
    support,
    atOnce(idTensor("items", items.ids)),
    ...beside,
  ]);
}

/** Throws ConfigError when the file of a model could not be read back. */
export function checkModelFile(parts: Parts, weights: Inference): void {
  const { items } = parts;
  const tensors = [...weightTensors(weights, weights.tensors), supportOf(items)];
  checkFile(WHAT, metadataOf(KIND, parts), [...tensors, idSpec("items", items.ids)]);
}

function supportOf({ size }: Items) {
  return { name: "support", dtype: "I32", shape: [size] } as const;
}

/**
 * The bytes are borrowed for as long as their rows are read.
 *
 * @throws FormatError naming the field that is not as it must be
 */
export async function decodeModel(
  bytes: Uint8Array | ArrayBuffer,
): Promise<Parts & { readonly rows: RowsOf; readonly beside: readonly FileTensor[] }> {
  const header = readHeader(bytes, WHAT);
  const parts = await decodedParts(header, {
    kind: KIND,
    resolve: resolveModelOptions,
    tensors: ({ layers }) => layers.length,
    hasSupport: true,
  });
  const expected = namedTensors(planParameters(new Arena(), parts.options, parts.items.size));
  const rows = await checkedRows(header, expected);
  checkNames(header, new Set(["support", "items", ...expected.map(({ name }) => name)]));
  return { ...parts, rows, beside: optimizerIn(header) };
}
