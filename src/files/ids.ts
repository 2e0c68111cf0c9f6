/**
 * Ids as three tensors. Every id comes back exactly as it was, with its type:
 *
 *     items.text     u8    all ids as text, one behind the other
 *     items.lengths  i32[ids] bytes of each
 *     items.kinds    u8[ids]  0 a string in UTF-8, 1 a number, 2 a bigint, both in decimal digits,
 *                             3 a string in UTF-16, where it is no valid Unicode
 */

import { bigintOf, type Id } from "../data/events.js";
import { FormatError, words } from "../errors.js";
import { pace } from "../pause.js";
import { tensorBytes, tensorView } from "./fields.js";
import type { FileTensor, TensorSpec } from "./layout.js";
import type { Header } from "./safetensors.js";

const [UTF8, NUMBER, BIGINT, UTF16] = [0, 1, 2, 3] as const;
/** Ids, and characters of ids, that are written or read in about a millisecond. */
const PIECE = 2 ** 12;
const PIECE_TEXT = 2 ** 18;
/** The most bytes of a number, and of a bigint. */
const [LONGEST_NUMBER, LONGEST_BIGINT] = [25, 1001] as const;

interface IdPiece {
  readonly text: Uint8Array;
  readonly lengths: Int32Array;
  readonly kinds: Uint8Array;
}

/** The tensors with the longest text that these ids can have: for checking that a file is not too large. */
export function idSpecs(name: string, ids: readonly Id[]): TensorSpec[] {
  const characters = ids.reduce<number>((sum, id) => sum + longestOf(id), 0);
  return specs(name, ids.length, 3 * characters);
}

/** The tensors, made a piece with each step. */
export function* idTensors(name: string, ids: readonly Id[]): Generator<void, FileTensor[]> {
  const pieces: IdPiece[] = [];
  for (const piece of piecesOf(ids)) {
    pieces.push(encoded(piece));
    yield;
  }
  const bytes = pieces.reduce((sum, { text }) => sum + text.length, 0);
  const [text, lengths, kinds] = specs(name, ids.length, bytes) as [
    TensorSpec,
    TensorSpec,
    TensorSpec,
  ];
  return [
    { ...text, pieces: () => pieces.map((piece) => piece.text) },
    { ...lengths, pieces: () => pieces.map((piece) => piece.lengths) },
    { ...kinds, pieces: () => pieces.map((piece) => piece.kinds) },
  ];
}

/** The names of the tensors. */
export function idNames(name: string): string[] {
  return specs(name, 0, 0).map((spec) => spec.name);
}

function specs(name: string, ids: number, bytes: number): TensorSpec[] {
  return [
    { name: `${name}.text`, dtype: "U8", shape: [bytes] },
    { name: `${name}.lengths`, dtype: "I32", shape: [ids] },
    { name: `${name}.kinds`, dtype: "U8", shape: [ids] },
  ];
}

/** The most characters of an id; of a string exactly its length. */
function longestOf(id: Id): number {
  if (typeof id === "string") return id.length;
  return typeof id === "number" ? LONGEST_NUMBER : LONGEST_BIGINT;
}

function* piecesOf(ids: readonly Id[]): Generator<readonly Id[]> {
  let begin = 0;
  let length = 0;
  for (const [i, id] of ids.entries()) {
    length += longestOf(id);
    if (i + 1 < begin + PIECE && length < PIECE_TEXT) continue;
    yield ids.slice(begin, i + 1);
    begin = i + 1;
    length = 0;
  }
  if (begin < ids.length) yield ids.slice(begin);
}

function encoded(ids: readonly Id[]): IdPiece {
  const texts = ids.map(textOf);
  const kinds = Uint8Array.from(ids, (id) =>
    typeof id === "string" ? UTF8 : typeof id === "number" ? NUMBER : BIGINT,
  );
  const encoder = new TextEncoder();
  const joined = texts.join("");
  const text = encoder.encode(joined);
  // As many bytes as characters: the text is ASCII.
  if (text.length === joined.length) {
    return { text, lengths: Int32Array.from(texts, ({ length }) => length), kinds };
  }
  const parts = texts.map((one, i) => {
    if (!/\p{Surrogate}/u.test(one)) return encoder.encode(one);
    kinds[i] = UTF16;
    return utf16(one);
  });
  return {
    text: joinedBytes(parts),
    lengths: Int32Array.from(parts, ({ length }) => length),
    kinds,
  };
}

