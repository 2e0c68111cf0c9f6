/** Which epoch's weights a model is left with, whenever its validation or its training is stopped. */

import { describe, expect, test } from "vitest";
import {
  fit,
  GRU4Rec,
  resolveTrainOptions,
  type Sessions,
  type TrainOptions,
  train,
} from "../../src/index.js";
import { clicks, fingerprint } from "./clicks.js";

const sessions = clicks(60, 15);
const held = clicks(30, 15, 2);
const OPTIONS = { epochs: 9, batchSize: 8, negatives: 8, threads: 0 } as const;
const modelOf = (): Promise<GRU4Rec> => GRU4Rec.create(sessions.items, { layers: [8] });

/** A model after so many epochs without a validation. */
async function after(epochs: number, options: TrainOptions = {}): Promise<string> {
  const model = await modelOf();
  if (epochs > 0) await fit(model, sessions, { ...OPTIONS, ...options, epochs });
  return fingerprint(model);
}

/** Trains until the validation of an epoch begins, and stops there; the checkpoint of that moment. */
async function stoppedInValidation(epoch: number, options: TrainOptions = {}) {
  const model = await modelOf();
  const stop = new AbortController();
  const { sessions: validation } = held.over(sessions.items);
  let isDue = false;
  let kept: Uint8Array | undefined;
  Object.defineProperty(validation, "items", {
    get() {
      if (isDue) stop.abort(new Error("enough"));
      return sessions.items;
    },
  });
  const error = await fit(model, sessions, {
    ...{ ...OPTIONS, ...options, validation: validation as Sessions, signal: stop.signal },
    onProgress: (at) => {
      isDue = at.epoch === epoch;
    },
    checkpoint: {
      every: 1e6,
      save: (bytes) => {
        kept = bytes;
      },
    },
  }).catch((error) => error);
  expect(error).toBe(stop.signal.reason);
  return { model, kept: kept! };
}

describe("a model whose validation is cancelled", () => {
  test("before any epoch was measured is as it came", async () => {
    const { model } = await stoppedInValidation(1);
    expect(fingerprint(model)).toBe(await after(0));
  });

  test("is that of the best epoch that was measured", async () => {
    const { model } = await stoppedInValidation(2);
    expect(fingerprint(model)).toBe(await after(1));
  });

  test.each([1, 2])("in epoch %i goes on from its checkpoint with the same bits", async (epoch) => {
    const { kept } = await stoppedInValidation(epoch);
    const [whole, resumed] = [await modelOf(), await modelOf()];
    const options = { ...OPTIONS, validation: held, epochs: 4 };
    await fit(whole, sessions, options);
    await fit(resumed, sessions, { ...options, checkpoint: { save: () => {}, resume: kept } });
    expect(fingerprint(resumed)).toBe(fingerprint(whole));
  });

  test("is as it came also when the checkpoint was resumed and its validation cancelled again", async () => {
    const { kept: resume } = await stoppedInValidation(1);
    const model = await modelOf();
    const stop = new AbortController();
    const options = { ...OPTIONS, validation: held, signal: stop.signal };
    const onResumed = (): void => stop.abort(new Error("again"));
    const run = fit(model, sessions, {
      ...options,
      checkpoint: { save: () => {}, resume, onResumed },
    });
    await expect(run).rejects.toThrow("again");
    expect(fingerprint(model)).toBe(await after(0));
  });
});

test("A model whose first epoch is measured, but no better one, is that of the first", async () => {
  const model = await modelOf();
  const wild = { optimizer: "sgd", learningRate: 3 } as const;
  const values: number[] = [];
  for await (const { validation } of train(model, sessions, {
    ...{ ...OPTIONS, ...wild, epochs: 6, validation: held },
  })) {
    values.push(validation!.value);
  }
  const best = values.indexOf(Math.max(...values)) + 1;
  expect(best).toBeLessThan(6);
  expect(fingerprint(model)).toBe(await after(best, wild));
});

describe("an option of validation", () => {
  test("is checked before the validation is missed", () => {
    expect(() => resolveTrainOptions({ monitor: "hits@5" as "mrr@5" })).toThrow(
      'monitor: expected "recall@20" or another of recall, mrr and ndcg, got "hits@5"',
    );
  });
});
