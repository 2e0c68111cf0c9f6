/** Rows that are left out, by reason, with the first line of each; or refused, where that is wanted. */

import { FormatError, words } from "../../errors.js";

/** Rows of a table that gave no event, for one reason. */
export interface LeftOut {
  /** "no session", "no item", "no time", "not readable" … */
  readonly reason: string;
  /** How many rows. */
  readonly rows: number;
  /** The first of them, counted from 1. */
  readonly firstLine: number;
}

export class Tally {
  readonly #isStrict: boolean;
  readonly #skipsBad: boolean;
  readonly #found = new Map<string, { reason: string; rows: number; firstLine: number }>();

  constructor(isStrict: boolean, skipsBad: boolean) {
    this.#isStrict = isStrict;
    this.#skipsBad = skipsBad;
  }

  get list(): readonly LeftOut[] {
    return [...this.#found.values()];
  }

  get rows(): number {
    return this.list.reduce((sum, { rows }) => sum + rows, 0);
  }

  /** A row without something that is needed. @throws FormatError where rows must be whole */
  missing(what: string, table: string, line: number): void {
    if (this.#isStrict) {
      const remedy = "Without `strict` such rows are left out and counted.";
      throw new FormatError(
        `${table}, line ${line}`,
        `no row without ${what}`,
        words("one"),
        remedy,
      );
    }
    this.#count(`no ${what}`, line);
  }

  /** A row that cannot be read. @throws FormatError unless such rows are skipped */
  bad(table: string, line: number, expected: string, found: unknown, remedy?: string): void {
    if (this.#skipsBad) {
      this.#count("not readable", line);
      return;
    }
    throw new FormatError(`${table}, line ${line}`, expected, found, remedy);
  }

  /** A row that is left out on purpose. */
  other(reason: string, line: number, rows = 1): void {
    this.#count(reason, line, rows);
  }

  #count(reason: string, line: number, rows = 1): void {
    const found = this.#found.get(reason);
    if (found) {
      found.rows += rows;
      found.firstLine = Math.min(found.firstLine, line);
      return;
    }
    this.#found.set(reason, { reason, rows, firstLine: line });
  }
}