function utf16(text: string): Uint8Array {
  const units = new Uint16Array(text.length);
  for (let i = 0; i < text.length; ++i) units[i] = text.charCodeAt(i);
  return new Uint8Array(units.buffer);
}

function joinedBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** An id as text; −0 keeps its sign. */
function textOf(id: Id): string {
  return Object.is(id, -0) ? "-0" : String(id);
}

/**
 * Ids from their tensors, read in turns with other work.
 *
 * @throws FormatError naming the id that is not as it must be
 */
export async function decodedIds(header: Header, name: string): Promise<Id[]> {
  const { text, lengths, kinds } = checkedTensors(header, name);
  const ids: Id[] = [];
  for (let at = 0; ids.length < lengths.length; ) {
    const begin = ids.length;
    let [i, end] = [begin, at];
    for (; i < lengths.length && i < begin + PIECE && end < at + PIECE_TEXT; ++i)
      end += lengths[i]!;
    const piece = { text: text.subarray(at, end), lengths: lengths.subarray(begin, i) };
    for (const id of decoded({ ...piece, kinds: kinds.subarray(begin, i) })) {
      if (id === undefined) throw wrong(header, name, ids.length, kinds, lengths);
      ids.push(id);
    }
    at = end;
    await pace();
  }
  return ids;
}

function checkedTensors(header: Header, name: string): IdPiece {
  const { what, entries } = header;
  const sizeOf = (part: string): number => entries.get(`${name}.${part}`)?.shape[0] ?? 0;
  const count = sizeOf("lengths");
  const lengths = new Int32Array(tensorBytes(header, `${name}.lengths`, "I32", [count]));
  const kinds = tensorView(header, `${name}.kinds`, "U8", [count]);
  const text = tensorView(header, `${name}.text`, "U8", [sizeOf("text")]);
  let end = 0;
  for (const [i, length] of lengths.entries()) {
    const most = text.length - end;
    end += length;
    if (length >= 0 && length <= most) continue;
    throw new FormatError(`${what}, ${name}.lengths[${i}]`, `from 0 to ${most} bytes`, length);
  }
  if (end === text.length) return { text, lengths, kinds };
  throw new FormatError(`${what}, ${name}.text`, `the ${end} bytes of its ids`, text.length);
}

function wrong(
  { what }: Header,
  name: string,
  at: number,
  kinds: Uint8Array,
  lengths: Int32Array,
): FormatError {
  const found = words(`${lengths[at]} bytes of kind ${kinds[at]}`);
  return new FormatError(
    `${what}, ${name}[${at}]`,
    "an id as it is written, of kind 0 to 3",
    found,
  );
}

/** The ids of a piece; undefined where the bytes are no id. */
function decoded({ text, lengths, kinds }: IdPiece): (Id | undefined)[] {
  const whole = kinds.includes(UTF16) ? undefined : decodedUtf8(text);
  const isAscii = whole?.length === text.length;
  let at = 0;
  return Array.from(lengths, (length, i) => {
    const [begin, kind] = [at, kinds[i]!];
    at += length;
    if (isAscii) return idOf(whole!.slice(begin, at), kind);
    const bytes = text.subarray(begin, at);
    const one = kind === UTF16 ? decodedUtf16(bytes) : decodedUtf8(bytes);
    return one === undefined ? undefined : idOf(one, kind);
  });
}

function decodedUtf8(bytes: Uint8Array): string | undefined {
  try {
    // An id may begin with U+FEFF, which a decoder otherwise drops as a byte order mark.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function decodedUtf16(bytes: Uint8Array): string | undefined {
  if (bytes.length % 2 > 0) return undefined;
  const units = new Uint16Array(new Uint8Array(bytes).buffer);
  let text = "";
  for (let i = 0; i < units.length; i += PIECE) {
    text += String.fromCharCode(...units.subarray(i, i + PIECE));
  }
  return text;
}

/** Refuses a number that is not written as `textOf` writes it, so that the same ids are the same bytes. */
function idOf(text: string, kind: number): Id | undefined {
  if (kind === UTF8 || kind === UTF16) return text;
  const id = kind === NUMBER ? Number(text) : kind === BIGINT ? bigintOf(text) : undefined;
  if (id === undefined || (kind === NUMBER && !Number.isFinite(id))) return undefined;
  return textOf(id) === text ? id : undefined;
}
