/** Kinds of events (view, cart, purchase): counted, and some of them chosen. */

import { ConfigError } from "../../errors.js";
import { Ids } from "./ids.js";
import { type Rows, textAt } from "./rows.js";

/** A column of more kinds than this does not tell kinds of events. */
const MOST_KINDS = 50;

export class EventKinds {
  readonly #chosen: ReadonlySet<string> | undefined;
  readonly #kinds = new Ids();
  readonly #isKept: boolean[] = [];
  readonly #counts: number[] = [];
  #last = 0;

  /** @param chosen the kinds to keep; all when not given */
  constructor(chosen: readonly string[] | undefined) {
    this.#chosen = chosen && new Set(chosen);
  }

  /** Whether events of the kind in the cell that `rows` is at are kept. */
  keeps(rows: Rows): boolean {
    const { size } = this.#kinds;
    this.#last = this.#kinds.numberAt(rows);
    if (this.#last === size) {
      this.#isKept.push(this.#chosen?.has(textAt(rows)) ?? true);
      this.#counts.push(0);
    }
    return this.#isKept[this.#last]!;
  }

  /** Counts an event of the kind that was asked for last. */
  count(): void {
    this.#counts[this.#last]!++;
  }

  /** Whether events without a kind are kept. */
  get keepsOthers(): boolean {
    return !this.#chosen;
  }

  /**
   * Events of each kind; undefined where there are none, or too many for kinds.
   *
   * @throws ConfigError when a kind was chosen that does not occur
   */
  async counts(): Promise<Record<string, number> | undefined> {
    const names = await this.#kinds.texts();
    const absent = [...(this.#chosen ?? [])].find((kind) => !names.includes(kind));
    if (absent !== undefined) {
      const listed = names.slice(0, MOST_KINDS).map((name) => JSON.stringify(name.slice(0, 40)));
      throw new ConfigError("events", `kinds that occur: ${listed.join(", ")}`, absent);
    }
    if (names.length === 0 || names.length > MOST_KINDS) return undefined;
    return Object.fromEntries(names.map((name, kind) => [name, this.#counts[kind]!]));
  }
}
