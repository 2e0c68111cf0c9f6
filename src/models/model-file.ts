/**
 * What the files of all models hold alike: the ids of the items, the options, and how the model was
 * trained, which is why each is read and written here alone.
 */

import { Items } from "../data/items.js";
import { FormatError } from "../errors.js";
import { checkedInTurns, decodedObject, tensorBytes } from "../files/fields.js";
import { decodedIds } from "../files/ids.js";
import { checkKind, type FileKind, metadataFor } from "../files/kinds.js";
import type { FileTensor } from "../files/layout.js";
import type { Dtype, Header } from "../files/safetensors.js";
import { decodedTraining, type TrainingRecord, trainingMetadata } from "./training-record.js";

/** Names of what an optimiser keeps begin so: readers that do not know them pass over them. */
export const OPTIMIZER = "optional/optimizer/";

/** What a file is called in errors. */
export const WHAT = "model file";

export interface ModelParts<Options> {
  readonly items: Items;
  readonly options: Options;
  readonly training: TrainingRecord | undefined;
}

/** How the options of a kind of file are read. */
export interface PartsReader<Options> {
  readonly kind: FileKind;
  /** Checks options as JSON has them. Throws ConfigError. */
  resolve(options: object): Options;
  /** How many tensors these options call for at the least: layers, features. */
  tensors(options: Options): number;
  /** Whether the file tells how many events each item had, in `support` i32[items]. */
  readonly hasSupport?: boolean;
}

/** Copies of what an optimiser keeps with the weights, which the model hands on as they are; none in most files. */
export function optimizerIn({ entries, data }: Header): readonly FileTensor[] {
  if (!entries.has(`${OPTIMIZER}about`)) return [];
  const found = [...entries].filter(([name]) => name.startsWith(OPTIMIZER));
  return found.map(([name, { dtype, shape, data_offsets }]) => {
    const bytes = new Uint8Array(data.subarray(...data_offsets));
    return { name, dtype: dtype as Dtype, shape, pieces: () => [bytes] };
  });
}

export function metadataOf(
  kind: FileKind,
  { options, training }: Pick<ModelParts<object>, "options" | "training">,
): Record<string, string> {
  return { ...metadataFor(kind, options), ...trainingMetadata(training) };
}

/** @throws FormatError naming the part that is not as it must be */
export async function decodedParts<Options>(
  header: Header,
  { kind, resolve, tensors, hasSupport = false }: PartsReader<Options>,
): Promise<ModelParts<Options>> {
  checkKind(header, kind);
  const options = decodedObject(header, "options", resolve);
  const training = decodedTraining(header);
  // Checked before anything is planned: the options of a small file can list a hundred thousand layers.
  const { size } = header.entries;
  if (tensors(options) > size) {
    const expected = `no more layers than its ${size} tensors`;
    throw new FormatError(`${WHAT}, layers`, expected, tensors(options));
  }
  const ids = await decodedIds(header, "items");
  const support = hasSupport ? tensorBytes(header, "support", "I32", [ids.length]) : undefined;
  const arriving = Items.arriving(ids, support && new Int32Array(support));
  return { items: await checkedInTurns(header, "items", arriving), options, training };
}
