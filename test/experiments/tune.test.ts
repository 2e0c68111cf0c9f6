/** Rounds of trials: what they depend on, how they end early, and what is refused. */

import { describe, expect, test } from "vitest";
import { isBehind } from "../../src/experiments/halving.js";
import { officialSpace } from "../../src/experiments/official.js";
import { dimensionsOf, type Space } from "../../src/experiments/space.js";
import type { Trial } from "../../src/experiments/trials.js";
import { type Objective, type TuneOptions, tune } from "../../src/experiments/tune.js";

const SPACE: Space = {
  model: { layers: [{ from: 64, to: 512, step: 32 }], loss: { choices: ["bpr-max", "top1"] } },
  train: { learningRate: { from: 0.01, to: 0.25, step: 0.005 }, epochs: 4 },
};

/** Better with a rate of 0.1; four epochs, each a little better. */
const objective: Objective = ({ model, train }, { number, report }) => {
  if (number === 3) throw new Error("epoch 1, step 2: loss is NaN");
  const base = -Math.abs((train.learningRate as number) - 0.1) + (model.loss === "top1" ? 0.01 : 0);
  for (let epoch = 1; epoch <= 4; ++epoch) if (!report(base + 0.01 * epoch)) return;
};

const plain = (trials: readonly Trial[]) => trials.map(({ elapsedMs: _, ...trial }) => trial);

describe("tune", () => {
  const options: TuneOptions = { space: SPACE, trials: 30, seed: 7 };

  test("tries the same whatever the jobs, and wherever it was ended and begun again", async () => {
    const whole = await tune(objective, options);
    const slow: Objective = async (parameters, trial) => {
      await new Promise((resolve) => setTimeout(resolve, (trial.number * 7) % 5));
      return objective(parameters, trial);
    };
    const jobs = await tune(slow, { ...options, jobs: 3 });
    expect(plain(jobs.trials)).toEqual(plain(whole.trials));
    for (const kept of [1, 6, 17, 30]) {
      // As after a kill: some trials of a round are over, in the order in which they ended.
      const done = [...whole.trials.slice(0, kept)].reverse().slice(kept > 6 ? 2 : 0);
      const again = await tune(objective, { ...options, done });
      expect(plain(again.trials)).toEqual(plain(whole.trials));
    }
  });

  test("finds what is better, counts what failed, ends what is behind", async () => {
    const { trials, best, importance } = await tune(objective, options);
    const count = (state: string) => trials.filter((trial) => trial.state === state).length;
    expect(trials[3]).toMatchObject({ state: "failed", error: "epoch 1, step 2: loss is NaN" });
    expect([count("failed"), count("complete") + count("pruned")]).toEqual([1, 29]);
    expect(count("pruned")).toBeGreaterThan(3);
    expect(best!.value).toBeGreaterThan(0.035);
    expect(best!.parameters.model).toMatchObject({ layers: [expect.any(Number)] });
    expect(best!.parameters.train).toMatchObject({ epochs: 4 });
    expect(importance[0]!.path).toBe("train.learningRate");
    const all = await tune(objective, { ...options, halving: false, sampler: "random" });
    expect(all.trials.filter(({ state }) => state === "pruned")).toEqual([]);
  });

  test("tells every trial, and ends by a signal", async () => {
    const stop = new AbortController();
    const heard: number[] = [];
    const tuning = tune(objective, {
      ...options,
      signal: stop.signal,
      onTrial: ({ number }) => {
        heard.push(number);
        if (number === 8) stop.abort(new Error("enough"));
      },
    });
    await expect(tuning).rejects.toThrow("enough");
    expect(heard).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("refuses trials of another tuning", async () => {
    const { trials } = await tune(objective, { ...options, trials: 2 });
    const other = tune(objective, { ...options, seed: 8, done: trials });
    await expect(other).rejects.toThrow("done[0]: expected a trial of this tuning, got another.");
  });
});

describe("a trial is behind", () => {
  const trial = (...figures: number[]) => ({ state: "complete", figures }) as unknown as Trial;
  const history = [0.1, 0.2, 0.3, 0.4].map((figure) => trial(figure, figure, figure));

  test("when more than half of the others were better at this epoch, at 1, 2, 4, …", () => {
    expect(isBehind([0.25], history)).toBe(false);
    expect(isBehind([0.15], history)).toBe(true);
    expect(isBehind([0.4, 0.15], history)).toBe(true);
    expect(isBehind([0.4, 0.4, 0], history)).toBe(false);
    expect(isBehind([0.4, 0.4, 0.4, 0], history)).toBe(false); // no other came so far
    expect(isBehind([0], history.slice(1))).toBe(false); // three tell nothing
  });
});

describe("a space", () => {
  const of = (value: unknown) => () => dimensionsOf({ train: { momentum: value } } as Space);

  test("of the published parameters has seven options, nine for BPR-max", () => {
    expect(dimensionsOf(officialSpace()).map(({ path }) => path)).toEqual([
      ...["model.layers[0]", "model.dropoutEmbedding", "model.dropoutHidden"],
      ...["train.batchSize", "train.learningRate", "train.momentum", "train.sampleAlpha"],
    ]);
    expect(dimensionsOf(officialSpace("bpr-max"))).toHaveLength(9);
  });

  test.each([
    [{ from: 0.9, to: 0 }, "train.momentum.to: expected a number > from, 0.9, got 0"],
    [{ from: 0, to: 1, step: 0.3 }, "train.momentum.step: expected a divisor of 1, from 0 to 1"],
    [{ from: 0, to: 1, step: -1 }, "train.momentum.step: expected a number in (0, 1], got -1"],
    [{ from: 0, to: 1, log: true }, "train.momentum.from: expected a number > 0, with log, got 0"],
    [{ from: 1, to: 2, log: true, step: 1 }, "train.momentum.step: expected none beside log"],
    [{ from: 0, to: 1.5, integer: true }, "train.momentum.to: expected an integer, got 1.5"],
    [{ from: 0 }, "train.momentum.to: expected a number"],
    [
      { choices: [] },
      "train.momentum.choices: expected a list of two or more values, all different",
    ],
    [{ choices: [1, 1] }, "train.momentum.choices: expected a list of two or more values"],
    [{ from: 0, to: 1, stepp: 1 }, "stepp: expected one of the train.momentum options"],
    [0.5, "space: expected at least one option to choose"],
    [Number.NaN, "train.momentum: expected a value that JSON has, a range or choices, got NaN"],
  ])("of %j is refused", (value, message) => expect(of(value)).toThrow(message));
});
