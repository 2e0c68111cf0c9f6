/**
 * Files of sequences, as comparisons on leave-one-out publish them: no times, no header.
 *
 *     user item item item …      sequences: the oldest first
 *     user item                  pairs: one a line, the oldest first
 */

import { FormatError, words } from "../../errors.js";
import { pace } from "../../pause.js";
import { unpacked } from "./compressed.js";
import { growingNumbers } from "./growing.js";
import { Ids } from "./ids.js";
import { isSpace } from "./rows.js";
import type { ReadClicks } from "./sink.js";
import { chunksOf, type Source } from "./source.js";
import { encodingOf, utf8Of } from "./utf8.js";
import type { Watch } from "./watch.js";

/** A user of more bytes than this is no line of a table. */
const LONGEST_LINE = 1 << 24;
const LINE_FEED = 10;

/** @throws FormatError naming the source and the line */
export async function readSequences(
  sources: readonly (readonly [Source, string])[],
  format: "sequences" | "pairs",
  watch: Watch,
): Promise<ReadClicks> {
  const reader = new SequenceReader(format);
  let facts: Pick<ReadClicks["report"], "compression" | "encoding"> | undefined;
  for (const [source, name] of sources) {
    watch.begin(source);
    const { bytes, compression } = await unpacked(chunksOf(source, name, watch), name, false);
    const encoding = await encodingOf(bytes);
    facts ??= { compression, encoding };
    reader.begin(name);
    for await (const chunk of utf8Of(bytes.chunks(), encoding, name)) {
      watch.read(reader.add(chunk, false));
      await pace();
    }
    watch.read(reader.add(new Uint8Array(0), true));
  }
  watch.end();
  const names = sources.map(([, name]) => name);
  return reader.finish(names, facts!);
}

class SequenceReader {
  readonly #format: "sequences" | "pairs";
  readonly #users = new Ids();
  readonly #items = new Ids();
  readonly #user = growingNumbers();
  readonly #item = growingNumbers();
  #name = "";
  #line = 1;
  #rows = 0;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(format: "sequences" | "pairs") {
    this.#format = format;
  }

  begin(name: string): void {
    this.#name = name;
    this.#line = 1;
  }

  /** Returns how many rows it made whole. */
  add(chunk: Uint8Array, isLast: boolean): number {
    const before = this.#rows;
    const bytes = new Uint8Array(this.#rest.length + chunk.length);
    bytes.set(this.#rest);
    bytes.set(chunk, this.#rest.length);
    let begin = 0;
    while (begin < bytes.length) {
      let end = bytes.indexOf(LINE_FEED, begin);
      if (end < 0 && !isLast) break;
      if (end < 0) end = bytes.length;
      this.#addLine(bytes, begin, end);
      begin = end + 1;
      this.#line++;
    }
    this.#rest = bytes.slice(begin);
    if (this.#rest.length > LONGEST_LINE) {
      const expected = `lines of at most ${LONGEST_LINE >> 20} MiB`;
      throw new FormatError(`${this.#name}, line ${this.#line}`, expected, words("a longer one"));
    }
    return this.#rows - before;
  }

  #addLine(bytes: Uint8Array, begin: number, end: number): void {
    let user = -1;
    let count = 0;
    for (let i = begin; i < end; ) {
      while (i < end && isSpace(bytes[i])) i++;
      const from = i;
      while (i < end && !isSpace(bytes[i])) i++;
      if (from === i) break;
      if (count++ === 0) user = this.#users.numberOf(bytes, from, i);
      else {
        this.#user.push(user);
        this.#item.push(this.#items.numberOf(bytes, from, i));
      }
    }
    if (count === 0) return;
    this.#rows++;
    const fits = this.#format === "pairs" ? count === 2 : count >= 2;
    if (fits) return;
    const expected = this.#format === "pairs" ? "a user and an item" : "a user and items";
    const found = words(`${count} words`);
    throw new FormatError(`${this.#name}, line ${this.#line}`, expected, found);
  }

  async finish(
    names: readonly string[],
    facts: Pick<ReadClicks["report"], "compression" | "encoding">,
  ): Promise<ReadClicks> {
    const items = await this.#item.taken();
    if (items.length === 0) {
      throw new FormatError(this.#name, "at least one user with an item", 0);
    }
    const support = new Int32Array(this.#items.size);
    for (const item of items) support[item]!++;
    const times = Float64Array.from(items, (_, row) => row);
    return {
      grouped: {
        sessionIds: await this.#users.idsAs("numbers"),
        sessions: await this.#user.taken(),
        itemIds: await this.#items.texts(),
        items,
        times,
        support,
      },
      report: {
        ...facts,
        names,
        format: this.#format,
        header: false,
        columns: {},
        timeUnit: "none",
        firstTime: 0,
        lastTime: items.length - 1,
        rows: this.#rows,
        leftOut: [],
        notes: ["The file has no times: events are numbered in its order."],
      },
    };
  }
}
