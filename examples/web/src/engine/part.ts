/** Parts of a table that is too large, or changes on its way: found without reading more of it than that takes. */

import { guessed } from "../state/guessed.js";
import { fields, peek } from "./peek.js";

const DAY = 86_400;
/** Bytes that are looked at to find a line. */
const LINE_BYTES = 1 << 16;
const NEWLINE = 10;

export interface Part {
  readonly file: File;
  readonly days: number;
}

/**
 * The last days of a log whose rows are in the order of time, as text that is not packed.
 *
 * @param days how many, longest first; the first that gives at most `bytes` is taken
 * @returns undefined where that is not to be had
 */
export async function lastDays(
  file: File,
  days: readonly number[],
  bytes: number,
): Promise<Part | undefined> {
  const head = await peek(file.slice(0, LINE_BYTES));
  const time = head && guessed(head).time;
  if (!head?.delimiter || time === undefined) return undefined;
  const column = head.columns.findIndex(({ name }) => name === time);
  const at = async (offset: number): Promise<{ begin: number; time: number }> => {
    const { begin, line } = await lineAfter(file, offset);
    return { begin, time: secondsOf(fields(line, head.delimiter!)[column] ?? "") };
  };
  const header = (await lineAfter(file, -1)).line;
  const end = Math.max(0, file.size - LINE_BYTES);
  const last = await at(end);
  for (const many of days) {
    const from = last.time - many * DAY;
    let [low, high] = [0, end];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      const there = await at(middle);
      if (Number.isNaN(there.time)) return undefined;
      if (there.time < from) low = middle;
      else high = middle;
    }
    const { begin } = await at(high);
    if (low === 0 || file.size - begin > bytes) continue;
    const rows = file.slice(begin);
    return { file: new File([header, "\n", rows], file.name), days: many };
  }
  return undefined;
}

/** The first whole line that begins behind an offset. */
async function lineAfter(file: File, offset: number): Promise<{ begin: number; line: string }> {
  const from = Math.max(0, offset);
  const bytes = new Uint8Array(await file.slice(from, from + 2 * LINE_BYTES).arrayBuffer());
  const start = offset < 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
  const end = bytes.indexOf(NEWLINE, start);
  const line = new TextDecoder().decode(bytes.subarray(start, end < 0 ? undefined : end));
  return { begin: from + start, line: line.replace(/^\uFEFF|\r$/g, "") };
}

/** Seconds since 1970 of a date, or of a number of seconds or milliseconds; NaN of anything else. */
function secondsOf(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text) / 1000;
  return value > 1e11 ? value / 1000 : value;
}

/** The rows before a line; undefined where the bytes are neither text nor gzip. */
export async function rowsBefore(file: File, line: number): Promise<File | undefined> {
  const isGzip = /\.gz$/i.test(file.name);
  if (!isGzip && /\.(zst|zip|parquet)$/i.test(file.name)) return undefined;
  const stream = file.stream() as ReadableStream<Uint8Array<ArrayBuffer>>;
  const text = isGzip ? stream.pipeThrough(new DecompressionStream("gzip")) : stream;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let [lines, size] = [1, 0];
  const reader = text.getReader();
  while (lines < line) {
    const { value: bytes } = await reader.read();
    if (!bytes) break;
    let end = 0;
    while (lines < line) {
      const next = bytes.indexOf(NEWLINE, end);
      if (next < 0) break;
      end = next + 1;
      lines++;
    }
    const taken = lines < line ? bytes.length : end;
    size += taken;
    if (isGzip) parts.push(bytes.subarray(0, taken));
  }
  await reader.cancel().catch(() => {});
  const name = file.name.replace(/\.gz$/i, "");
  return new File(isGzip ? parts : [file.slice(0, size)], name);
}
