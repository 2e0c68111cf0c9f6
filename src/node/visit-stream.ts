/**
 * The visits of a table as its rows come, some thousand at a time: a block is held, not the table.
 *
 * Rows of a visit must stand together. Where the ids of visits ascend, that is sure without a list of those that
 * were seen, and visits come in the order that `readSessions` gives them. Any other table is no stream.
 */

import type { Id } from "../data/events.js";
import { ClickReader } from "../data/read/clicks.js";
import { checkReadOptions, type ReadOptions } from "../data/read/options.js";
import type { ReportColumns } from "../data/read/report.js";
import { type Rows, textAt } from "../data/read/rows.js";
import type { EventSink } from "../data/read/sink.js";
import { nameOf, type Source } from "../data/read/source.js";
import { Watch } from "../data/read/watch.js";
import { cut } from "../errors.js";
import { BLOCK, type VisitBlock } from "./visit-blocks.js";

/** A table that cannot be read as a stream; the message says what it has instead of visits in order. */
export class NoStream extends Error {
  override readonly name = "NoStream";
}

/** Uses all visits, block after block. @throws NoStream; the errors of `readSessions` */
export async function streamVisits(
  sources: readonly Source[],
  options: ReadOptions,
  use: (block: VisitBlock) => Promise<void>,
): Promise<void> {
  checkReadOptions(options);
  const { format, gap = "none", name } = options;
  if (format !== undefined) throw new NoStream(`a table of ${format}`);
  if (gap !== "none") throw new NoStream("visits that are cut at gaps in time");
  const watch = new Watch(sources, options);
  const sink = new VisitSink(use);
  const reader = new ClickReader(options, sink, watch);
  for (const one of sources) {
    sink.table = name ?? nameOf(one);
    watch.begin(one);
    await reader.add(one, sink.table);
  }
  watch.end();
  const { hasOrder } = await reader.finish();
  await sink.end(hasOrder);
}

interface Click {
  readonly item: string;
  readonly time: number;
  readonly tie: number;
}

class VisitSink implements EventSink {
  /** What is read. */
  table = "";
  readonly #use: (block: VisitBlock) => Promise<void>;
  readonly #encoder = new TextEncoder();
  #begin = 0;
  #ids: Id[] = [];
  #visits: string[][] = [];
  /** The visit under way: its id, as text too, and its clicks. */
  #id: Id | undefined;
  #text = new Uint8Array(0);
  #clicks: Click[] = [];
  /** Whether clicks of equal times were told apart by another column. */
  #isTied = false;

  constructor(use: (block: VisitBlock) => Promise<void>) {
    this.#use = use;
  }

  begin({ session }: ReportColumns): void {
    if (!session) throw new NoStream("clicks of users, which are cut into visits");
  }

  add(rows: Rows, row: number, time: number, tie: number | undefined, isKept: boolean): void {
    if (!isKept) return;
    rows.at(row, 0);
    if (!this.#isSame(rows)) this.#next(textAt(rows), rows.lineOf(row));
    rows.at(row, 1);
    this.#clicks.push({ item: textAt(rows), time, tie: tie ?? 0 });
  }

  async drain(): Promise<void> {
    if (this.#visits.length >= BLOCK) await this.#flush();
  }

  /** @param hasOrder whether the column that was to order clicks of equal times does */
  async end(hasOrder: boolean): Promise<void> {
    if (this.#isTied && !hasOrder)
      throw new NoStream("a column that does not order all clicks of equal times");
    this.#close();
    await this.#flush();
  }

  #isSame({ bytes, begin, end }: Rows): boolean {
    const text = this.#text;
    if (this.#id === undefined || end - begin !== text.length) return false;
    for (let i = 0; i < text.length; ++i) if (bytes[begin + i] !== text[i]) return false;
    return true;
  }

  #next(text: string, line: number): void {
    const number = Number(text);
    const isNumber = Number.isSafeInteger(number) && String(number) === text;
    const before = this.#id;
    // Ids are numbers where all of a column are, else texts.
    const id = isNumber && typeof before !== "string" ? number : text;
    if (before !== undefined && (typeof before !== typeof id || before >= id)) {
      const order = `visit ${cut(text)} stands behind visit ${cut(String(before))}`;
      throw new NoStream(`${this.table}, line ${line}: ${order}`);
    }
    this.#close();
    this.#id = id;
    this.#text = this.#encoder.encode(text);
  }

  #close(): void {
    if (this.#id === undefined) return;
    const compare = (a: Click, b: Click): number => {
      if (a.time === b.time && a.tie !== b.tie) this.#isTied = true;
      return a.time - b.time || a.tie - b.tie;
    };
    this.#ids.push(this.#id);
    this.#visits.push(this.#clicks.sort(compare).map(({ item }) => item));
    this.#clicks = [];
  }

  async #flush(): Promise<void> {
    const block = { begin: this.#begin, ids: this.#ids, visits: this.#visits };
    this.#begin += this.#ids.length;
    this.#ids = [];
    this.#visits = [];
    await this.#use(block);
  }
}
