/** The first rows of a table, for a person who tells which column is which. Text only, plain or gzip. */

import type { Peek, PeekColumn } from "./protocol.js";

const HEAD_BYTES = 1 << 16;
const SHOWN = 6;
const DELIMITERS: Readonly<Record<string, string>> = {
  ";": "semicolons",
  "\t": "tabs",
  "|": "bars",
  ",": "commas",
};

/** Undefined where the bytes are no text. */
export async function peek(file: Blob): Promise<Peek | undefined> {
  const text = await headOf(file);
  if (text === undefined || text.includes("\0")) return undefined;
  const lines = text.split(/\r?\n/).slice(0, -1).filter(Boolean);
  if (lines.length < 2) return undefined;
  return lines[0]!.startsWith("{") ? fromObjects(lines) : fromLines(lines);
}

async function headOf(file: Blob): Promise<string | undefined> {
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const head = isGzip ? await unpacked(file) : bytes;
  return head && new TextDecoder().decode(head).replace(/^\uFEFF/, "");
}

/** The first bytes of what is packed; the rest is left where it is. */
async function unpacked(file: Blob): Promise<Uint8Array | undefined> {
  const reader = file.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    const { value } = await reader.read();
    return value?.subarray(0, HEAD_BYTES);
  } catch {
    return undefined;
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function fromLines(lines: readonly string[]): Peek {
  const counts = Object.keys(DELIMITERS).map((one) => lines[0]!.split(one).length);
  const delimiter = Object.keys(DELIMITERS)[counts.indexOf(Math.max(...counts))]!;
  const rows = lines.map((line) => fields(line, delimiter));
  const names = rows[0]!.map((name, i) => name || String(i + 1));
  const form = `separated by ${DELIMITERS[delimiter]}, UTF-8`;
  return { ...peeked(names, rows.slice(1), form), delimiter };
}

function fromObjects(lines: readonly string[]): Peek | undefined {
  try {
    const objects = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const names = [...new Set(objects.flatMap((one) => Object.keys(one)))];
    const rows = objects.map((one) => names.map((name) => String(one[name] ?? "")));
    return peeked(names, rows, "JSON lines");
  } catch {
    return undefined;
  }
}

/** Fields of a line; quotes may hold the delimiter, and are doubled within. */
export function fields(line: string, delimiter: string): string[] {
  if (!line.includes('"')) return line.split(delimiter);
  const found: string[] = [];
  let [field, isQuoted] = ["", false];
  for (let i = 0; i < line.length; ++i) {
    const at = line[i]!;
    if (at === '"' && isQuoted && line[i + 1] === '"') field += line[++i];
    else if (at === '"') isQuoted = !isQuoted;
    else if (at === delimiter && !isQuoted) {
      found.push(field);
      field = "";
    } else field += at;
  }
  return [...found, field];
}

function peeked(names: readonly string[], rows: readonly string[][], form: string): Peek {
  const columns = names.map((name, i): PeekColumn => {
    return { name, looks: looksOf(rows.map((row) => row[i] ?? "").filter(Boolean)) };
  });
  return { columns, rows: rows.slice(0, SHOWN), form };
}

function looksOf(values: readonly string[]): string {
  if (values.length === 0) return "empty";
  const distinct = new Set(values).size;
  const all = (pattern: RegExp): boolean => values.every((value) => pattern.test(value));
  if (all(/^\d{4}-\d\d-\d\d/)) return "date and time";
  if (all(/^\d+(\.\d+)?$/)) {
    const numbers = values.map(Number);
    if (Math.min(...numbers) > 1e9) return "large numbers, perhaps times";
    if (distinct === values.length) return "all different";
    return `${Math.min(...numbers)} to ${Math.max(...numbers)}`;
  }
  if (distinct === values.length) return "all different";
  return `${distinct.toLocaleString("en")} values in the first ${values.length.toLocaleString("en")} rows`;
}
