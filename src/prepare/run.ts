/** Steps of a preparation being run, and what they took out. */

import { ConfigError, words } from "../errors.js";
import type { Database } from "./database.js";
import type { Statement, Step } from "./steps.js";

/** Hears what is done now, and how many events of how many are through; NaN where that is not known. */
export type Watch = (what: string, done: number, total: number) => void;

/** Events that a step took out. */
export interface LeftOutEvents {
  readonly reason: string;
  readonly events: number;
}

/** What is in a table of events. */
export interface Counts {
  readonly events: number;
  readonly sessions: number;
  readonly items: number;
  readonly longestSession: number;
}

export class Run {
  readonly #database: Database;
  readonly #events: number;
  readonly #watch: Watch;
  readonly #leftOut = new Map<string, number>();

  /** @param events how many there are, at most, for a step to go through */
  constructor(database: Database, events: number, watch: Watch) {
    this.#database = database;
    this.#events = events;
    this.#watch = watch;
  }

  get leftOut(): readonly LeftOutEvents[] {
    return Array.from(this.#leftOut, ([reason, events]) => ({ reason, events }));
  }

  async step(step: Step): Promise<void> {
    if ("sql" in step) {
      await this.#statement(step);
      return;
    }
    for (let changed = 1; changed > 0; ) {
      for (const statement of step.repeated) changed = await this.#statement(statement);
    }
  }

  /** Returns how many rows it changed. */
  async #statement({ what, sql }: Statement): Promise<number> {
    const [[changed] = []] = await this.#database.run(sql, (done) => {
      this.#watch(what, done * this.#events, this.#events);
    });
    const rows = Number(changed ?? 0);
    if (sql.startsWith("DELETE") && rows > 0) {
      this.#leftOut.set(what, (this.#leftOut.get(what) ?? 0) + rows);
      // Until then, DuckDB keeps eight bytes in memory for each row near one that is deleted.
      await this.#database.run("CHECKPOINT");
    }
    return rows;
  }

  async counts(table: string): Promise<Counts> {
    const lengths = `SELECT count(*) AS length FROM ${table} GROUP BY session`;
    const [[events, sessions, longest] = []] = await this.#database.run(
      `SELECT coalesce(sum(length), 0), count(*), coalesce(max(length), 0) FROM (${lengths})`,
    );
    const distinct = `SELECT count(*) FROM (SELECT DISTINCT item FROM ${table})`;
    const [[items] = []] = await this.#database.run(distinct);
    const [all, longestSession] = [Number(events), Number(longest)];
    return { events: all, sessions: Number(sessions), items: Number(items), longestSession };
  }

  /** @throws ConfigError that says where the events of a file have gone */
  refuseEmpty(file: string): never {
    const gone = this.leftOut.map(({ reason, events }) => `${events} of ${reason}`);
    const found = words(["none", ...gone].join(", "));
    throw new ConfigError("prepare", `events for ${file}`, found, "Leave out less.");
  }
}
