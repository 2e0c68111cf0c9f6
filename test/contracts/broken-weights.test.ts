/** A weight that is not finite, wherever it is, ends training in the next mini-batch and is named. */

import { describe, expect, test } from "vitest";
import { loadColumns, loadWeights } from "../../src/network/transfer.js";
import type { NamedTensor } from "../../src/network/weights.js";
import { inTurns } from "../../src/pause.js";
import type { Job } from "../../src/threads/job.js";
import { isSliceReport, type SliceReport } from "../../src/training/messages.js";
import { type Recipe, recipeOf, type Training } from "../../src/training/recipe.js";
import { sampled } from "../../src/training/sampled/recipe.js";
import { MODELS, QUICK } from "./models.js";

const VALUES = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
/** Events after which a weight is spoilt: a few mini-batches. */
const BEFORE = 24;

function run(job: Job): Promise<SliceReport> {
  return job.call("run", 60_000, [], isSliceReport);
}

/** Plays some mini-batches of an epoch. */
async function begun(training: Training): Promise<Job> {
  const job = await training.start({ threads: 0 });
  await loadColumns(job, training.columns);
  await loadColumns(job, await inTurns(training.draws()));
  await training.door.during((weights) => loadWeights(job, training.plan.tables, weights));
  await job.together("beginEpoch", 1);
  await job.call("pauseAt", BEFORE);
  return job;
}

/** In each row, since a step reads only some of them. */
function spoil(job: Job, { table, rows, blocks }: NamedTensor, value: number): void {
  const weights = job.arena!.floats({ ...table, shape: [] });
  for (let row = 0; row < rows; ++row) weights[row * table.stride + blocks[0]!.at] = value;
}

describe.each(MODELS)("A weight that is not finite: $name", ({ tiny, kinds }) => {
  test.each(Object.entries(kinds))(
    "is named at once, %s",
    async (_, { model, training: given }) => {
      const made = await tiny.create(model);
      const recipe: Recipe = recipeOf(made) ?? sampled;
      const training = await recipe.prepare(made, tiny.data, { ...QUICK, ...given });
      for (const tensor of training.plan.tensors) {
        for (const value of VALUES) {
          using job = await begun(training);
          const before = await run(job);
          expect([before.done, before.finding]).toEqual([false, undefined]);
          await job.call("pauseAt", Number.POSITIVE_INFINITY);
          spoil(job, tensor, value);
          const { steps, finding } = await run(job);
          expect(steps, `${value} in ${tensor.name}`).toBe(before.steps + 1);
          expect(finding?.what, `${value} in ${tensor.name}`).toBe(`a weight of ${tensor.name}`);
        }
      }
    },
  );
});
