/** What a checkpoint may hold. */

import { describe, expect, test } from "vitest";
import { DivergedError, GRU4Rec } from "../../src/index.js";
import { doorOf } from "../../src/models/stored-model.js";
import { NOT_FINITE } from "../../src/network/job-tensors.js";
import type { Job } from "../../src/threads/job.js";
import { type Identity, identityOf } from "../../src/training/identity.js";
import { Keeper } from "../../src/training/keeper.js";
import { sampled } from "../../src/training/sampled/recipe.js";
import { clicks } from "./clicks.js";

const sessions = clicks(60, 15);
const OPTIONS = { epochs: 3, batchSize: 8, negatives: 8, threads: 0 } as const;

describe("a checkpoint that would hold a number that is not finite", () => {
  test("ends training and is not handed over, whoever listens to failures", async () => {
    const model = await GRU4Rec.create(sessions.items, { layers: [8] });
    const prepared = await sampled.prepare(model, sessions, OPTIONS);
    const identity: Identity = await identityOf(prepared, {}, undefined);
    const calls: string[] = [];
    const heard = (name: string) => () => void calls.push(name);
    const options = { save: heard("save"), onFailure: heard("failure") };
    const job = { call: async () => NOT_FINITE } as unknown as Job;
    const keeper = new Keeper(options, identity, job);
    const weights = { door: doorOf(model), best: undefined };
    const error = await keeper.keep({ epochs: 2 }, weights).catch((error) => error);
    expect(error).toBeInstanceOf(DivergedError);
    expect(error.message).toMatch(
      /^epoch 3, step 0: a number of table\/Wx_0 is not finite\. Lower `learningRate` \(now 0.1\)/,
    );
    expect(calls).toEqual([]);
  });
});
