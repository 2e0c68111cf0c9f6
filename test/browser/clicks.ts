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

/** Examples for retrieval from the same walks: up to three items and the next one, −1 for none. */
export function walks(): {
  ids: string[];
  windowLength: number;
  length: number;
  contexts: Int32Array;
  targets: Int32Array;
  times: Float64Array;
} {
  const ids = Array.from({ length: 60 }, (_, i) => `item ${i}`);
  const contexts: number[] = [];
  const targets: number[] = [];
  let seen: number[] = [];
  let session = 0;
  for (const { sessionId, itemId } of clicks()) {
    if (sessionId !== session) seen = [];
    session = sessionId;
    const item = ids.indexOf(itemId);
    if (seen.length > 0) {
      const last = seen.slice(-3);
      contexts.push(...last, ...[-1, -1, -1].slice(last.length));
      targets.push(item);
    }
    seen.push(item);
  }
  const columns = { contexts: Int32Array.from(contexts), targets: Int32Array.from(targets) };
  const { length } = targets;
  return { ids, windowLength: 3, length, ...columns, times: Float64Array.from(targets.keys()) };
}

export const TOWERS = {
  windowLength: 3,
  embeddingSize: 12,
  layers: [12],
  seed: 5,
  timeBoundaries: [100, 700],
  features: { name: { kind: "text" }, kind: { kind: "category" }, number: { kind: "number" } },
} as const;

/** What is known of the items of `walks`: of most of them. */
export const RECORDS: { itemId: string; name: string; kind: number; number: number | null }[] =
  Array.from({ length: 50 }, (_, i) => ({
    ...{ itemId: `item ${i}`, name: `Item of ${i % 7} and ${i % 3}`, kind: i % 5 },
    number: i % 4 === 0 ? null : Math.sqrt(i),
  }));

export const RETRIEVAL = { epochs: 2, batchSize: 128, negatives: 7, numerics: "portable" } as const;
