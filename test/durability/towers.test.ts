/** Checkpoints of two towers in a file: gone on from, they end with the bits of the whole training. */

import { join } from "node:path";
import { expect, test } from "vitest";
import { Items, TwoTowers } from "../../src/index.js";
import { fit, train } from "../../src/node.js";
import { clicks } from "../training/clicks.js";
import { newFolder } from "./processes.js";

const sessions = clicks(60, 15);
const create = () =>
  TwoTowers.create(Items.from(sessions.items.ids), {
    windowLength: 3,
    embeddingSize: 8,
    layers: [8],
  });

test.each([
  ["adagrad", {}],
  ["adam, shuffled, negatives", { optimizer: "adam", order: "random", negatives: 5 }],
  ["a validation", { validation: clicks(20, 15, 3), monitor: "mrr@5" }],
] as const)("%s", async (_, options) => {
  const training = { epochs: 4, batchSize: 8, threads: 0, ...options };
  using whole = await create();
  await fit(whole, sessions, training);
  const path = join(newFolder(), "checkpoint");
  for (let stop = 3; stop < 60; stop += 13) {
    using part = await create();
    let steps = 0;
    const controller = new AbortController();
    const onProgress = (): void => {
      if (++steps >= stop) controller.abort("stopped");
    };
    const checkpoint = { path, resume: true, every: 0 };
    const { signal } = controller;
    const all = { ...training, checkpoint, onProgress, signal };
    await fit(part, sessions, all).catch((reason) => expect(reason).toBe("stopped"));
  }
  using end = await create();
  for await (const _ of train(end, sessions, { ...training, checkpoint: { path, resume: true } }));
  expect(end.toBytes()).toEqual(whole.toBytes());
});
