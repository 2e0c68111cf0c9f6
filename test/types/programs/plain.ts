/** What any program may use: no name of a platform. */

import {
  type CheckpointPlace,
  ConfigError,
  evaluate,
  fit,
  GRU4Rec,
  type Recommendation,
  readSessions,
  recommendAll,
  type Session,
  Sessions,
  splitByTime,
  TwoTowers,
  train,
} from "gru4rec";
import * as node from "gru4rec/node";
import * as worker from "gru4rec/worker";

export { node, worker };

export async function trained(): Promise<GRU4Rec> {
  const sessions = Sessions.from([{ sessionId: 1, itemId: "a", time: 0 }]);
  const model = await GRU4Rec.create(sessions.items, { layers: [8], loss: "bpr-max" });
  for await (const { epoch, loss } of train(model, sessions, { epochs: 1 })) {
    if (loss.toFixed(epoch) === "") break;
  }
  return model;
}

export async function measured(model: GRU4Rec, text: string): Promise<number | undefined> {
  const sessions = await readSessions(text, { sessionColumn: "visit", timeUnit: "seconds" });
  const places: CheckpointPlace[] = [];
  await fit(model, sessions, {
    checkpoint: {
      save: (bytes: Uint8Array, at) => {
        if (bytes.length > 0) places.push(at);
      },
    },
  });
  const { train: known, validation } = splitByTime(sessions, { testSessions: 1 });
  await fit(model, known, { validation, signal: undefined, threads: undefined }); // what may be missing
  const { recall } = await evaluate(model, sessions, { cutoffs: [5, 20] });
  return recall[20];
}

export async function listed(bytes: Uint8Array): Promise<Recommendation[][]> {
  using model = await GRU4Rec.fromBytes(bytes);
  const visit: Session = model.session().push("a");
  visit.recommend({ count: 5, exclude: ["b"] });
  return recommendAll(model, [["a"], ["b"]], { count: 5 });
}

export async function towersOf(sessions: Sessions): Promise<Uint8Array> {
  const towers = await TwoTowers.create(sessions.items, { embeddingSize: 8 });
  const index = await towers.index();
  return index.toBytes();
}

export function placeOf(error: unknown): string {
  return error instanceof ConfigError ? error.path : "";
}

/** A stream of bytes of whoever's types. */
export function streamed(chunks: AsyncIterator<Uint8Array>): Promise<Sessions> {
  const stream = () => ({
    getReader: () => ({
      read: async () => {
        const { done = false, value } = await chunks.next();
        return { done, value };
      },
      cancel: async () => {},
    }),
  });
  return readSessions({ name: "clicks.csv", stream });
}
