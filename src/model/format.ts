/**
 * A model as one safetensors file: an 8-byte length, a JSON header, the tensors.
 *
 *     u64 n | {"__metadata__": {…}, "Wy": {"dtype", "shape", "data_offsets"}, …} | f32 … | i32 support
 *
 * Metadata are strings: the format's name and version, the options and the item ids as JSON. The
 * reader trusts nothing: every size is checked against the bytes that are there.
 */

import type { Id } from "../data/events.js";
import { Items } from "../data/items.js";
import { ConfigError, FormatError, words } from "../errors.js";
import { Arena } from "../wasm/arena.js";
import type { Inference } from "./inference.js";
import { type ResolvedModelOptions, resolveModelOptions } from "./options.js";
import { planParameters } from "./parameters.js";
import { type Entry, readHeader } from "./safetensors.js";
import { namedTensors } from "./weights.js";

const NAME = "gru4rec";
const VERSION = 1;

/** A model's parts as they stand in a file. */
export interface DecodedModel {
  readonly items: Items;
  readonly options: ResolvedModelOptions;
  /** By name, whole and finite. */
  readonly tensors: ReadonlyMap<string, Float32Array>;
}

export function encodeModel(
  items: Items,
  options: ResolvedModelOptions,
  weights: Inference,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = {
    __metadata__: {
      format: NAME,
      version: String(VERSION),
      options: JSON.stringify(options),
      items: JSON.stringify(items.ids.map(encodedId)),
    },
  };
  let end = 0;
  const place = (dtype: string, shape: readonly number[], length: number): Entry => {
    const begin = end;
    end += 4 * length;
    return { dtype, shape, data_offsets: [begin, end] };
  };
  for (const { name, shape, rows, columns } of weights.tensors) {
    header[name] = place("F32", shape, rows * columns);
  }
  header.support = place("I32", [items.size], items.size);

  const json = new TextEncoder().encode(JSON.stringify(header));
  // Padded with spaces, so that the tensors are aligned.
  const start = Math.ceil((8 + json.length) / 64) * 64;
  const bytes = new Uint8Array(start + end).fill(0x20, 8, start);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(start - 8), true);
  bytes.set(json, 8);
  let at = start;
  for (const tensor of weights.tensors) {
    const values = weights.read(tensor, 0, tensor.rows);
    bytes.set(new Uint8Array(values.buffer), at);
    at += values.byteLength;
  }
  bytes.set(new Uint8Array(items.support.slice().buffer), at);
  return bytes;
}

/** Throws FormatError naming the field that is not as it must be. */
export function decodeModel(bytes: Uint8Array): DecodedModel {
  const { metadata, entries, data } = readHeader(bytes);
  if (metadata.format !== NAME) {
    throw new FormatError("model file", `format "${NAME}"`, metadata.format);
  }
  if (metadata.version !== String(VERSION)) {
    const remedy =
      Number(metadata.version) > VERSION ? "It was written by a newer gru4rec." : undefined;
    throw new FormatError("model file", `version "${VERSION}"`, metadata.version, remedy);
  }
  const options = decodedOptions(metadata.options);
  // Before they are planned: a list of a million sizes is short, a million layers are not.
  if (options.layers.length > entries.size) {
    const expected = `no more layers than its ${entries.size} tensors`;
    throw new FormatError("model file, layers", expected, options.layers.length);
  }
  const ids = decodedIds(metadata.items);
  const support = new Int32Array(tensorBytes(entries, data, "support", "I32", [ids.length]));
  const items = checked("items", () => Items.from(ids, support));

  const tensors = new Map<string, Float32Array>();
  const expected = namedTensors(planParameters(new Arena(), options, items.size));
  for (const { name, shape } of expected) {
    const values = new Float32Array(tensorBytes(entries, data, name, "F32", shape));
    const broken = values.findIndex((value) => !Number.isFinite(value));
    if (broken >= 0) {
      throw new FormatError(`model file, ${name}[${broken}]`, "a finite number", values[broken]);
    }
    tensors.set(name, values);
  }
  for (const name of entries.keys()) {
    if (name === "support" || tensors.has(name)) continue;
    throw new FormatError("model file", "only tensors that the options call for", name);
  }
  return { items, options, tensors };
}

/** A copy of a tensor's bytes, after its type and shape were compared with what must be there. */
function tensorBytes(
  entries: ReadonlyMap<string, Entry>,
  data: Uint8Array,
  name: string,
  dtype: string,
  shape: readonly number[],
): ArrayBuffer {
  const entry = entries.get(name);
  const expected = `${dtype} [${shape.join(", ")}]`;
  const found = entry ? `${entry.dtype} [${entry.shape.join(", ")}]` : "nothing";
  if (!entry || found !== expected) {
    throw new FormatError(`model file, ${name}`, expected, words(found));
  }
  // Not data.slice(): a Buffer's shares the whole file's memory.
  return new Uint8Array(data.subarray(...entry.data_offsets)).buffer;
}

function decodedOptions(json: string | undefined): ResolvedModelOptions {
  return checked("options", () => {
    const options: unknown = JSON.parse(json ?? "");
    if (typeof options !== "object" || options === null || Array.isArray(options)) {
      throw new Error("it is no object");
    }
    return resolveModelOptions(options);
  });
}

/** JSON has strings and numbers; a bigint is an object with its digits. */
function encodedId(id: Id): unknown {
  return typeof id === "bigint" ? { bigint: String(id) } : id;
}

function decodedIds(json: string | undefined): Id[] {
  return checked("items", () => {
    const ids: unknown = JSON.parse(json ?? "");
    if (!Array.isArray(ids)) throw new Error("it is no list");
    return ids.map((id: unknown, i): Id => {
      if (typeof id === "string" || typeof id === "number") return id;
      const digits = (id as { bigint?: unknown } | null)?.bigint;
      if (typeof digits === "string" && /^-?\d+$/.test(digits)) return BigInt(digits);
      throw new ConfigError(`items[${i}]`, "a string, a number or the digits of a bigint", id);
    });
  });
}

/** Whatever goes wrong inside a field is the field's fault. */
function checked<T>(field: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const found = cause instanceof ConfigError ? cause.message : `"${(cause as Error).message}"`;
    const expected = `readable ${field}`;
    throw new FormatError("model file", expected, words(found), undefined, { cause });
  }
}
