/** Click logs for tests of training: small, seeded, with something to learn. */

import { type Event, type GRU4Rec, Sessions } from "../../src/index.js";
import { CounterRandom } from "../../src/random.js";

/** Sessions that go round a → b → c → a from any start: the next click is certain. */
export function cycle(sessions = 30, length = 7): Sessions {
  const names = ["a", "b", "c"];
  const events = Array.from({ length: sessions * length }, (_, i): Event => {
    const session = Math.floor(i / length);
    return { sessionId: session, itemId: names[(session + i) % 3]!, time: i };
  });
  return Sessions.from(events);
}

/** Sessions of 2 to 9 clicks; most clicks go on to one of the next three items. */
export function clicks(sessions: number, items: number, seed = 1): Sessions {
  const random = new CounterRandom(seed, 99);
  const events: Event[] = [];
  for (let sessionId = 0; sessionId < sessions; ++sessionId) {
    let item = random.below(items);
    for (let left = 2 + random.below(8); left > 0; --left) {
      events.push({ sessionId, itemId: `item ${item}`, time: events.length });
      item = (item + 1 + random.below(3)) % items;
    }
  }
  return Sessions.from(events);
}

/** A short name of a model's bytes: equal when, as good as certainly, all of them are. */
export function fingerprint(model: GRU4Rec): string {
  let hash = 0xcbf29ce484222325n;
  const words = new BigUint64Array(padded(model.toBytes()).buffer);
  for (const word of words) hash = BigInt.asUintN(64, (hash ^ word) * 0x100000001b3n);
  return hash.toString(16);
}

function padded(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(Math.ceil(bytes.length / 8) * 8);
  whole.set(bytes);
  return whole;
}
