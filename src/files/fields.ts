/** Reads and checks the parts that all kinds of files have: tensors behind a header, options as JSON. */

import { ConfigError, FormatError, words } from "../errors.js";
import { inTurns, pace } from "../pause.js";
import type { TensorSpec } from "./layout.js";
import type { Dtype, Header } from "./safetensors.js";

/** Floats that are checked in about a millisecond. */
const PIECE = 2 ** 18;

/** Any file may hold tensors whose names begin so. Readers that do not know them ignore them. */
const OPTIONAL = "optional/";

/** A copy of a tensor's bytes. Throws FormatError when its type or shape is not the expected one. */
export function tensorBytes(
  header: Header,
  name: string,
  dtype: Dtype,
  shape: readonly number[],
): ArrayBuffer {
  // Not slice(): a Buffer's shares the whole file's memory.
  return new Uint8Array(tensorView(header, name, dtype, shape)).buffer;
}

/** A view of the same bytes. Throws as `tensorBytes`. */
export function tensorView(
  header: Header,
  name: string,
  dtype: Dtype,
  shape: readonly number[],
): Uint8Array {
  checkTensor(header, name, dtype, shape);
  return header.data.subarray(...header.entries.get(name)!.data_offsets);
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

/** The same check without a copy; the event loop runs between its pieces. */
async function checkFloats(header: Header, name: string, shape: readonly number[]): Promise<void> {
  checkTensor(header, name, "F32", shape);
  const { data } = header;
  const [begin, end] = header.entries.get(name)!.data_offsets;
  const length = (end - begin) / 4;
  const start = data.byteOffset + begin;
  for (let at = 0; at < length; at += PIECE) {
    const n = Math.min(PIECE, length - at);
    // Files of this library are aligned. A file of another writer may not be: its pieces are copied.
    const values =
      start % 4 === 0
        ? new Float32Array(data.buffer, start + 4 * at, n)
        : floatsAt(header, name, at, n);
    refuseBroken(header, name, values, at);
    await pace();
  }
}

/** Rows of a tensor of weights, copied: f32[rows, columns]. */
export type RowsOf = (
  tensor: { readonly name: string; readonly columns: number },
  begin: number,
  rows: number,
) => Float32Array<ArrayBuffer>;

/** Checks all of these weights, in turns. The result reads them from the bytes, which must not change. */
export async function checkedRows(
  header: Header,
  tensors: readonly Pick<TensorSpec, "name" | "shape">[],
): Promise<RowsOf> {
  for (const { name, shape } of tensors) await checkFloats(header, name, shape);
  return ({ name, columns }, begin, rows) =>
    floatsAt(header, name, begin * columns, rows * columns);
}

/** A copy of `length` floats of a tensor that is known to be there, from element `at` on. */
function floatsAt(
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

/** Throws FormatError when there is a tensor beside the expected ones. */
export function checkNames({ what, entries }: Header, expected: ReadonlySet<string>): void {
  for (const name of entries.keys()) {
    if (expected.has(name) || name.startsWith(OPTIONAL)) continue;
    throw new FormatError(what, "only tensors that the options call for", name);
  }
}

/** An object in JSON from the metadata, resolved. Throws FormatError naming the field when it cannot be. */
export function decodedObject<Resolved>(
  header: Header,
  field: string,
  resolve: (given: object) => Resolved,
): Resolved {
  return checked(header, field, () => {
    const given: unknown = JSON.parse(header.metadata[field] ?? "");
    if (typeof given !== "object" || given === null || Array.isArray(given)) {
      throw new Error("it is no object");
    }
    return resolve(given);
  });
}

/** What `read` returns. Any error of it becomes a FormatError that names the field. */
export function checked<T>(header: Header, field: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw unreadable(header, field, cause);
  }
}

/** The same for work that is done in turns. */
export async function checkedInTurns<T>(
  header: Header,
  field: string,
  steps: Generator<void, T>,
): Promise<T> {
  try {
    return await inTurns(steps);
  } catch (cause) {
    throw unreadable(header, field, cause);
  }
}

function unreadable({ what }: Header, field: string, cause: unknown): FormatError {
  const found = cause instanceof ConfigError ? cause.message : `"${(cause as Error).message}"`;
  return new FormatError(what, `readable ${field}`, words(found), undefined, { cause });
}
