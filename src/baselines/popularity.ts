/** The simplest baseline: recommends the most popular items to every visitor (POP in Hidasi et al. 2016). */

import type { Scorer } from "../data/scorer.js";
import { checkSessions, type Sessions } from "../data/sessions.js";

/**
 * Scores an item by its number of events in `sessions`, whatever the visitor did.
 *
 * Equally popular items tie, so figures in the standard tie mode are slightly too high.
 */
export function popularity(sessions: Sessions): Scorer {
  checkSessions("sessions", sessions);
  const { items } = sessions;
  const support = Float32Array.from(items.support);
  return { items, score: (_history, scores) => scores.set(support) };
}
