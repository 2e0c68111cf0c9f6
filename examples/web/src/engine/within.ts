/** A model's file from within: weights are put into it, and the items' vectors are taken out. */

import { GRU4Rec } from "gru4rec";

/** A safetensors file begins with the length of its header in eight bytes. */
const LENGTH_BYTES = 8;

interface Tensor {
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

interface Opened {
  readonly file: Uint8Array<ArrayBuffer>;
  readonly header: Readonly<Record<string, Tensor>>;
  /** Where the tensors begin. */
  readonly data: number;
}

function opened(model: GRU4Rec): Opened {
  const file = model.toBytes();
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const data = LENGTH_BYTES + length;
  const text = new TextDecoder().decode(file.subarray(LENGTH_BYTES, data));
  return { file, header: JSON.parse(text), data };
}

/**
 * The model as it stands within a pass: the last whole one, with the weights of a snapshot.
 *
 * @param weights by name, as a snapshot gives them
 */
export function modelWith(
  model: GRU4Rec,
  weights: Readonly<Record<string, Float32Array>>,
): Promise<GRU4Rec> {
  const { file, header, data } = opened(model);
  for (const [name, values] of Object.entries(weights)) {
    const [begin] = header[name]!.data_offsets;
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), data + begin);
  }
  return GRU4Rec.fromBytes(file);
}

/** f32[items, columns]: the vectors that guess the items. */
export function vectorsOf(model: GRU4Rec): { values: Float32Array<ArrayBuffer>; columns: number } {
  const { file, header, data } = opened(model);
  const { shape, data_offsets } = header.Wy!;
  const bytes = file.slice(data + data_offsets[0], data + data_offsets[1]);
  return { values: new Float32Array(bytes.buffer), columns: shape[1]! };
}
