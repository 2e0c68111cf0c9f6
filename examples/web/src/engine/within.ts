/** A model as it stands within a pass: the last whole one, with the weights of a snapshot put into its file. */

import { GRU4Rec } from "gru4rec";

/** A safetensors file begins with the length of its header in eight bytes. */
const LENGTH_BYTES = 8;

interface Place {
  readonly data_offsets?: readonly [number, number];
}

/** @param weights by name, as a snapshot gives them */
export function modelWith(
  model: GRU4Rec,
  weights: Readonly<Record<string, Float32Array>>,
): Promise<GRU4Rec> {
  const file = model.toBytes();
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const data = LENGTH_BYTES + length;
  const header = JSON.parse(
    new TextDecoder().decode(file.subarray(LENGTH_BYTES, data)),
  ) as Readonly<Record<string, Place>>;
  for (const [name, values] of Object.entries(weights)) {
    const begin = header[name]!.data_offsets![0];
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), data + begin);
  }
  return GRU4Rec.fromBytes(file);
}
