/**
 * A training in a process of its own, on the built package: `node child.mjs '{"path": …}'`.
 *
 * It prints a hash of the model once it is done. With `stop` it aborts itself after so many slices, and
 * each slice is some random number of steps, so that it ends at any step there is.
 */

import { createHash } from "node:crypto";
import { GRU4Rec, Sessions, TwoTowers } from "../../dist/index.js";
import { fit } from "../../dist/node.js";

const {
  kind,
  path,
  every,
  stop,
  seed = 1,
  training = {},
  model: options = {},
  size = 60,
  validated,
} = JSON.parse(process.argv[2]);

let state = seed;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};

/** Sessions of 2 to 9 clicks, the same in every process. */
function clicks(count, offset) {
  const events = [];
  let word = 7 + offset;
  const next = (n) => {
    word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
    return Math.floor((word / 2 ** 32) * n);
  };
  for (let sessionId = 0; sessionId < count; ++sessionId) {
    let item = next(20);
    for (let left = 2 + next(8); left > 0; --left) {
      events.push({ sessionId, itemId: item, time: events.length });
      item = (item + 1 + next(3)) % 20;
    }
  }
  return Sessions.from(events);
}

const aborting = new AbortController();
let slices = 0;
if (stop !== undefined) {
  let now = 0;
  performance.now = () => {
    now += 40 * random();
    return now;
  };
}
const sessions = clicks(size, 0);
const items = Array.from({ length: 20 }, (_, item) => item);
const makers = {
  GRU4Rec: () => GRU4Rec.create(items, { layers: [8], ...options }),
  TwoTowers: () =>
    TwoTowers.create(items, { layers: [8], embeddingSize: 8, windowLength: 4, ...options }),
};
const model = await makers[kind]();
try {
  const reports = await fit(model, sessions, {
    ...{ epochs: 3, batchSize: 8, negatives: 8, threads: 0, ...training },
    ...(validated && { validation: clicks(30, 5), patience: 2 }),
    signal: aborting.signal,
    onProgress: () => {
      if (++slices === stop) aborting.abort(new Error("stopped"));
    },
    ...(path && {
      checkpoint: {
        path,
        resume: true,
        every: every ?? 1e6,
        onSaved: ({ epochs, step }) => console.log(`kept ${epochs} ${step}`),
      },
    }),
  });
  const hash = createHash("sha256").update(model.toBytes()).digest("hex");
  console.log(`done ${hash} ${reports.at(-1)?.loss}`);
} catch (error) {
  if (error.message !== "stopped") throw error;
  console.log("stopped");
}
