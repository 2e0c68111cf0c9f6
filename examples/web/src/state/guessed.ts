/** Which column is what, by names and looks; and how a choice is told to the reader. */

import type { ReadOptions } from "gru4rec";
import type { Peek } from "../engine/protocol.js";
import { type Choice, ROLES, ROWS, type Role } from "./columns.js";

/** Names that are told to the reader; a column without one by its position. */
export function readOptionsOf({ visit, item, time, pause, events }: Choice): ReadOptions {
  const isCut = pause && time !== ROWS; // without times there is no pause
  return {
    ...(visit && (isCut ? { userColumn: visit, gap: pause } : { sessionColumn: visit })),
    ...(item && { itemColumn: item }),
    ...(time && { timeColumn: time }),
    ...(events && { events }),
  };
}

/** What is told by names and looks alone; a guess that a person looks at. */
export function guessed({ columns }: Peek): Choice {
  const pick = (pattern: RegExp, but: readonly (string | undefined)[]): string | undefined =>
    columns.find(({ name }) => pattern.test(name) && !but.includes(name))?.name;
  const time =
    pick(/time|date|stamp|created|when|erstellt|datum|zeit|fecha|\bts\b/i, []) ??
    columns.find(({ looks }) => looks.startsWith("date") || looks.startsWith("large"))?.name;
  const visit = pick(/sess|visit(?!or)|sid|sitzung|besuch(?!er)/i, [time]);
  const visitor = visit
    ? undefined
    : pick(/user|customer|client|visitor|kunde|nutzer|besucher|cookie|\bwho\b/i, [time]);
  const item = pick(/item|produ[ck]t|arti[ck][le]|sku|\bpage|seite|url|\bwhat\b/i, [
    ...[time, visit ?? visitor],
  ]);
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
