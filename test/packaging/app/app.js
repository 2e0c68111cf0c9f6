/** The tiny app of every cell: reads a click log, plain and packed, trains two epochs, recommends. */

import { fit, GRU4Rec, readSessions } from "gru4rec";

/**
 * @param plain a click log: a Response, a File or bytes
 * @param packed the same, as gzip
 */
export async function trained(plain, packed, options = {}) {
  const sessions = await readSessions(plain);
  const unpacked = await readSessions(packed);
  const model = await GRU4Rec.create(sessions.items, { layers: [8], seed: 7 });
  const training = { epochs: 2, batchSize: 4, negatives: 8, numerics: "portable", ...options };
  await fit(model, sessions, training);
  return {
    events: [sessions.events, unpacked.events],
    model: btoa(String.fromCharCode(...model.toBytes())),
    recommended: idsOf(model),
  };
}

export function idsOf(model) {
  return model.recommend(["1", "2"], { count: 5 }).map(({ itemId }) => itemId);
}
