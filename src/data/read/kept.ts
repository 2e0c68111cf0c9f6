/** The events of the kinds that were chosen, and the sessions that are left of them. */

import { inPieces } from "../../pause.js";
import type { Id } from "../events.js";
import type { Grouped } from "../grouping.js";

/** Events of all kinds; −1 is the item of those that were not chosen. */
export interface AllEvents {
  readonly sessions: Int32Array;
  readonly items: Int32Array;
  readonly times: Float64Array;
  readonly order: Float64Array | undefined;
}

/** Moves what is kept to the front: the arrays are overwritten. */
export async function keptEvents(
  { sessions, items, times, order }: AllEvents,
  sessionIds: readonly Id[],
  signal?: AbortSignal,
): Promise<{
  readonly events: Omit<Grouped, "itemIds" | "support">;
  readonly others: number;
  /** Row of the first other, counted from 1. */
  readonly firstOther: number;
}> {
  const firstOther = items.indexOf(-1) + 1;
  if (firstOther === 0) {
    return { events: { sessions, items, times, order, sessionIds }, others: 0, firstOther };
  }
  const number = new Int32Array(sessionIds.length).fill(-1);
  const ids: Id[] = [];
  let to = 0;
  await inPieces(
    items.length,
    (begin, end) => {
      for (let row = begin; row < end; ++row) {
        if (items[row]! < 0) continue;
        const session = sessions[row]!;
        if (number[session]! < 0) number[session] = ids.push(sessionIds[session]!) - 1;
        sessions[to] = number[session]!;
        items[to] = items[row]!;
        times[to] = times[row]!;
        if (order) order[to] = order[row]!;
        to++;
      }
    },
    signal,
  );
  const events = {
    sessionIds: ids,
    sessions: sessions.slice(0, to),
    items: items.slice(0, to),
    times: times.slice(0, to),
    order: order?.slice(0, to),
  };
  return { events, others: items.length - to, firstOther };
}

/** Seconds: the first and the last event. */
export async function spanOf(
  times: Float64Array,
  signal?: AbortSignal,
): Promise<{
  readonly firstTime: number;
  readonly lastTime: number;
}> {
  let firstTime = Number.POSITIVE_INFINITY;
  let lastTime = Number.NEGATIVE_INFINITY;
  await inPieces(
    times.length,
    (begin, end) => {
      for (let i = begin; i < end; ++i) {
        firstTime = Math.min(firstTime, times[i]!);
        lastTime = Math.max(lastTime, times[i]!);
      }
    },
    signal,
  );
  return { firstTime, lastTime };
}
