/** The container again, the way out: sizes first, then one buffer that the tensors are written into. */

import type { Dtype, Entry } from "./safetensors.js";

export interface TensorSpec {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

export interface Layout {
  /** The whole file: the header is there, the tensors are 0. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Copies elements into a tensor, from element `at` on. */
  write(name: string, at: number, values: Float32Array | Int32Array): void;
}

/** Lays tensors out in their order, without gaps, aligned to 64 bytes. */
export function layOut(
  metadata: Readonly<Record<string, string>>,
  tensors: readonly TensorSpec[],
): Layout {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const begins = new Map<string, number>();
  let end = 0;
  for (const { name, dtype, shape } of tensors) {
    const begin = end;
    end += 4 * shape.reduce((n, d) => n * d, 1);
    header[name] = { dtype, shape, data_offsets: [begin, end] } satisfies Entry;
    begins.set(name, begin);
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Padded with spaces, so that the tensors are aligned.
  const start = Math.ceil((8 + json.length) / 64) * 64;
  const bytes = new Uint8Array(start + end).fill(0x20, 8, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(json, 8);
  return {
    bytes,
    write(name, at, values) {
      const { buffer, byteOffset, byteLength } = values;
      const raw = new Uint8Array(buffer, byteOffset, byteLength);
      bytes.set(raw, start + begins.get(name)! + 4 * at);
    },
  };
}
