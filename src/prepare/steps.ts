/**
 * What a preparation is made of: statements of SQL, one after the other, over tables of these columns:
 *
 *     clicks   line, visitor, item, seconds, tie, kept     as read; a visitor is a session or a user
 *     events   session, item, seconds, tie, line           what is left so far
 *
 * A line is a number that counts rows as they were read. Clicks of equal seconds are in the order of the
 * tie, which may be NULL, then of the line.
 */

/** A statement that makes a table, or takes rows out of one (DELETE). */
export interface Statement {
  /** For people: what it makes, or what it takes out. */
  readonly what: string;
  readonly sql: string;
}

/** Statements that are run in turns until the last of them takes out no row. */
export interface Repeated {
  readonly repeated: readonly Statement[];
}

export type Step = Statement | Repeated;

/** The order within a session. */
export const IN_TIME = "seconds, tie, line";
const COLUMNS = "session, item, seconds, tie, line";

/** Events as columns of a table that has more. */
export function eventsOf(table: string, where: string): string {
  return `SELECT ${COLUMNS} FROM ${table} WHERE ${where}`;
}

/** A number as SQL has it: with a point alone it would be a decimal, which is rounded otherwise. */
export function numberOf(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toExponential();
}
