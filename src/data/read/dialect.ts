/** How text is cut into rows and fields, found from its beginning. */

import { type Dialect, LineReader } from "./lines.js";
import type { Peeked } from "./peeked.js";

/** What is given by hand; the rest is found. */
export interface DialectOptions {
  readonly delimiter?: string | undefined;
  /** `"` as RFC 4180 has it, or "none"; found row by row when not given. */
  readonly quote?: '"' | "none" | undefined;
}

/** Likeliest first, where several cut as well. */
const DELIMITERS = ["\t", ",", ";", "|", "::", "\u0001", "\u001f", "\u001e", "~", "^"];
/** Cuts titles into words: only where no other delimiter is there. */
const SPACE = " ";
/** Text that is looked at, bytes. */
export const HEAD: number = 1 << 16;
const ROWS = 20;

/** A dialect, and the bytes to be skipped before the first row. */
export interface FoundDialect extends Dialect {
  readonly name: string;
  /** Bytes of a line `sep=;`, which spreadsheets write and read. */
  readonly skipped: number;
}

export async function dialectOf(text: Peeked, options: DialectOptions): Promise<FoundDialect> {
  const head = (await text.peek(HEAD)).subarray(0, HEAD);
  const newline = head.includes(10) || !head.includes(13) ? 10 : 13;
  const quotes = options.quote === "none" ? "never" : options.quote === '"' ? "always" : "guessed";
  const separated = /^sep=(.|::)\r?[\n\r]/.exec(new TextDecoder().decode(head.subarray(0, 10)));
  const skipped = separated ? head.indexOf(newline) + 1 : 0;
  const rest = head.subarray(skipped);
  const given = options.delimiter ?? separated?.[1];
  const name = given ?? guessed(rest, newline, quotes, text.isWhole);
  return { delimiter: new TextEncoder().encode(name), newline, quotes, name, skipped };
}

/** The first rows as text. */
export function firstRows(head: Uint8Array, dialect: Dialect, isWhole: boolean): string[][] {
  const lines = new LineReader(dialect);
  const decoder = new TextDecoder();
  const rows: string[][] = [];
  for (let at = 0; rows.length < ROWS; at = lines.next) {
    while (head[at] === 10 || head[at] === 13) at++; // blank lines, a whole head of them
    if (at >= head.length) break;
    if (lines.read(head, at, head.length, isWhole) === "unfinished") break;
    const row: string[] = [];
    for (let i = 0; i < lines.fields; ++i) {
      const text = decoder.decode(head.subarray(lines.begins[i], lines.ends[i])).trim();
      row.push(lines.escaped.includes(i) ? text.replaceAll('""', '"') : text);
    }
    if (row.some((field) => field !== "")) rows.push(row);
    if (lines.next <= at) break;
  }
  return rows;
}

/** The delimiter that cuts the first rows into the most fields, as many in each of them. */
function guessed(
  head: Uint8Array,
  newline: number,
  quotes: Dialect["quotes"],
  isWhole: boolean,
): string {
  let best = { name: ",", score: 0 };
  for (const name of [...DELIMITERS, SPACE]) {
    if (name === SPACE && best.score > 1) break;
    const delimiter = new TextEncoder().encode(name);
    const rows = firstRows(head, { delimiter, newline, quotes }, isWhole);
    const counts = rows.map((row) => row.length).filter((count) => count > 1);
    if (counts.length === 0) continue;
    const usual = middle(counts);
    const share = counts.filter((count) => count === usual).length / rows.length;
    // A header and rows that agree are worth more than many fields in some of them.
    const score = share * (usual > 1 ? 2 : 0) + (share === 1 ? usual : share);
    if (score > best.score) best = { name, score };
  }
  return best.name;
}

function middle(counts: readonly number[]): number {
  return [...counts].sort((a, b) => a - b)[counts.length >> 1]!;
}
