/** Reads the container of models and checkpoints, safetensors, and checks every size in it. */

import { checkedBytes } from "../checks.js";
import { FormatError, words } from "../errors.js";

/** Bytes of an element of each type that every version of safetensors knows. */
export const ELEMENT_BYTES = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;

/** The types that this library reads and writes. */
export type Dtype = "F32" | "I32" | "U8";

/** The type, the shape and the place of a tensor in the data. */
export interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

export interface Header {
  /** What the bytes should be, for errors: "model file", "checkpoint". */
  readonly what: string;
  readonly metadata: Readonly<Record<string, string | undefined>>;
  readonly entries: ReadonlyMap<string, Entry>;
  /** A view of everything after the header. */
  readonly data: Uint8Array;
}

/**
 * The most bytes of a header: those of 10,000 tensors. Parsing more JSON takes a second and many times its
 * size in memory, before anything in it can be checked.
 */
const MOST_HEADER_BYTES = 1_000_000;
/** The longest array of bytes that every engine can make. */
const MOST_FILE_BYTES = 2 ** 32 - 1;

/**
 * Says what makes a file too large to be read; undefined when nothing does. Writers ask too, so no file
 * is written that could not be read back.
 */
export function excessOf(
  json: Uint8Array,
  fileBytes: number,
): { readonly expected: string; readonly got: string } | undefined {
  if (json.length > MOST_HEADER_BYTES) {
    return { expected: "a header of at most 1 MB", got: `one of ${json.length} bytes` };
  }
  if (fileBytes <= MOST_FILE_BYTES) return undefined;
  return { expected: "a file of less than 4 GiB", got: `${(fileBytes / 2 ** 30).toFixed(1)} GiB` };
}

/** Reads and checks a header: the tensors must fill the data without holes or overlaps. */
export function readHeader(given: Uint8Array | ArrayBuffer, what: string): Header {
  const bytes = checkedBytes(what, given, "its bytes, in a Uint8Array");
  if (bytes.length < 8) fail(what, "at least 8 bytes", words(`${bytes.length}`));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = Number(view.getBigUint64(0, true));
  if (length > bytes.length - 8) {
    const remedy = "It is no safetensors file, or it was cut off.";
    fail(
      what,
      `a header within its ${bytes.length} bytes`,
      words(`one of ${length} bytes`),
      remedy,
    );
  }
  const json = bytes.subarray(8, 8 + length);
  const excess = excessOf(json, bytes.length);
  if (excess) fail(what, excess.expected, words(excess.got));
  const header = parsed(what, json);
  const data = bytes.subarray(8 + length);
  const { __metadata__: metadata = {}, ...tensors } = header;
  const entries = new Map<string, Entry>();
  for (const [name, entry] of Object.entries(tensors)) {
    entries.set(name, checkedEntry(what, name, entry));
  }

  const placed = [...entries].sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
  let end = 0;
  for (const [name, { data_offsets }] of placed) {
    if (data_offsets[0] !== end) {
      failAt(what, name, `a tensor that begins at byte ${end}`, data_offsets[0]);
    }
    end = data_offsets[1];
  }
  if (end !== data.length) {
    const remedy = end > data.length ? "It was cut off." : undefined;
    fail(what, `${end} bytes of tensors`, words(`${data.length}`), remedy);
  }
  return { what, metadata: checkedMetadata(what, metadata), entries, data };
}

function parsed(what: string, bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (cause) {
    const found = words("something else");
    throw new FormatError(what, "a JSON header", found, "It is no safetensors file.", {
      cause,
    });
  }
  if (typeof header === "object" && header !== null && !Array.isArray(header)) {
    const twice = repeatedName(text);
    if (twice !== undefined) failAt(what, twice, "every name once", words("it twice"));
    return header as Record<string, unknown>;
  }
  return fail(what, "an object as its header", header);
}

/** A name that one object of a JSON text has twice; JSON.parse would silently keep the last value. */
export function repeatedName(text: string): string | undefined {
  const open: Set<string>[] = [];
  const colon = /\s*:/y;
  for (let at = 0; at < text.length; ++at) {
    const character = text[at];
    if (character === "{") open.push(new Set());
    else if (character === "}") open.pop();
    if (character !== '"') continue;
    const begin = at++;
    for (; text[at] !== '"'; ++at) if (text[at] === "\\") at++;
    colon.lastIndex = at + 1;
    if (!colon.test(text)) continue; // a value
    const name = JSON.parse(text.slice(begin, at + 1)) as string;
    if (open.at(-1)!.has(name)) return name;
    open.at(-1)!.add(name);
  }
  return undefined;
}

function checkedEntry(what: string, name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Partial<Entry>;
  if (typeof dtype !== "string" || !Object.hasOwn(ELEMENT_BYTES, dtype)) {
    return failAt(what, name, "a dtype such as F32, I32 or U8", dtype);
  }
  if (!isCounts(shape)) return failAt(what, name, "a shape of whole numbers", shape);
  if (!isCounts(offsets) || offsets.length !== 2) {
    return failAt(what, name, "data_offsets of two whole numbers", offsets);
  }
  const bytes = shape.reduce((n, d) => n * d, ELEMENT_BYTES[dtype as Dtype]);
  const [begin, end] = offsets as readonly [number, number];
  if (end - begin !== bytes) failAt(what, name, `${bytes} bytes`, end - begin);
  return { dtype, shape, data_offsets: [begin, end] };
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function checkedMetadata(what: string, value: unknown): Header["metadata"] {
  if (typeof value !== "object" || value === null)
    return fail(what, "__metadata__ as an object", value);
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== "string") failAt(what, `__metadata__.${name}`, "a string", text);
  }
  return value as Header["metadata"];
}

function fail(what: string, expected: string, got: unknown, remedy?: string): never {
  throw new FormatError(what, expected, got, remedy);
}

function failAt(what: string, name: string, expected: string, got: unknown): never {
  throw new FormatError(`${what}, ${name}`, expected, got);
}
