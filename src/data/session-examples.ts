/** Examples for retrieval of sessions: a click and the clicks of its session before it. */

import { ConfigError } from "../errors.js";
import type { Examples } from "./examples.js";
import { NO_ITEM } from "./items.js";
import type { Sessions } from "./sessions.js";
import { windowsOf } from "./windows.js";

/** Examples that are written in about a millisecond. */
const PIECE = 2 ** 14;

/**
 * One example for every click but a session's first, session after session; made in steps.
 *
 * @throws ConfigError when no session has two clicks
 */
export function* examplesOfSessions(
  sessions: Sessions,
  windowLength: number,
): Generator<void, Examples> {
  const { items, itemIndices, times } = sessions;
  const { ends, lengths } = windowsOf(sessions, sessions.order("given"), windowLength, "last");
  const { length } = ends;
  if (length === 0) {
    const got = `${sessions.length} of one click each`;
    throw new ConfigError("sessions", "at least one session of two clicks or more", got);
  }
  const contexts = new Int32Array(length * windowLength).fill(NO_ITEM);
  const targets = new Int32Array(length);
  const moments = new Float64Array(length);
  for (let n = 0; n < length; ++n) {
    const end = ends[n]!;
    contexts.set(itemIndices.subarray(end - lengths[n]!, end), n * windowLength);
    targets[n] = itemIndices[end]!;
    moments[n] = times[end]!;
    if (n % PIECE === 0) yield;
  }
  return { items, windowLength, length, contexts, targets, times: moments };
}
