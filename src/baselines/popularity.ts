/** The simplest baseline: recommends the most popular items to every visitor (POP in Hidasi et al. 2016). */

import type { Items } from "../data/items.js";
import { type Scorer, scorerOfFew } from "../data/scorer.js";
import { checkSessions, type Sessions } from "../data/sessions.js";

/**
 * Scores an item by its number of events in `sessions`, whatever the visitor did.
 *
 * Equally popular items tie, so figures in the standard tie mode are slightly too high. POP's score is
 * support / (1 + support) and 0 beyond the first hundred items: here all items stand in that order.
 */
export function popularity(sessions: Sessions): Scorer {
  checkSessions("sessions", sessions);
  return popularityOf(sessions.items);
}

export function popularityOf(items: Items): Scorer {
  return scorerOfFew(items, { rest: Float32Array.from(items.support), list: () => 0 });
}
