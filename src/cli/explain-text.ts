/**
 * An explanation as two tables: the clicks, and where each item would stand without the clicks that matter most.
 *
 *        click   weight  first without it
 *     1  tent      0.41             stove
 *     2  kettle    1.82               mat  matters most
 *
 *        item   score  without 1  without 2
 *     1  stove   4.21     1 −0.1    12 +2.4
 */

import type { Explanation, Id, ItemPlace } from "../index.js";
import { formatCount, formatTable } from "./format.js";
import type { Ink } from "./io.js";

/** Clicks that have a column. */
const MOST_COLUMNS = 6;
/** Characters of an id. */
const WIDEST = 40;

export function explanationLines(found: Explanation, ink: Ink): string[] {
  return [clickLines(found), itemLines(found)].flatMap(([head = "", ...rows]) =>
    rows.length > 0 ? ["", ink.bold(head), ...rows] : [],
  );
}

function clickLines({ clicks, mattersMost }: Explanation): string[] {
  const [head = "", ...rows] = formatTable([
    ["   click", "weight", "first without it"],
    ...clicks.map(({ itemId, counts, weight, list }, c) => [
      numbered(c, itemId),
      counts ? weightText(weight) : "not read",
      list[0] ? short(list[0].itemId) : "nothing",
    ]),
  ]);
  return [head, ...rows.map((row, c) => (c === mattersMost ? `${row}  matters most` : row))];
}

function itemLines({ clicks, items }: Explanation): string[] {
  const byWeight = (a: number, b: number): number => clicks[b]!.weight - clicks[a]!.weight || a - b;
  const heaviest = [...clicks.keys()].sort(byWeight).slice(0, MOST_COLUMNS);
  const shown = heaviest.sort((a, b) => a - b);
  return formatTable([
    ["   item", "score", ...shown.map((c) => `without ${c + 1}`)],
    ...items.map(({ itemId, score, without }, i) => [
      numbered(i, itemId),
      score.toFixed(4),
      ...shown.map((c) => placeText(without[c])),
    ]),
  ]);
}

function numbered(i: number, itemId: Id): string {
  return `${String(i + 1).padStart(2)} ${short(itemId)}`;
}

/** The rank without the click, and what the click did: `12 +2.4`. */
function placeText(place: ItemPlace | undefined): string {
  if (!place) return "–";
  const { rank, effect } = place;
  return `${formatCount(rank)} ${effect < 0 ? "−" : "+"}${Math.abs(effect).toFixed(1)}`;
}

function weightText(weight: number): string {
  return Number.isFinite(weight) ? weight.toFixed(2) : "all";
}

function short(itemId: Id): string {
  const text = String(itemId);
  return text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text;
}
