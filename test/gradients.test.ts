/**
 * Every gradient of the f64 reference against central differences, ‖numeric − analytic‖∞ ≤ 1e-6 of
 * the largest gradient of the tensor: all losses, input modes, depths, cells, both positions of the
 * reset gate and every activation, with dropout, repeated items and a batch below its nominal size.
 */

import { describe, expect, test } from "vitest";
import { MersenneTwister } from "../src/random.js";
import type { Activation } from "./reference/activations.js";
import { STATES } from "./reference/cells.js";
import type { Loss } from "./reference/losses.js";
import {
  type DropoutMasks,
  inputWidth,
  type MiniBatch,
  type Network,
  type Parameters,
  shapes,
  step,
  stepLoss,
} from "./reference/model.js";

const ITEMS = 7;
const STEP = 1e-5;

const activations: Activation[] = [
  { kind: "linear" },
  { kind: "relu" },
  { kind: "tanh" },
  { kind: "leaky", slope: 0.2 },
  { kind: "elu", a: 0.5 },
  { kind: "selu", lambda: 1.0507, a: 1.6733 },
];

const cells = [
  { cell: "gru", resetAfter: false },
  { cell: "gru", resetAfter: true },
  { cell: "rnn", resetAfter: false },
  { cell: "lstm", resetAfter: false },
] as const;
const embeddings = ["one-hot", "separate", "shared"] as const;
const depths = [[4], [3, 5]];

const base: Network = {
  items: ITEMS,
  layers: [4],
  cell: "gru",
  resetAfter: false,
  embedding: "shared",
  embeddingSize: 3,
  loss: "cross-entropy",
  finalActivation: { kind: "linear" },
  hiddenActivation: { kind: "tanh" },
  bprReg: 0.7,
  smoothing: 0,
  logQ: 0,
  sampleAlpha: 0.5,
  support: [9, 4, 12, 1, 3, 30, 2],
  batchSize: 4,
};

// Items repeat on purpose: 5 as input, target and negative; 2 twice among the negatives.
const batch: MiniBatch = { inputs: [5, 0, 5], targets: [1, 5, 1], negatives: [2, 2, 6, 5] };
const inBatch: MiniBatch = { inputs: [0, 4, 4], targets: [4, 3, 6], negatives: [] };

describe.each(cells)("gradients of $cell, resetAfter $resetAfter", (cell) => {
  describe.each(embeddings)("%s", (embedding) => {
    describe.each(depths.map((layers) => ({ layers })))("layers $layers", ({ layers }) => {
      const net = { ...base, ...cell, embedding, layers };

      test.each(["bpr", "top1", "bpr-max", "top1-max"] as Loss[])("%s", (loss) => {
        activations.forEach((finalActivation, k) => {
          expectGradients({ ...net, loss, finalActivation }, 100 + k, true, batch);
        });
        expectGradients({ ...net, loss, logQ: 0.8 }, 200, false, inBatch);
      });

      test("cross-entropy with logQ and smoothing", () => {
        for (const logQ of [0, 1]) {
          for (const smoothing of [0, 0.1]) {
            const setting = { ...net, loss: "cross-entropy" as const, logQ, smoothing };
            expectGradients(setting, 300, true, batch);
            expectGradients(setting, 301, false, inBatch);
          }
        }
      });

      test("hidden activations", () => {
        activations.forEach((hiddenActivation, k) => {
          expectGradients({ ...net, hiddenActivation }, 400 + k, true, batch);
        });
      });
    });
  });
});

/** Checks every element of every parameter. `dropout` adds masks with about a third zeros. */
function expectGradients(net: Network, seed: number, dropout: boolean, mini: MiniBatch): void {
  const random = new MersenneTwister(seed);
  const uniform = (length: number, scale: number): Float64Array =>
    Float64Array.from({ length }, () => (random.next() * 2 - 1) * scale);
  const mask = (length: number): Float64Array =>
    Float64Array.from({ length }, () => (random.next() < 0.3 ? 0 : 1 / 0.7));

  const B = mini.inputs.length;
  const parameters: Parameters = {};
  for (const [name, [rows, columns]] of Object.entries(shapes(net))) {
    parameters[name] = uniform(rows * columns, 0.8);
  }
  const hidden = net.layers.map((D) => uniform(B * D * STATES[net.cell], 1));
  const masks: DropoutMasks = dropout
    ? {
        embedding: net.embedding === "one-hot" ? undefined : mask(B * inputWidth(net, 0)),
        hidden: net.layers.map((D) => mask(B * D)),
      }
    : {};
  const lossNow = (): number => stepLoss(net, parameters, hidden, mini, masks);

  const { gradients, loss } = step(net, parameters, hidden, mini, masks);
  expect(loss).toBe(lossNow());
  expect(Object.keys(gradients).sort()).toEqual(Object.keys(parameters).sort());
  for (const [name, { values, rows, columns }] of Object.entries(gradients)) {
    const w = parameters[name]!;
    let largest = 0;
    let worst = 0;
    for (let i = 0; i < w.length; ++i) {
      const kept = w[i]!;
      w[i] = kept + STEP;
      const above = lossNow();
      w[i] = kept - STEP;
      const below = lossNow();
      w[i] = kept;
      const numeric = (above - below) / (2 * STEP);
      largest = Math.max(largest, Math.abs(values[i]!));
      worst = Math.max(worst, Math.abs(numeric - values[i]!));
      if (rows && !rows.includes(Math.floor(i / columns))) {
        if (values[i] !== 0) throw new Error(`${name}: untouched row has a gradient`);
      }
    }
    expect(worst, `${name} of ${JSON.stringify(net)}`).toBeLessThanOrEqual(1e-6 * largest + 1e-10);
  }
}
