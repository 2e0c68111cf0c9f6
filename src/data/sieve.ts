/** Which events of a log are kept, and how many were left out for which reason. */

/** Events that a filter or a split left out, for one reason. */
export interface LeftOutEvents {
  /** Why, in a few words. */
  readonly reason: string;
  /** How many events. */
  readonly events: number;
  /** Sessions that lost their last event by it. */
  readonly sessions: number;
}

export class Sieve {
  /** u8[events]: 0 is left out. Whoever writes it calls `count` afterwards. */
  readonly keep: Uint8Array;
  readonly #offsets: Int32Array;
  readonly #reasons = new Map<string, { events: number; sessions: number }>();
  #left: { events: number; sessions: number };

  /** @param offsets i32[sessions + 1] */
  constructor(offsets: Int32Array) {
    const events = offsets.at(-1)!;
    this.keep = new Uint8Array(events).fill(1);
    this.#offsets = offsets;
    this.#left = { events, sessions: offsets.length - 1 };
  }

  /** Tells why the events went that are gone since the last call. Returns how many they are. */
  count(reason: string): number {
    const before = this.#left;
    const left = { events: 0, sessions: 0 };
    for (let s = 0; s + 1 < this.#offsets.length; ++s) {
      let events = 0;
      for (let row = this.#offsets[s]!; row < this.#offsets[s + 1]!; ++row) {
        events += this.keep[row]!;
      }
      left.events += events;
      left.sessions += events > 0 ? 1 : 0;
    }
    this.#left = left;
    const events = before.events - left.events;
    const told = this.#reasons.get(reason) ?? { events: 0, sessions: 0 };
    told.events += events;
    told.sessions += before.sessions - left.sessions;
    if (events > 0) this.#reasons.set(reason, told);
    return events;
  }

  get leftOut(): readonly LeftOutEvents[] {
    return Array.from(this.#reasons, ([reason, counts]) => ({ reason, ...counts }));
  }
}
