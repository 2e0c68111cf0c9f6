/** One seeded set of events, the same in Node and in the page. Imports nothing: the page bundles it. */

/** Sessions of 2 to 9 clicks over some items; every step goes to one of the next three items. */
export function clicks(
  sessions = 400,
  items = 60,
): { sessionId: number; itemId: string; time: number }[] {
  let state = 2024;
  const next = (n: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const events: { sessionId: number; itemId: string; time: number }[] = [];
  for (let sessionId = 1; sessionId <= sessions; ++sessionId) {
    let item = next(items);
    for (let length = 2 + next(8), i = 0; i < length; ++i) {
      events.push({ sessionId, itemId: `item ${item}`, time: sessionId * 100 + i });
      item = (item + 1 + next(3)) % items;
    }
  }
  return events;
}

/** The model that Node and the page train. Dropout and negatives on, so that chance is compared too. */
export const MODEL = {
  layers: [24],
  loss: "cross-entropy",
  dropoutHidden: 0.2,
  seed: 7,
} as const;

export const TRAINING = { epochs: 2, batchSize: 16, negatives: 32, numerics: "portable" } as const;
