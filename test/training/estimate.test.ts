import { describe, expect, test, vi } from "vitest";
import { ConfigError } from "../../src/errors.js";
import { estimateMemory } from "../../src/training/estimate-memory.js";
import { PLAIN } from "../plain.js";
import { clicks } from "./clicks.js";

const setup = vi.hoisted(() => ({ shared: true }));
vi.mock("../../src/threads/host.node.js", async (original) => {
  const { host } = await original<typeof import("../../src/threads/host.node.js")>();
  return { host: { ...host, canShareMemory: () => setup.shared } };
});

describe("estimateMemory", () => {
  test("at a million items stays near weights, their optimiser state and one step", () => {
    const layers = [100];
    const { weights, copies, training, step, log, total } = estimateMemory(
      { items: 1e6, events: 1e6, sessions: 2e5 },
      { layers },
      { batchSize: 32 },
    );
    const numbers = 1e6 * 101 + 6 * 100 ** 2 + 3 * 100;
    expect(weights).toBeGreaterThan(4 * numbers);
    // Rows are padded from 101 floats to 104.
    expect(weights).toBeLessThan(1.03 * 4 * numbers);
    expect(training).toBe(2 * weights);
    expect(copies).toBe(0);
    expect(total).toBe(weights + training + step + log);
    // Of each item the step has its place among the rows that change, three tables to draw it and its support.
    expect(step).toBeLessThan(5 * 4 * 1e6 + 1e6);
  });

  test("counts the best weights that a validation keeps", () => {
    const validation = clicks(2, 3);
    const { weights, copies } = estimateMemory({ items: 1000 }, {}, { validation });
    expect(copies).toBe(weights);
  });

  test("counts a copy for the memory of a worker that cannot share it", () => {
    setup.shared = false;
    const copies = (training: object): number => {
      const { weights, copies } = estimateMemory({ items: 1000 }, {}, training);
      return copies / weights;
    };
    expect(copies({})).toBe(1);
    expect(copies({ threads: 1, validation: clicks(2, 3) })).toBe(2);
    expect(copies({ threads: 0 })).toBe(0);
    setup.shared = true;
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
    const [model, training] = [
      { layers: [32], ...PLAIN },
      { batchSize: 64, negatives: 0 },
    ] as const;
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
