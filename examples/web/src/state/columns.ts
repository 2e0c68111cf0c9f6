/** Which column is what, as a person chose it. */

import type { ReadOptions } from "gru4rec";
import type { Peek } from "../engine/protocol.js";

export type Role = "visit" | "item" | "time";
export const ROLES: readonly Role[] = ["visit", "item", "time"];

export interface Choice {
  readonly visit?: string;
  readonly item?: string;
  readonly time?: string;
  /** The visit's column holds visitors: a pause of so many seconds begins a new visit. */
  readonly pause?: number;
}

/** Names that are told to the reader; a column without one by its position. */
export function readOptionsOf({ visit, item, time, pause }: Choice): ReadOptions {
  return {
    ...(visit && (pause ? { userColumn: visit, gap: pause } : { sessionColumn: visit })),
    ...(item && { itemColumn: item }),
    ...(time && { timeColumn: time }),
  };
}

/** What is told by names and looks alone; a guess that a person looks at. */
export function guessed({ columns }: Peek): Choice {
  const pick = (pattern: RegExp, but: readonly (string | undefined)[]): string | undefined =>
    columns.find(({ name }) => pattern.test(name) && !but.includes(name))?.name;
  const time =
    pick(/time|date|stamp|created|erstellt|datum|zeit|\bts\b/i, []) ??
    columns.find(({ looks }) => looks.startsWith("date") || looks.startsWith("large"))?.name;
  const visit = pick(/session|visit|sess|sid/i, [time]);
  const visitor = visit ? undefined : pick(/user|customer|client|visitor|kunde|cookie/i, [time]);
  const item = pick(/item|product|article|sku|\bpage|url|artikel/i, [time, visit ?? visitor]);
  const either = visit ?? visitor;
  return {
    ...(either && { visit: either }),
    ...(item && { item }),
    ...(time && { time }),
    ...(visitor && { pause: 1800 }),
  };
}

/** The first role that has no column. */
export function missing(choice: Choice): Role | undefined {
  return ROLES.find((role) => choice[role] === undefined);
}
