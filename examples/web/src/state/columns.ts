/** Which column is what, as a person chose it. */

export type Role = "visit" | "item" | "time";
export const ROLES: readonly Role[] = ["visit", "item", "time"];

/** The column that is added where a table has no time. */
export const ROWS = "the order of the rows";

export interface Choice {
  readonly visit?: string;
  readonly item?: string;
  readonly time?: string;
  /** The visit's column holds visitors: a pause of so many seconds begins a new visit. */
  readonly pause?: number;
  /** Kinds of events that are clicks; all when not given. */
  readonly events?: readonly string[] | undefined;
}
