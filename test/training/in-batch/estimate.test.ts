import { describe, expect, test } from "vitest";
import { ConfigError, estimateMemory } from "../../../src/index.js";
import { resolveTowerOptions } from "../../../src/models/two-towers/options.js";
import { RETRIEVAL_DEFAULTS } from "../../../src/training/in-batch/options.js";
import { sizeOf } from "../../../src/training/in-batch/recipe.js";

describe("estimateMemory", () => {
  test("at a million items stays near weights, their optimiser state and one step", () => {
    const { weights, copies, training, log, step, total } = estimateMemory(
      { items: 1e6, examples: 1e6 },
      {},
      { batchSize: 256 },
    );
    const gru = 32 * 96 + 32 * 96 + 2 * 96;
    expect(weights).toBe(4 * (32 * (1e6 + 1) + 32 * 1e6 + gru));
    // The weights of an epoch come straight from the job's memory.
    expect(copies).toBe(0);
    // Adagrad's sums of squares beside every weight.
    expect(training).toBe(2 * weights);
    // Windows of 10 items, the item to be found and its weight.
    expect(log).toBe(4 * 12 * 1e6);
    expect(total).toBe(weights + copies + training + log + step);
    expect(total).toBeLessThan(1.2 * (3 * weights + log));
  });

  test("counts a batch, its negatives and the optimiser's state", () => {
    const bytes = (task: object) => estimateMemory({ items: 5000, examples: 0 }, {}, task);
    expect(bytes({ batchSize: 512 }).step).toBeGreaterThan(bytes({ batchSize: 256 }).step);
    const small = bytes({ batchSize: 64, threads: 1 });
    expect(bytes({ batchSize: 64, negatives: 1000 }).step).toBeGreaterThan(small.step);
    expect(bytes({ batchSize: 64, threads: 2 }).step).toBeGreaterThan(small.step);
    expect(bytes({ batchSize: 64, momentum: 0.1 }).training).toBe(1.5 * small.training);
    // Without a number of examples there is one batch of them.
    expect(small.log).toBe(4 * 12 * 64);
  });

  test("counts the tables of features in both towers, and of times", () => {
    const features = { title: { kind: "text" }, year: { kind: "number" } } as const;
    const size = { items: 5000, examples: 1e4 };
    const plain = estimateMemory(size);
    const counts = { title: { values: 900, entries: 2e4 }, year: { values: 0, entries: 5000 } };
    const told = estimateMemory({ ...size, features: counts }, { features });
    expect(told.weights - plain.weights).toBe(4 * 32 * 2 * (901 + 1));
    expect(told.training - plain.training).toBe(2 * (told.weights - plain.weights));
    expect(told.step).toBeGreaterThan(plain.step + 3 * 4 * 25e3);
    const timed = estimateMemory(size, { timeBoundaries: [1, 2] });
    expect(timed.weights - plain.weights).toBe(4 * 32 * 4);
    expect(timed.log - plain.log).toBe(4 * 1e4);
    expect(() => estimateMemory(size, { features })).toThrow(
      "features.title: expected an object { values, entries }, got undefined",
    );
  });

  test("refuses what training would refuse", () => {
    expect(() => estimateMemory({ items: 0, examples: 0 })).toThrow(ConfigError);
    expect(() => estimateMemory({ items: 9, examples: -1 })).toThrow(ConfigError);
    expect(() => estimateMemory({ items: 9, examples: 0 }, { layers: [0] })).toThrow(ConfigError);
    expect(() => estimateMemory({ items: 9, examples: 0 }, {}, { epochs: 0 })).toThrow(ConfigError);
  });
});

describe("the work of a step", () => {
  const { logQ: _, ...task } = { ...RETRIEVAL_DEFAULTS, batchSize: 1000 };
  const size = (changes: object) =>
    sizeOf({
      ...{ model: resolveTowerOptions(), items: 5000, features: [], examples: 1e5, excluded: 0 },
      task: { ...task, ...changes },
    }).products;

  test("has the comparisons that find the hardest negatives", () => {
    expect(size({ hardNegatives: 5 }) - size({})).toBe(3 * 32 * 1000 * 1000);
    // However many are kept, it is the same work.
    expect(size({ hardNegatives: 900 })).toBe(size({ hardNegatives: 5 }));
  });
});
