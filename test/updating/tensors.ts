/** The tensors of a file, as numbers. */

import { readHeader } from "../../src/files/safetensors.js";

/** By name, in the order of the file; of what is no F32 one a byte. */
export function tensorsIn(file: Uint8Array): Map<string, Float32Array> {
  const { entries, data } = readHeader(file, "model file");
  return new Map(
    Array.from(entries, ([name, { dtype, data_offsets }]) => {
      const bytes = Uint8Array.from(data.subarray(...data_offsets));
      return [
        name,
        dtype === "F32" ? new Float32Array(bytes.buffer) : Float32Array.from(bytes),
      ] as const;
    }),
  );
}
