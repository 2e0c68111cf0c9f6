import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.js";
import { estimateMemory } from "../../src/training/estimate.js";
import { clicks } from "./clicks.js";

describe("estimateMemory", () => {
  test("at a million items stays near weights, their optimiser state and one step", () => {
    const layers = [100];
    const { weights, copies, training, step, log, total } = estimateMemory(
      { items: 1e6, events: 1e6, sessions: 2e5 },
      { layers },
      { batchSize: 32 },
    );
    expect(weights).toBeGreaterThan(4 * 1e6 * 101);
    // The model and the copy that an epoch's end is written into: weights each; the job: weights and
    // Adagrad's accumulators, padded.
    const least = 2 * weights + 2 * weights + log;
    expect(copies).toBe(weights);
    expect(total).toBe(weights + copies + training + step + log);
    expect(total).toBeLessThan(1.2 * least);
  });

  test("counts the best weights that a validation keeps", () => {
    const validation = clicks(2, 3);
    const { weights, copies } = estimateMemory({ items: 1000 }, {}, { validation });
    expect(copies).toBe(2 * weights);
  });

  test("counts the state of each optimiser", () => {
    const size = { items: 1000 };
    const bytes = (training: object): number => estimateMemory(size, {}, training).training;
    const sgd = bytes({ optimizer: "sgd" });
    expect(bytes({ optimizer: "adagrad" })).toBe(2 * sgd);
    expect(bytes({ optimizer: "adagrad", momentum: 0.1 })).toBe(3 * sgd);
    expect(bytes({ optimizer: "adadelta" })).toBe(3 * sgd);
    expect(bytes({ optimizer: "adam" })).toBeGreaterThan(3 * sgd);
  });

  test("counts the rows of windows, and their list", () => {
    const size = { items: 1000, events: 50_000, sessions: 10_000 };
    const [model, training] = [{ layers: [32] }, { batchSize: 64, negatives: 0 }] as const;
    const bytes = (options: object) => estimateMemory(size, { ...model, ...options }, training);
    const sessions = bytes({});
    const windows = bytes({ windowLength: 10 });
    // Input vectors, states twice, gates, r ⊙ h, and gradients of gates and of input: 64 · 9 rows more.
    const row = 4 * (32 + 2 * 32 + 96 + 32 + 96 + 32);
    expect(windows.step - sessions.step).toBeGreaterThan(64 * 9 * row);
    expect(windows.step - sessions.step).toBeLessThan(1.2 * 64 * 9 * row);
    expect(windows.log - sessions.log).toBe(10 * 40_000);
    expect(windows.weights).toBe(sessions.weights);
    // Scores of every position against every other's target.
    const every = bytes({ windowLength: 10, lossAt: "every" });
    expect(every.step - windows.step).toBeGreaterThan(4 * 640 * 640);
    expect(estimateMemory({ items: 1000 }, { windowLength: 10 }).step).toBeGreaterThan(
      sessions.step,
    );
  });

  test("refuses what training would refuse", () => {
    expect(() => estimateMemory({ items: 0 })).toThrow(ConfigError);
    expect(() => estimateMemory({ items: 9 }, { layers: [0] })).toThrow(ConfigError);
    expect(() => estimateMemory({ items: 9 }, {}, { negatives: -1 })).toThrow(ConfigError);
  });
});
