/** What goes into files: the visits of a log, some thousand at a time, and ids. */

import type { Id, Sessions } from "../index.js";

/** Visits of a block. */
export const BLOCK = 20_000;

export interface VisitBlock {
  /** The first visit of the block, counted from 0. */
  readonly begin: number;
  readonly ids: readonly Id[];
  /** Clicked items of each visit, oldest first. */
  readonly visits: readonly (readonly Id[])[];
}

export function* blocksOf({
  sessionIds,
  itemIndices,
  offsets,
  items,
  length,
}: Sessions): Generator<VisitBlock> {
  for (let begin = 0; begin < length; begin += BLOCK) {
    const ids = sessionIds.slice(begin, begin + BLOCK);
    const visits = ids.map((_, v) => {
      const clicks = itemIndices.subarray(offsets[begin + v]!, offsets[begin + v + 1]!);
      return Array.from(clicks, (item) => items.ids[item]!);
    });
    yield { begin, ids, visits };
  }
}

/** JSON has no bigints. */
export function plain(id: Id): string | number {
  return typeof id === "bigint" ? String(id) : id;
}
