/**
 * The session-parallel iterator as plainly as it can be said: one list of slots, one round after the
 * other, a hidden state that is the clicks seen so far. What batches.ts must do, and nothing clever.
 */

/** One step: for each open slot what is played, and the clicks its hidden state has seen before. */
export interface NaiveStep {
  readonly inputs: readonly number[];
  readonly targets: readonly number[];
  readonly seen: readonly (readonly number[])[];
}

interface Slot {
  readonly clicks: readonly number[];
  at: number;
}

/**
 * @param sessions  the clicks of each session, in the order in which they are taken
 * @param least     the epoch ends when fewer slots are open
 */
export function naiveBatches(
  sessions: readonly (readonly number[])[],
  batchSize: number,
  least: number,
): NaiveStep[] {
  const waiting = [...sessions];
  let slots: Slot[] = waiting.splice(0, batchSize).map((clicks) => ({ clicks, at: 0 }));
  const steps: NaiveStep[] = [];
  while (slots.length >= least) {
    // All slots play on while every one of them can.
    while (slots.every(({ clicks, at }) => at + 1 < clicks.length)) {
      steps.push({
        inputs: slots.map(({ clicks, at }) => clicks[at]!),
        targets: slots.map(({ clicks, at }) => clicks[at + 1]!),
        seen: slots.map(({ clicks, at }) => clicks.slice(0, at)),
      });
      for (const slot of slots) slot.at++;
    }
    // Finished slots take the next sessions, in order of slots; those that get none close.
    const taken = slots.map((slot): Slot | undefined => {
      if (slot.at + 1 < slot.clicks.length) return slot;
      const clicks = waiting.shift();
      return clicks && { clicks, at: 0 };
    });
    slots = taken.filter((slot) => slot !== undefined);
  }
  return steps;
}
