/**
 * Events on their way into the database, as they are read: in files of a million rows, each taken in while
 * the next one is written.
 *
 * An id is a number where all ids of its column are, as in `Sessions`, and else text.
 */

import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Rows } from "../data/read/rows.js";
import type { EventFacts, EventSink, Understood } from "../data/read/sink.js";
import { CsvBytes } from "./csv-bytes.js";
import type { Database } from "./database.js";
import { isWholeNumber } from "./whole-number.js";

const CHUNK_ROWS = 1 << 20;
const WRITE_BYTES = 1 << 20;

const COLUMNS: Readonly<Record<string, string>> = {
  line: "BIGINT",
  visitor_number: "BIGINT",
  visitor_text: "VARCHAR",
  item_number: "BIGINT",
  item_text: "VARCHAR",
  time: "DOUBLE",
  tie: "DOUBLE",
  kept: "BOOLEAN",
};

export class Staging implements EventSink {
  readonly #database: Database;
  readonly #folder: string;
  readonly #signal: AbortSignal | undefined;
  readonly #csv = new CsvBytes();
  /** Whether the ids of visitors and of items are numbers, all of them and any of them. */
  readonly #numbers = [0, 0];
  readonly #texts = [0, 0];
  #events = 0;
  #chunks = 0;
  #handle: FileHandle | undefined;
  /** The chunk before, on its way. */
  #taking: Promise<void> = Promise.resolve();

  private constructor(database: Database, folder: string, signal: AbortSignal | undefined) {
    this.#database = database;
    this.#folder = folder;
    this.#signal = signal;
  }

  /** Makes the table; what is written to the folder is removed when it was taken in. */
  static async begin(
    database: Database,
    folder: string,
    signal: AbortSignal | undefined,
  ): Promise<Staging> {
    const columns = Object.entries(COLUMNS).map(([name, type]) => `${name} ${type}`);
    await database.run(`CREATE TABLE staged (${columns.join(", ")})`);
    return new Staging(database, folder, signal);
  }

  get events(): number {
    return this.#events;
  }

  add(rows: Rows, row: number, time: number, tie: number | undefined, isKept: boolean): void {
    const csv = this.#csv;
    csv.number(++this.#events);
    csv.skip(1);
    this.#id(rows, row, 0);
    if (isKept) this.#id(rows, row, 1);
    else csv.skip(2);
    csv.number(time);
    csv.skip(1);
    csv.number(tie);
    csv.skip(1);
    csv.number(isKept ? 1 : 0);
    csv.endRow();
  }

  #id(rows: Rows, row: number, column: 0 | 1): void {
    const csv = this.#csv;
    rows.at(row, column);
    const { bytes, begin, end } = rows;
    if (isWholeNumber(bytes, begin, end)) {
      this.#numbers[column]!++;
      csv.plain(bytes, begin, end);
      csv.skip(2);
    } else {
      this.#texts[column]!++;
      csv.skip(1);
      csv.quoted(bytes, begin, end);
      csv.skip(1);
    }
  }

  async drain(): Promise<void> {
    this.#signal?.throwIfAborted();
    if (this.#csv.length >= WRITE_BYTES) await this.#write();
    if (this.#events >= (this.#chunks + 1) * CHUNK_ROWS) await this.#endChunk();
  }

  async #write(): Promise<void> {
    this.#handle ??= await open(this.#pathOf(this.#chunks), "w");
    await this.#handle.writeFile(this.#csv.taken());
  }

  async #endChunk(): Promise<void> {
    await this.#write();
    await this.#handle!.close();
    this.#handle = undefined;
    await this.#taking;
    this.#taking = this.#take(this.#pathOf(this.#chunks++));
    this.#taking.catch(() => {}); // thrown by whoever awaits it next
  }

  #pathOf(chunk: number): string {
    return join(this.#folder, `rows-${chunk}.csv`);
  }

  async #take(path: string): Promise<void> {
    const columns = Object.entries(COLUMNS).map(([name, type]) => `${name}: '${type}'`);
    const how = `delim = ',', quote = '"', escape = '"', header = false, auto_detect = false`;
    const table = `read_csv(${literal(path)}, ${how}, parallel = false, columns = {${columns.join(", ")}})`;
    await this.#database.run(`INSERT INTO staged SELECT * FROM ${table}`);
    await rm(path);
  }

  /** Makes the view `clicks` of all that was read. */
  async finish({ perSecond, hasOrder }: Understood): Promise<EventFacts> {
    await this.#endChunk();
    await this.#taking;
    await this.#database.run(
      `CREATE VIEW clicks AS SELECT line, ${this.#column(0, "visitor")}, ${this.#column(1, "item")}, ` +
        `time / ${perSecond} AS seconds, ${hasOrder ? "tie" : "NULL"} AS tie, kept FROM staged`,
    );
    const [[firstTime, lastTime, areDays, others, firstOther] = []] = await this.#database.run(
      `SELECT min(seconds) FILTER (kept), max(seconds) FILTER (kept),
        bool_and(seconds % 86400 = 0) AND bool_or(abs(seconds) >= 1e8),
        count(*) FILTER (NOT kept), coalesce(min(line) FILTER (NOT kept), 0) FROM clicks`,
    );
    return {
      firstTime: Number(firstTime),
      lastTime: Number(lastTime),
      areDays: areDays === true,
      others: Number(others),
      firstOther: Number(firstOther),
    };
  }

  /** Once sessions are made of them: gives back the room. */
  async drop(): Promise<void> {
    await this.#database.run("DROP VIEW clicks");
    await this.#database.run("DROP TABLE staged");
  }

  /** Closes the file that is being written; what is in the folder is its owner's to remove. */
  async close(): Promise<void> {
    await this.#handle?.close();
    await this.#taking.catch(() => {});
  }

  #column(column: 0 | 1, name: string): string {
    if (this.#texts[column] === 0) return `${name}_number AS ${name}`;
    if (this.#numbers[column] === 0) return `${name}_text AS ${name}`;
    return `coalesce(${name}_text, CAST(${name}_number AS VARCHAR)) AS ${name}`;
  }
}

/** Text as SQL has it. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
