/** The database that sorts and counts what does not fit into memory: DuckDB, in a file of its own. */

import { join } from "node:path";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { ConfigError, cut, words } from "../errors.js";

/** Milliseconds between two looks at how far a statement is. */
const LOOK = 100;
/** Bytes that the process takes beside the database: Node.js, and rows on their way. */
const BESIDE = 350e6;
const LEAST = 500e6;
/** The share of the rest that DuckDB may count: its sorts take two fifths more. */
const COUNTED = 0.65;

/** How to run statements. */
export interface DatabaseOptions {
  /** Where the file and what does not fit into memory go. */
  readonly folder: string;
  /** Bytes that the whole process is to stay within. */
  readonly memory: number;
  readonly signal: AbortSignal | undefined;
}

export type Cell = number | string | boolean | null;

export class Database {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #signal: AbortSignal | undefined;

  private constructor(
    instance: DuckDBInstance,
    connection: DuckDBConnection,
    signal: AbortSignal | undefined,
  ) {
    this.#instance = instance;
    this.#connection = connection;
    this.#signal = signal;
  }

  /** @throws ConfigError when DuckDB is not installed, or the memory is too little for it */
  static async open({ folder, memory, signal }: DatabaseOptions): Promise<Database> {
    if (memory < LEAST) {
      const found = words(`${Math.round(memory / 1e6)} MB`);
      throw new ConfigError("memory", `at least ${LEAST / 1e6} MB`, found);
    }
    const { DuckDBInstance } = await loaded();
    const limit = Math.floor((memory - BESIDE) * COUNTED);
    const instance = await DuckDBInstance.create(join(folder, "log.duckdb"), {
      memory_limit: `${limit}B`,
      temp_directory: join(folder, "spilt"),
      // Statements that sort say so: nothing needs to keep the order of what it reads.
      preserve_insertion_order: "false",
      autoinstall_known_extensions: "false",
    });
    const connection = await instance.connect();
    await connection.run("SET enable_progress_bar = true");
    await connection.run("SET enable_progress_bar_print = false");
    return new Database(instance, connection, signal);
  }

  /**
   * Runs a statement.
   *
   * @param watch hears how much of it is done, from 0 to 1
   * @returns its rows; for one that writes, a row with the number of rows written
   * @throws the reason of the signal; ConfigError when memory is too little; Error when it fails
   */
  async run(sql: string, watch: (done: number) => void = () => {}): Promise<Cell[][]> {
    this.#signal?.throwIfAborted();
    const interrupt = (): void => this.#connection.interrupt();
    this.#signal?.addEventListener("abort", interrupt);
    const timer = setInterval(() => {
      const { percentage } = this.#connection.progress;
      if (percentage >= 0) watch(percentage / 100);
    }, LOOK);
    try {
      const reader = await this.#connection.runAndReadAll(sql);
      return reader.getRows().map((row) => row.map(cellOf));
    } catch (error) {
      this.#signal?.throwIfAborted();
      throw explained(error);
    } finally {
      clearInterval(timer);
      this.#signal?.removeEventListener("abort", interrupt);
    }
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

async function loaded(): Promise<typeof import("@duckdb/node-api")> {
  try {
    return await import("@duckdb/node-api");
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND";
    const found = isMissing ? "none" : cut(cause instanceof Error ? cause.message : String(cause));
    const remedy = "Install it: npm install @duckdb/node-api";
    throw new ConfigError("prepare", "the package @duckdb/node-api", words(found), remedy);
  }
}

function cellOf(value: unknown): Cell {
  return typeof value === "bigint" ? Number(value) : (value as Cell);
}

/** What DuckDB says, as a sentence of ours where it is about the machine. */
function explained(error: unknown): Error {
  const text = error instanceof Error ? error.message : String(error);
  if (/No space left|max_temp_directory_size|disk quota/i.test(text)) {
    return Object.assign(new Error("no space left", { cause: error }), { code: "ENOSPC" });
  }
  if (/^Out of Memory/i.test(text)) {
    const remedy = "Raise `memory`, or prepare less at once.";
    return new ConfigError("memory", "enough for this log", words("too little"), remedy);
  }
  return new Error(`DuckDB: ${cut(text.replace(/\s+/g, " "))}`, { cause: error });
}
