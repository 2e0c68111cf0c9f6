/** What files of models have in common: tensors behind a header, ids and options as JSON. */

import { bigintOf, type Id } from "../data/events.js";
import { ConfigError, FormatError, words } from "../errors.js";
import { layOut, type TensorSpec } from "./layout.js";
import type { Dtype, Header } from "./safetensors.js";

/** Floats, or ids, that are gone through in about a millisecond. */
const PIECE = 2 ** 18;
const IDS_PIECE = 2 ** 13;

/** What a file of another format is good for. */
const KINDS: ReadonlyMap<string | undefined, string> = new Map([
  ["gru4rec", "It is a model: read it with `loadModel` or `GRU4Rec.fromBytes`."],
  ["gru4rec-towers", "It is two towers: read it with `loadTowers` or `TwoTowers.fromBytes`."],
  ["gru4rec-checkpoint", "It is a checkpoint: training goes on from it."],
  [
    "gru4rec-retrieval",
    "It is a retrieval index: read it with `loadIndex` or `RetrievalIndex.fromBytes`.",
  ],
]);

/** A tensor on its way into a file; `read` is called when its turn comes. */
export interface FileTensor extends TensorSpec {
  read(): Float32Array | Int32Array;
}

/** The bytes of a safetensors file. */
export function encodeFile(
  metadata: Readonly<Record<string, string>>,
  tensors: readonly FileTensor[],
): Uint8Array<ArrayBuffer> {
  const { bytes, write } = layOut(metadata, tensors);
  for (const tensor of tensors) write(tensor.name, 0, tensor.read());
  return bytes;
}

/** A copy of a tensor's bytes, after its type and shape were compared with what must be there. */
export function tensorBytes(
  header: Header,
  name: string,
  dtype: Dtype,
  shape: readonly number[],
): ArrayBuffer {
  checkTensor(header, name, dtype, shape);
  // Not data.slice(): a Buffer's shares the whole file's memory.
  return new Uint8Array(header.data.subarray(...header.entries.get(name)!.data_offsets)).buffer;
}

/** Throws FormatError when a tensor is not there, or of another type or shape. */
function checkTensor(
  { what, entries }: Header,
  name: string,
  dtype: Dtype,
  shape: readonly number[],
): void {
  const entry = entries.get(name);
  const expected = `${dtype} [${shape.join(", ")}]`;
  const found = entry ? `${entry.dtype} [${entry.shape.join(", ")}]` : "nothing";
  if (entry && found === expected) return;
  throw new FormatError(`${what}, ${name}`, expected, words(found));
}

/** A copy of a tensor of weights, all finite. */
export function finiteFloats(
  header: Header,
  name: string,
  shape: readonly number[],
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(tensorBytes(header, name, "F32", shape));
  refuseBroken(header, name, values, 0);
  return values;
}

/** The same check without a copy; others have their turn while it walks through. */
export async function checkFloats(
  header: Header,
  name: string,
  shape: readonly number[],
  pace: () => Promise<void>,
): Promise<void> {
  checkTensor(header, name, "F32", shape);
  const { data } = header;
  const [begin, end] = header.entries.get(name)!.data_offsets;
  const length = (end - begin) / 4;
  const start = data.byteOffset + begin;
  for (let at = 0; at < length; at += PIECE) {
    const n = Math.min(PIECE, length - at);
    // Our own files are aligned; of others the pieces are copied.
    const values =
      start % 4 === 0
        ? new Float32Array(data.buffer, start + 4 * at, n)
        : floatsAt(header, name, at, n);
    refuseBroken(header, name, values, at);
    await pace();
  }
}

/** A copy of `length` floats of a tensor that is known to be there, from element `at` on. */
export function floatsAt(
  { entries, data }: Header,
  name: string,
  at: number,
  length: number,
): Float32Array<ArrayBuffer> {
  const begin = entries.get(name)!.data_offsets[0] + 4 * at;
  return new Float32Array(new Uint8Array(data.subarray(begin, begin + 4 * length)).buffer);
}

/** @param at where the values stand in the tensor */
function refuseBroken(header: Header, name: string, values: Float32Array, at: number): void {
  for (let i = 0; i < values.length; ++i) {
    if (Number.isFinite(values[i])) continue;
    const where = `${header.what}, ${name}[${at + i}]`;
    throw new FormatError(where, "a finite number", values[i]);
  }
}

/** Throws FormatError when a file is of another format or of a version that this code does not know. */
export function checkFormat({ what, metadata }: Header, name: string, version: number): void {
  if (metadata.format !== name) {
    throw new FormatError(what, `format "${name}"`, metadata.format, KINDS.get(metadata.format));
  }
  if (metadata.version === String(version)) return;
  const newer = Number(metadata.version) > version;
  const remedy = newer ? "It was written by a newer gru4rec." : undefined;
  throw new FormatError(what, `version "${version}"`, metadata.version, remedy);
}

/** Throws FormatError when there is a tensor beside the expected ones. */
export function checkNames({ what, entries }: Header, expected: ReadonlySet<string>): void {
  for (const name of entries.keys()) {
    if (expected.has(name)) continue;
    throw new FormatError(what, "only tensors that the options call for", name);
  }
}

/** Options as JSON, resolved; whatever goes wrong in them is the field's fault. */
export function decodedOptions<Options>(
  json: string | undefined,
  resolve: (options: object) => Options,
): Options {
  return checked("options", () => {
    const options: unknown = JSON.parse(json ?? "");
    if (typeof options !== "object" || options === null || Array.isArray(options)) {
      throw new Error("it is no object");
    }
    return resolve(options);
  });
}

/** Ids as JSON, which has strings and numbers; a bigint is an object with its digits. */
export function encodedIds(ids: readonly Id[]): string {
  return `[${[...encodedPieces(ids)].join(",")}]`;
}

/** The same text; others have their turn while it is made. */
export async function encodedIdsInTurns(
  ids: readonly Id[],
  pace: () => Promise<void>,
): Promise<string> {
  const pieces: string[] = [];
  for (const piece of encodedPieces(ids)) {
    pieces.push(piece);
    await pace();
  }
  return `[${pieces.join(",")}]`;
}

function* encodedPieces(ids: readonly Id[]): Generator<string> {
  for (let begin = 0; begin < ids.length; begin += IDS_PIECE) {
    const piece = ids.slice(begin, begin + IDS_PIECE);
    const plain = piece.map((id) => (typeof id === "bigint" ? { bigint: String(id) } : id));
    yield JSON.stringify(plain).slice(1, -1);
  }
}

export function decodedIds(json: string | undefined, field: string): Id[] {
  return checked(field, () => {
    const ids: unknown = JSON.parse(json ?? "");
    if (!Array.isArray(ids)) throw new Error("it is no list");
    return ids.map((id: unknown, i): Id => {
      if (typeof id === "string" || typeof id === "number") return id;
      const digits = (id as { bigint?: unknown } | null)?.bigint;
      const bigint = typeof digits === "string" ? bigintOf(digits) : undefined;
      if (bigint !== undefined) return bigint;
      throw new ConfigError(`${field}[${i}]`, "a string, a number or the digits of a bigint", id);
    });
  });
}

/** Whatever goes wrong inside a field is the field's fault. */
export function checked<T>(field: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const found = cause instanceof ConfigError ? cause.message : `"${(cause as Error).message}"`;
    const expected = `readable ${field}`;
    throw new FormatError("model file", expected, words(found), undefined, { cause });
  }
}
