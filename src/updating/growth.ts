/**
 * The catalogue of a model that goes on with new clicks: its items without those that are dropped, in their order,
 * then the items of the clicks that it does not know.
 *
 *     model   tent  stove  lamp      drop lamp      clicks  stove  kettle
 *     made    tent  stove  kettle
 *     rows     0     1      –                       where each of them stands in the model
 */

import type { Id } from "../data/events.js";
import type { Examples } from "../data/examples.js";
import { Items, NO_ITEM } from "../data/items.js";
import { Sessions } from "../data/sessions.js";
import { ConfigError } from "../errors.js";
import { inTurns } from "../pause.js";

/** Ids that are looked up, and clicks that are counted, in about a millisecond. */
const [IDS_PIECE, CLICKS_PIECE] = [2 ** 12, 2 ** 17];

/** How often each item counts as clicked, in the catalogue of the model that is made. */
export const SUPPORTS = ["new", "added", "kept"] as const;
/** What `items.support` counts from now on: the new clicks, those and the ones before, or those before. */
export type Support = (typeof SUPPORTS)[number];

export interface Growth {
  readonly items: Items;
  /** i32[items.size]: rows of the model that there was, `NO_ITEM` for new items. */
  readonly rows: Int32Array;
  /** i32[items of the clicks]: their rows in `items`, `NO_ITEM` for dropped ones. */
  readonly clicked: Int32Array;
  /** Items that are new, and items that are gone. */
  readonly added: number;
  readonly dropped: number;
}

/** Clicks of sessions, or examples: rows of their catalogue. */
export function clicksOf(data: Sessions | Examples): Int32Array {
  return data instanceof Sessions ? data.itemIndices : data.targets;
}

/** @throws ConfigError when an item to drop is not the model's, or no item is left */
export function growthOf(
  known: Items,
  data: Sessions | Examples,
  { drop, support }: { readonly drop: Iterable<Id>; readonly support: Support },
): Promise<Growth> {
  return inTurns(growing(known, data, drop, support));
}

function* growing(
  known: Items,
  data: Sessions | Examples,
  drop: Iterable<Id>,
  support: Support,
): Generator<void, Growth> {
  const gone = droppedRows(known, drop);
  const ids: Id[] = [];
  const rows: number[] = [];
  for (const [row, id] of known.ids.entries()) {
    if (row % IDS_PIECE === 0) yield;
    if (gone.has(row)) continue;
    ids.push(id);
    rows.push(row);
  }
  const kept = ids.length;
  const places = new Map(rows.map((row, place) => [row, place]));
  const clicked = new Int32Array(data.items.size).fill(NO_ITEM);
  for (const [item, id] of data.items.ids.entries()) {
    if (item % IDS_PIECE === 0) yield;
    const row = known.indexOf(id);
    if (row >= 0) {
      clicked[item] = places.get(row) ?? NO_ITEM;
      continue;
    }
    clicked[item] = ids.length;
    ids.push(id);
    rows.push(NO_ITEM);
  }
  const counts = yield* supportOf(known, rows, clicksOf(data), clicked, support);
  return {
    items: yield* Items.arriving(ids, counts),
    rows: Int32Array.from(rows),
    clicked,
    added: ids.length - kept,
    dropped: gone.size,
  };
}

function droppedRows(known: Items, drop: Iterable<Id>): Set<number> {
  const gone = new Set<number>();
  let n = 0;
  for (const id of drop) {
    const row = known.indexOf(id);
    if (row < 0) throw new ConfigError(`drop[${n}]`, "an item of the model", id);
    gone.add(row);
    n++;
  }
  return gone;
}

function* supportOf(
  known: Items,
  rows: readonly number[],
  clicks: Int32Array,
  clicked: Int32Array,
  support: Support,
): Generator<void, Int32Array> {
  const counts = new Int32Array(rows.length);
  if (support !== "new") {
    for (const [item, row] of rows.entries()) if (row >= 0) counts[item] = known.support[row]!;
  }
  if (support === "kept") return counts;
  for (const [i, item] of clicks.entries()) {
    if (i % CLICKS_PIECE === 0) yield;
    const row = clicked[item]!;
    if (row >= 0) counts[row]!++;
  }
  return counts;
}
