/** Weights as tensors of a file. */

import type { FileTensor } from "../files/layout.js";
import { type NamedTensor, piecesOf } from "../network/weights.js";

interface Readable {
  read(tensor: NamedTensor, begin: number, rows: number): Float32Array;
}

/** @param prefix stands before the names of the tensors in the file */
export function weightTensors(
  weights: Readable,
  tensors: readonly NamedTensor[],
  prefix = "",
): FileTensor[] {
  return tensors.map((tensor) => ({
    name: prefix + tensor.name,
    dtype: "F32",
    shape: tensor.shape,
    *pieces() {
      for (const { begin, rows } of piecesOf(tensor)) yield weights.read(tensor, begin, rows);
    },
  }));
}
