/**
 * A model as one safetensors file: an 8-byte length, a JSON header, the tensors.
 *
 *     u64 n | {"__metadata__": {…}, "Wy": {"dtype", "shape", "data_offsets"}, …} | f32 … | i32 support | ids
 *
 * Metadata are strings: kind and version of the file, the options and how the model was trained, as
 * JSON. The ids are tensors (files/ids.ts). The reader trusts nothing: every size is checked against
 * the bytes that are there.
 */

import { Items } from "../../data/items.js";
import { FormatError } from "../../errors.js";
import {
  checkedInTurns,
  checkedRows,
  checkNames,
  decodedOptions,
  type RowsOf,
  tensorBytes,
} from "../../files/fields.js";
import { decodedIds, idSpec, idTensor } from "../../files/ids.js";
import { checkKind, metadataFor } from "../../files/kinds.js";
import { checkFile, encodeFile } from "../../files/layout.js";
import { readHeader } from "../../files/safetensors.js";
import { atOnce } from "../../pause.js";
import { Arena } from "../../wasm/arena.js";
import { decodedTraining, type TrainingRecord, trainingMetadata } from "../training-record.js";
import { weightTensors } from "../weight-tensors.js";
import type { Inference } from "./inference.js";
import { type ResolvedModelOptions, resolveModelOptions } from "./options.js";
import { namedTensors, planParameters } from "./parameters.js";

const WHAT = "model file";
const KIND = "gru4rec";

/** The parts of a model that a file holds beside the weights. */
interface ModelParts {
  readonly items: Items;
  readonly options: ResolvedModelOptions;
  readonly training: TrainingRecord | undefined;
}

export function encodeModel(
  { items, options, training }: ModelParts,
  weights: Inference,
): Uint8Array<ArrayBuffer> {
  const support = { ...supportOf(items), pieces: () => [items.support] };
  return encodeFile(WHAT, { ...metadataFor(KIND, options), ...trainingMetadata(training) }, [
    ...weightTensors(weights, weights.tensors),
    support,
    atOnce(idTensor("items", items.ids)),
  ]);
}

/** Throws ConfigError when the file of a model could not be read back. */
export function checkModelFile(
  items: Items,
  options: ResolvedModelOptions,
  weights: Inference,
): void {
  const tensors = [...weightTensors(weights, weights.tensors), supportOf(items)];
  checkFile(WHAT, metadataFor(KIND, options), [...tensors, idSpec("items", items.ids)]);
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
): Promise<ModelParts & { readonly rows: RowsOf }> {
  const header = readHeader(bytes, WHAT);
  checkKind(header, KIND);
  const options = decodedOptions(header.metadata.options, resolveModelOptions);
  const training = decodedTraining(header);
  // Checked before layers are planned: a file of a few MB can list a million layers.
  if (options.layers.length > header.entries.size) {
    const expected = `no more layers than its ${header.entries.size} tensors`;
    throw new FormatError(`${WHAT}, layers`, expected, options.layers.length);
  }
  const ids = await decodedIds(header, "items");
  const support = new Int32Array(tensorBytes(header, "support", "I32", [ids.length]));
  const items = await checkedInTurns("items", Items.arriving(ids, support));
  const expected = namedTensors(planParameters(new Arena(), options, items.size));
  const rows = await checkedRows(header, expected);
  const names = expected.map(({ name }) => name);
  checkNames(header, new Set(["support", "items", ...names]));
  return { items, options, training, rows };
}
