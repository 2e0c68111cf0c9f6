/**
 * Ids as one tensor of text, u8[bytes]: one id a line, in JSON; a bigint is its digits and an n, as in
 * JavaScript. Every id comes back exactly as it was, with its type:
 *
 *     "tent"      214      -0      9007199254740993n
 *
 * JSON escapes line ends and halves of characters, so an id is one line of valid UTF-8.
 */

import { bigintOf, type Id } from "../data/events.js";
import { FormatError } from "../errors.js";
import { pace } from "../pause.js";
import { checked, tensorView } from "./fields.js";
import type { FileTensor, TensorSpec } from "./layout.js";
import type { Header } from "./safetensors.js";

/** Characters or bytes of lines that are written or read in about a millisecond. */
const PIECE = 2 ** 15;
const LINE_END = 0x0a;
/** The most bytes of a character in JSON (`\u0000`), and of the line of a number and of a bigint. */
const [CHARACTER, NUMBER, BIGINT] = [6, 26, 1003] as const;

/** The tensor with the longest text that these ids can have: for checking that a file is not too large. */
export function idSpec(name: string, ids: readonly Id[]): TensorSpec {
  const mostOf = (id: Id): number => {
    if (typeof id === "string") return CHARACTER * id.length + 3;
    return typeof id === "number" ? NUMBER : BIGINT;
  };
  return { name, dtype: "U8", shape: [ids.reduce<number>((sum, id) => sum + mostOf(id), 0)] };
}

/** The tensor, made a piece with each step. */
export function* idTensor(name: string, ids: readonly Id[]): Generator<void, FileTensor> {
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  let lines = "";
  for (const [i, id] of ids.entries()) {
    lines += `${lineOf(id)}\n`;
    if (lines.length < PIECE && i + 1 < ids.length) continue;
    pieces.push(encoder.encode(lines));
    lines = "";
    yield;
  }
  const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
  return { name, dtype: "U8", shape: [bytes], pieces: () => pieces };
}

/**
 * Ids from their tensor, read in turns with other work.
 *
 * @throws FormatError naming the id that is not as it must be
 */
export async function decodedIds(header: Header, name: string): Promise<Id[]> {
  const { what, entries } = header;
  const text = tensorView(header, name, "U8", [entries.get(name)?.shape[0] ?? 0]);
  // An id may begin with U+FEFF, which a decoder otherwise drops as a byte order mark.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const ids: Id[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf(LINE_END, at + PIECE) + 1 || text.length;
    const lines = checked(header, name, () => decoder.decode(text.subarray(at, end))).split("\n");
    if (lines.pop() !== "") throw new FormatError(`${what}, ${name}`, "whole lines", lines.length);
    for (const line of lines) {
      const id = idOf(line);
      if (id === undefined) {
        const expected = "an id in JSON, or digits and n";
        throw new FormatError(`${what}, ${name}[${ids.length}]`, expected, line);
      }
      ids.push(id);
    }
    at = end;
    await pace();
  }
  return ids;
}

function lineOf(id: Id): string {
  if (typeof id === "bigint") return `${id}n`;
  return Object.is(id, -0) ? "-0" : JSON.stringify(id);
}

/** Refuses an id that `lineOf` writes in another way, so that the same ids are the same bytes. */
function idOf(line: string): Id | undefined {
  if (!/^["\d-]/.test(line)) return undefined;
  try {
    const id = line.endsWith("n") ? bigintOf(line.slice(0, -1)) : (JSON.parse(line) as Id);
    return id !== undefined && lineOf(id) === line ? id : undefined;
  } catch {
    return undefined;
  }
}
