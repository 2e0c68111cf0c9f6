/**
 * Back-propagation through time in the f64 reference against central differences, for windows of
 * every length, alone and beside longer ones: what it says is what the kernels are held against.
 */

import { describe, expect, test } from "vitest";
import { MersenneTwister } from "../src/random.js";
import type { Loss } from "./reference/losses.js";
import { inputWidth, type Network, type Parameters, shapes } from "./reference/model.js";
import { type WindowBatch, windowLoss, windowStep } from "./reference/windows.js";

const STEP = 1e-5;
const ITEMS = 6;

const base: Network = {
  items: ITEMS,
  layers: [3],
  cell: "gru",
  resetAfter: false,
  embedding: "shared",
  embeddingSize: 2,
  loss: "cross-entropy",
  finalActivation: { kind: "linear" },
  hiddenActivation: { kind: "tanh" },
  bprReg: 0.7,
  smoothing: 0,
  logQ: 0,
  sampleAlpha: 0.5,
  support: [9, 4, 12, 1, 3, 30],
  batchSize: 1,
};

const cells = [
  { cell: "gru", resetAfter: false },
  { cell: "gru", resetAfter: true },
  { cell: "rnn", resetAfter: false },
  { cell: "lstm", resetAfter: false },
] as const;
const depths = [[3], [2, 3], [2, 4, 3]];
// Alone, equal, and every length beside every other.
const lengths = [[1], [2], [3], [4, 2, 1, 3]];

describe.each(cells)("back-propagation through time of $cell, resetAfter $resetAfter", (cell) => {
  describe.each(depths.map((layers) => ({ layers })))("layers $layers", ({ layers }) => {
    test.each(["one-hot", "separate", "shared"] as const)("%s", (embedding) => {
      const net = { ...base, ...cell, embedding, layers };
      for (const [i, lens] of lengths.entries()) {
        for (const lossAt of ["last", "every"] as const) {
          expectGradients(net, lens, lossAt, 100 + i);
        }
      }
    });

    test.each(["bpr", "top1", "bpr-max", "top1-max"] as Loss[])("%s", (loss) => {
      const net = { ...base, ...cell, layers, loss, finalActivation: { kind: "tanh" as const } };
      expectGradients(net, [3, 1, 2], "last", 200);
      expectGradients({ ...net, logQ: 0.7 }, [1, 3], "every", 201);
    });

    test("an embedding with a row for pads", () => {
      const net = { ...base, ...cell, layers, embedding: "separate" as const, pads: 1 };
      expectGradients(net, [3, 3, 3], "last", 300);
    });
  });
});

test("a window of one click has the gradients of a step from a hidden state of 0", async () => {
  const { step } = await import("./reference/model.js");
  const net = { ...base, layers: [3, 2], batchSize: 3 };
  const parameters = drawn(net, uniformOf(7));
  const [inputs, targets, negatives] = [
    [1, 5, 1],
    [2, 0, 3],
    [4, 4],
  ];
  const hidden = net.layers.map((D) => new Float64Array(3 * D));
  const expected = step(net, parameters, hidden, { inputs, targets, negatives });
  for (const lossAt of ["last", "every"] as const) {
    const windows = inputs.map((item) => [item]);
    const batch = { windows, targets: targets.map((item) => [item]), lossAt, negatives };
    const { loss, gradients } = windowStep(net, parameters, batch);
    expect(loss).toBeCloseTo(expected.loss, 12);
    for (const [name, { values }] of Object.entries(expected.gradients)) {
      for (const [i, value] of values.entries()) {
        expect(gradients[name]!.values[i]).toBeCloseTo(value, 12);
      }
    }
  }
});

type Uniform = (length: number, scale: number) => Float64Array;

function uniformOf(seed: number): Uniform {
  const random = new MersenneTwister(seed);
  return (length, scale) => Float64Array.from({ length }, () => (random.next() * 2 - 1) * scale);
}

function drawn(net: Network, uniform: Uniform): Parameters {
  const entries = Object.entries(shapes(net));
  return Object.fromEntries(entries.map(([name, [n, m]]) => [name, uniform(n * m, 0.8)]));
}

/** Checks every element of every parameter, with masks of about a third zeros. */
function expectGradients(
  net: Network,
  lens: readonly number[],
  lossAt: "last" | "every",
  seed: number,
): void {
  const uniform = uniformOf(seed);
  const items = (n: number, of: number): number[] =>
    Array.from(uniform(n, 1), (u) => Math.floor(((u + 1) / 2) * of));
  const mask = (n: number): Float64Array => uniform(n, 1).map((u) => (u < -0.4 ? 0 : 1.5));
  const E = net.embedding === "one-hot" ? 0 : inputWidth(net, 0);
  const parameters = drawn(net, uniform);
  const batch: WindowBatch = {
    windows: lens.map((n) => items(n, ITEMS + (net.pads ?? 0))),
    targets: lens.map((n) => items(lossAt === "every" ? n : 1, ITEMS)),
    lossAt,
    negatives: items(3, ITEMS),
    inputMasks: lens.map((n) => Array.from({ length: n }, () => mask(E))),
    hiddenMasks: net.layers.map((D) => lens.map((n) => Array.from({ length: n }, () => mask(D)))),
  };
  const { gradients, loss } = windowStep(net, parameters, batch);
  expect(loss).toBe(windowLoss(net, parameters, batch));
  expect(Object.keys(gradients).sort()).toEqual(Object.keys(parameters).sort());
  for (const [name, { values, rows, columns }] of Object.entries(gradients)) {
    const w = parameters[name]!;
    const largest = Math.max(...values.map(Math.abs));
    let worst = 0;
    for (let i = 0; i < w.length; ++i) {
      const kept = w[i]!;
      const lossAtWeight = (value: number): number => {
        w[i] = value;
        return windowLoss(net, parameters, batch);
      };
      const numeric = (lossAtWeight(kept + STEP) - lossAtWeight(kept - STEP)) / (2 * STEP);
      w[i] = kept;
      worst = Math.max(worst, Math.abs(numeric - values[i]!));
      if (rows && !rows.includes(Math.floor(i / columns)) && values[i] !== 0) {
        throw new Error(`${name}: untouched row has a gradient`);
      }
    }
    expect(worst, `${name} of ${JSON.stringify(net)}`).toBeLessThanOrEqual(1e-6 * largest + 1e-10);
  }
}
