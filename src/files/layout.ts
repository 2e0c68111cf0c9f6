/** Writes the container: the sizes first, then one buffer that takes the tensors. */

import { ConfigError, words } from "../errors.js";
import { type Dtype, ELEMENT_BYTES, type Entry, excessOf } from "./safetensors.js";

export interface TensorSpec {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

/** A tensor to write; `pieces` is called when the tensors before it are written. */
export interface FileTensor extends TensorSpec {
  /** Its elements in order, in parts of any length. */
  pieces(): Iterable<Elements>;
}

export type Elements = Float32Array | Int32Array | Uint8Array;

export interface Layout {
  /** The whole file: the header is there, the tensors are 0. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Copies elements into a tensor, from element `at` on. */
  write(name: string, at: number, values: Elements): void;
}

interface FilePlan {
  readonly json: Uint8Array;
  /** Byte of the file where the data begins, and byte of the data where each tensor begins. */
  readonly start: number;
  readonly begins: ReadonlyMap<string, number>;
  readonly bytes: number;
}

type Metadata = Readonly<Record<string, string>>;

/** Throws ConfigError when a file of these tensors could not be read back. */
export function checkFile(what: string, metadata: Metadata, tensors: readonly TensorSpec[]): void {
  planFile(what, metadata, tensors);
}

/** Lays tensors out without gaps, the widest elements first so that all are aligned. Throws as `checkFile`. */
export function layOut(what: string, metadata: Metadata, tensors: readonly TensorSpec[]): Layout {
  const plan = planFile(what, metadata, tensors);
  const bytes = new Uint8Array(plan.bytes).fill(0x20, 8, plan.start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(plan.start - 8), true);
  bytes.set(plan.json, 8);
  return {
    bytes,
    write(name, at, values) {
      const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT } = values;
      const raw = new Uint8Array(buffer, byteOffset, byteLength);
      bytes.set(raw, plan.start + plan.begins.get(name)! + BYTES_PER_ELEMENT * at);
    },
  };
}

/** Writes tensors, a piece with each step. */
export function* filling({ write }: Layout, tensors: readonly FileTensor[]): Generator<void, void> {
  for (const { name, pieces } of tensors) {
    let at = 0;
    for (const piece of pieces()) {
      write(name, at, piece);
      at += piece.length;
      yield;
    }
  }
}

/** The bytes of a whole file, made at once. Throws as `checkFile`. */
export function encodeFile(
  what: string,
  metadata: Metadata,
  tensors: readonly FileTensor[],
): Uint8Array<ArrayBuffer> {
  const layout = layOut(what, metadata, tensors);
  for (const _ of filling(layout, tensors));
  return layout.bytes;
}

function planFile(what: string, metadata: Metadata, tensors: readonly TensorSpec[]): FilePlan {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const begins = new Map<string, number>();
  let end = 0;
  const widestFirst = [...tensors].sort((a, b) => ELEMENT_BYTES[b.dtype] - ELEMENT_BYTES[a.dtype]);
  for (const { name, dtype, shape } of widestFirst) {
    const begin = end;
    end += shape.reduce((n, d) => n * d, ELEMENT_BYTES[dtype]);
    header[name] = { dtype, shape, data_offsets: [begin, end] } satisfies Entry;
    begins.set(name, begin);
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Padded with spaces, so that the tensors are aligned.
  const start = Math.ceil((8 + json.length) / 64) * 64;
  const excess = excessOf(json, start + end);
  if (!excess) return { json, start, begins, bytes: start + end };
  throw new ConfigError(what, excess.expected, words(excess.got), "It could not be read back.");
}
