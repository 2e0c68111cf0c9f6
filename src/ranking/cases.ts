/** The test cases in a click log: what any evaluation plays and counts. */

import type { Items } from "../data/items.js";
import type { Sessions } from "../data/sessions.js";
import { ConfigError } from "../errors.js";

/** Sessions over the catalogue of whatever is evaluated. */
export interface TestCases {
  readonly known: Sessions;
  readonly unknownEvents: number;
  /** Test cases: events that follow another one in their session. */
  readonly totalEvents: number;
  /** Sessions with at least one test case. */
  readonly played: number;
}

/** Maps sessions by id; events of unknown items are dropped and counted. Throws ConfigError when nothing is left. */
export function testCases(sessions: Sessions, items: Items): TestCases {
  const { sessions: known, unknownEvents } =
    sessions.items === items ? { sessions, unknownEvents: 0 } : sessions.over(items);
  let totalEvents = 0;
  let played = 0;
  for (let s = 0; known && s < known.length; ++s) {
    const cases = known.offsets[s + 1]! - known.offsets[s]! - 1;
    totalEvents += Math.max(0, cases);
    if (cases > 0) played++;
  }
  if (known && played > 0) return { known, unknownEvents, totalEvents, played };
  throw new ConfigError("sessions", "a session with two events of known items", "none");
}
