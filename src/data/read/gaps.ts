/**
 * Sessions where there are none: the clicks of a user are cut where nothing happened for a while.
 *
 *     user 1   a . b . . . . . . c . d        gap 3
 *     sessions 1 1 1             2 2 2
 */

import { type SortKeys, sortedInTime, upTo } from "../grouping.js";

/** Seconds: what web analytics use. */
export const DEFAULT_GAP = 1800;

/** Events that are gone through between two steps. */
const PIECE = 1 << 16;

/**
 * Numbers sessions from 0, by user and time.
 *
 * @param users i32[events], from 0 to `count` − 1
 * @param gap a session ends when more seconds than this pass without an event
 */
export function* cutByGap(
  users: Int32Array,
  keys: SortKeys,
  count: number,
  gap: number,
): Generator<void, { sessions: Int32Array<ArrayBuffer>; count: number }> {
  const order = yield* upTo(count);
  const { offsets, rows } = yield* sortedInTime(users, keys, order);
  const sessions = new Int32Array(users.length);
  let session = -1;
  for (let user = 0; user < count; ++user) {
    for (let i = offsets[user]!; i < offsets[user + 1]!; ++i) {
      const row = rows ? rows[i]! : i;
      const before = rows ? rows[i - 1]! : i - 1;
      const isFirst = i === offsets[user];
      if (isFirst || keys.times[row]! - keys.times[before]! > gap) session++;
      sessions[row] = session;
      if (i % PIECE === 0) yield;
    }
  }
  return { sessions, count: session + 1 };
}
