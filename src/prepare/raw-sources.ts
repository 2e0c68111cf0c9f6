/** Downloaded files that are not tables of clicks by themselves, made into such. */

import { looksLikeData } from "../data/read/columns.js";
import type { ReadOptions } from "../data/read/options.js";
import { type Chunked, chunksOf, nameOf, sliceableOf } from "../data/read/source.js";
import { openTable } from "../data/read/table.js";
import { cut, FormatError, words } from "../errors.js";
import type { sourcesOf } from "../node/sources.js";

export type Sources = Awaited<ReturnType<typeof sourcesOf>>;

/** Bytes of a line of OTTO: sessions have at most some hundred events. */
const LONGEST_LINE = 1 << 24;
const BRACE = 123;

/** How ratings are read: those of MovieLens have a header in some of its files. */
export async function ratingsReading(sources: Sources, reading: ReadOptions): Promise<ReadOptions> {
  const [first] = sources;
  const canLook = first && "slice" in first;
  if (!canLook || reading.header !== undefined) return reading;
  const table = await openTable(first, nameOf(first), {
    delimiter: reading.delimiter,
    quote: reading.quote,
  });
  await table.close();
  return looksLikeData(table.first) && !table.hasNames ? { ...reading, header: false } : reading;
}

/** A source whose lines are sessions of OTTO, as CSV; a table stays what it is. */
export async function ottoSource(source: Sources[number]): Promise<Sources[number] | Chunked> {
  const name = nameOf(source);
  const file = sliceableOf(source);
  const [first] = file ? new Uint8Array(await file.slice(0, 1).arrayBuffer()) : [BRACE];
  if (first !== BRACE) return source;
  return { name, chunks: (watch) => ottoChunks(chunksOf(source, name, watch), name) };
}

async function* ottoChunks(
  chunks: AsyncGenerator<Uint8Array, void>,
  name: string,
): AsyncGenerator<Uint8Array, void> {
  const lines = new OttoLines(name);
  let isTable: boolean | undefined;
  for await (const chunk of chunks) {
    isTable ??= chunk[0] !== BRACE;
    yield isTable ? chunk : lines.add(chunk);
  }
  if (isTable === false) yield lines.end();
}

/** {"session": 1, "events": [{"aid": 2, "ts": 1661724000278, "type": "clicks"}, …]} → 1,2,1661724000278,clicks */
class OttoLines {
  readonly #name: string;
  readonly #decoder = new TextDecoder();
  readonly #encoder = new TextEncoder();
  #rest = "";
  #line = 0;

  constructor(name: string) {
    this.#name = name;
  }

  add(chunk: Uint8Array): Uint8Array {
    return this.#rows(this.#decoder.decode(chunk, { stream: true }));
  }

  end(): Uint8Array {
    return this.#rows(`${this.#decoder.decode()}\n`);
  }

  #rows(text: string): Uint8Array {
    const head = this.#line === 0 && this.#rest === "" ? "session,aid,ts,type\n" : "";
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > LONGEST_LINE) throw this.#wrong("a longer line than sessions have");
    const rows = lines.map((line) => {
      this.#line++;
      return line.trim() === "" ? "" : this.#rowsOf(line);
    });
    return this.#encoder.encode(head + rows.join(""));
  }

  #rowsOf(line: string): string {
    const { session, events } = this.#parsed(line);
    if (!isId(session) || !Array.isArray(events)) throw this.#wrong(line);
    let rows = "";
    for (const event of events as readonly unknown[]) {
      const { aid, ts, type } = Object(event) as Record<string, unknown>;
      const isEvent = isId(aid) && typeof ts === "number" && /^\w+$/.test(String(type));
      if (!isEvent) throw this.#wrong(line);
      rows += `${session},${aid},${ts},${type}\n`;
    }
    return rows;
  }

  #parsed(line: string): Record<string, unknown> {
    try {
      return Object(JSON.parse(line)) as Record<string, unknown>;
    } catch {
      throw this.#wrong(line);
    }
  }

  #wrong(found: string): FormatError {
    const where = `${this.#name}, line ${this.#line}`;
    return new FormatError(where, "a session of OTTO as JSON", words(cut(found)));
  }
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
