import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.js";
import { estimateMemory } from "../../src/training/estimate.js";

describe("estimateMemory", () => {
  test("at a million items stays near weights, their optimiser state and one step", () => {
    const layers = [100];
    const { weights, training, step, log, total } = estimateMemory(
      { items: 1e6, events: 1e6, sessions: 2e5 },
      { layers },
      { batchSize: 32 },
    );
    expect(weights).toBeGreaterThan(4 * 1e6 * 101);
    // The model beside the job: weights; the job: weights and Adagrad's accumulators, padded.
    const least = weights + 2 * weights + log;
    expect(total).toBe(weights + training + step + log);
    expect(total).toBeLessThan(1.2 * least);
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

  test("refuses what training would refuse", () => {
    expect(() => estimateMemory({ items: 0 })).toThrow(ConfigError);
    expect(() => estimateMemory({ items: 9 }, { layers: [0] })).toThrow(ConfigError);
    expect(() => estimateMemory({ items: 9 }, {}, { negatives: -1 })).toThrow(ConfigError);
  });
});
