/** Small logs written as text, and random ones. */

import fc from "fast-check";
import type { Event } from "../../src/data/events.js";
import { Sessions } from "../../src/data/sessions.js";

/** `session/item@time` between spaces. */
export const clicks = (text: string): Sessions =>
  Sessions.from(
    text.split(" ").map((click) => {
      const [sessionId, itemId, time] = click.split(/[/@]/);
      return { sessionId: sessionId!, itemId: itemId!, time: Number(time ?? 0) };
    }),
  );

/** `session/item item …` of every session. */
export function shown(sessions: Sessions): string[] {
  return sessions.sessionIds.map((id, s) => {
    const rows = sessions.itemIndices.subarray(sessions.offsets[s], sessions.offsets[s + 1]);
    return `${id}/${[...rows].map((item) => sessions.items.idOf(item)).join(" ")}`;
  });
}

/** Random events, few of each kind, so that they meet. */
const event = fc.record({
  sessionId: fc.integer({ min: 0, max: 6 }),
  itemId: fc.integer({ min: 0, max: 5 }),
  time: fc.integer({ min: 0, max: 20 }),
});
export const events: fc.Arbitrary<Event[]> = fc.array(event, { minLength: 1, maxLength: 50 });
