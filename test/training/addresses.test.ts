/** Memory beyond 2 GiB: addresses that are negative as signed integers are addresses like any other. */

import { describe, expect, test } from "vitest";
import { GRU4Rec, resolveModelOptions, resolveTrainOptions } from "../../src/index.js";
import { planGru4rec } from "../../src/models/gru4rec/answering.js";
import { atOnce } from "../../src/pause.js";
import { rankProgram } from "../../src/ranking/rank-program.js";
import { Job } from "../../src/threads/job.js";
import type { Program } from "../../src/threads/program.js";
import { drawsOf } from "../../src/training/negatives.js";
import { trainingProgram } from "../../src/training/sampled/program.js";
import { tensorOf } from "../models/files.js";
import { clicks } from "./clicks.js";

const sessions = clicks(40, 15);
const model = resolveModelOptions({
  ...{ layers: [6, 5], embedding: "separate", dropoutHidden: 0.2, dropoutEmbedding: 0.2, logQ: 1 },
});
const NAMES = ["E", "Wx_0", "Wrz_0", "Wh_0", "Wx_1", "Wrz_1", "Wh_1", "Wy", "By"] as const;

/** The same program over an arena whose first 2 GiB are somebody else's; nobody touches them. */
function beyond<Config>(program: Program<Config>): Program<Config> {
  return (arena, config, threads) => {
    arena.plan(2 ** 29);
    return program(arena, config, threads);
  };
}

async function loadWeights(job: Job): Promise<void> {
  const bytes = (await GRU4Rec.create(sessions.items, model)).toBytes();
  for (const name of NAMES) {
    await job.call("loadWeights", { name, begin: 0, values: tensorOf(bytes, name) });
  }
}

async function trained(program: typeof trainingProgram): Promise<unknown> {
  const learning = resolveTrainOptions({
    ...{ batchSize: 8, negatives: 12, optimizer: "adam", momentum: 0.1, gradientCap: 0.5 },
  });
  const { events, length, offsets, itemIndices, items } = sessions;
  const config = { model, learning, items: items.size, events, sessions: length };
  using job = await Job.start(
    "training",
    program,
    config,
    { threads: 0 },
    { useful: 1, products: 1 },
  );
  await job.call("loadColumn", { name: "itemIndices", at: 0, values: itemIndices });
  await job.call("loadColumn", { name: "offsets", at: 0, values: offsets });
  await job.call("loadColumn", { name: "order", at: 0, values: sessions.order("time") });
  const draws = atOnce(drawsOf(items.support, learning.sampleAlpha));
  for (const [name, values] of Object.entries(draws)) {
    await job.call("loadColumn", { name, at: 0, values });
  }
  await loadWeights(job);
  await job.call("beginEpoch", 1);
  const report = await job.call("run", 60_000);
  const rows = NAMES.map((name) => job.call("storeWeights", { name, begin: 0, rows: 5 }));
  return { report, weights: await Promise.all(rows) };
}

const evaluation = rankProgram(planGru4rec);

async function evaluated(program: typeof evaluation): Promise<unknown> {
  const { itemIndices, offsets, items } = sessions;
  const config = {
    answering: { options: model, items: items.size, answers: items.size },
    reading: { windowLength: 0, pad: undefined, unknown: undefined, timeBoundaries: [] },
    columns: { itemIndices: itemIndices.length, offsets: offsets.length },
    slots: 8,
    subset: 6,
    list: 4,
    kept: 4,
    lastOnly: false,
    excludeSeen: false,
  };
  using job = await Job.start(
    "gru4rec-ranks",
    program,
    config,
    { threads: 0 },
    { useful: 1, products: 1 },
  );
  await loadWeights(job);
  await job.call("loadSubset", Int32Array.of(1, 9, 4, 3, 14, 7));
  await job.call("loadColumn", { name: "itemIndices", at: 0, values: itemIndices });
  await job.call("loadColumn", { name: "offsets", at: 0, values: offsets });
  await job.call("begin");
  return await job.call("run", 60_000);
}

describe("beyond 2 GiB", () => {
  test("training gives the same bits", async () => {
    const expected = await trained(trainingProgram);
    expect(expected).toMatchObject({ report: { done: true } });
    expect(await trained(beyond(trainingProgram))).toEqual(expected);
  });

  test("evaluation gives the same ranks", async () => {
    const expected = await evaluated(evaluation);
    expect(expected).toMatchObject({ done: true });
    expect(await evaluated(beyond(evaluation))).toEqual(expected);
  });
});
