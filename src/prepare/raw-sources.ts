/** Downloaded files that are not tables of clicks by themselves, made into such. */

import { looksLikeData } from "../data/read/columns.js";
import type { ReadOptions } from "../data/read/options.js";
import { nameOf } from "../data/read/source.js";
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

/** Sources whose lines are sessions of OTTO, as CSV; tables stay what they are. */
export function ottoSources(sources: Sources): Sources {
  return sources.map((source) => {
    if (!("stream" in source)) return source;
    const name = nameOf(source);
    const stream = (): ReadableStream<Uint8Array> =>
      (source.stream() as ReadableStream<Uint8Array>).pipeThrough(new OttoLines(name).transform());
    return "slice" in source ? { ...source, name, stream } : { name, stream };
  });
}

/** {"session": 1, "events": [{"aid": 2, "ts": 1661724000278, "type": "clicks"}, …]} → 1,2,1661724000278,clicks */
class OttoLines {
  readonly #name: string;
  readonly #decoder = new TextDecoder();
  readonly #encoder = new TextEncoder();
  #isTable: boolean | undefined;
  #rest = "";
  #line = 0;

  constructor(name: string) {
    this.#name = name;
  }

  transform(): TransformStream<Uint8Array, Uint8Array> {
    return new TransformStream({
      transform: (chunk, controller) => {
        if (this.#isTable === undefined) {
          this.#isTable = chunk[0] !== BRACE;
          if (!this.#isTable) controller.enqueue(this.#encoder.encode("session,aid,ts,type\n"));
        }
        if (this.#isTable) controller.enqueue(chunk);
        else this.#add(this.#decoder.decode(chunk, { stream: true }), controller);
      },
      flush: (controller) => {
        if (this.#isTable === false) this.#add(`${this.#decoder.decode()}\n`, controller);
      },
    });
  }

  #add(text: string, controller: TransformStreamDefaultController<Uint8Array>): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > LONGEST_LINE) throw this.#wrong("a longer line than sessions have");
    const rows = lines.map((line) => {
      this.#line++;
      return line.trim() === "" ? "" : this.#rowsOf(line);
    });
    const joined = rows.join("");
    if (joined !== "") controller.enqueue(this.#encoder.encode(joined));
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
