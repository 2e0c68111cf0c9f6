/** Every option of a model is checked: the message names the option, the bound and the value. */

import { describe, expect, test } from "vitest";
import { MODEL_DEFAULTS, type ModelOptions, resolveModelOptions } from "../../../src/index.js";
import {
  type Activation,
  type ActivationName,
  activationOf,
} from "../../../src/network/activations.js";

/** What is said of options that a type checker would not let pass. */
function complaint(options: Record<string, unknown>): { message: string; path: string } {
  try {
    resolveModelOptions(options as ModelOptions);
  } catch (error) {
    return error as { message: string; path: string };
  }
  throw new Error("nothing was thrown");
}

const ACTIVATIONS = '"linear", "relu", "tanh", "leaky", "leaky-a", "elu", "selu" or "selu-λ-a"';

describe("resolveModelOptions", () => {
  test.each([
    [{ layers: [] }, "layers: expected a list of at least one hidden size, got []"],
    [{ layers: 100 }, "layers: expected a list of at least one hidden size, got 100"],
    [{ layers: [100, 0] }, "layers[1]: expected an integer ≥ 1, got 0"],
    [{ layers: ["100"] }, 'layers[0]: expected an integer ≥ 1, got "100"'],
    [{ cell: "elman" }, 'cell: expected "gru", "rnn" or "lstm", got "elman"'],
    [{ resetAfter: 1 }, "resetAfter: expected true or false, got 1"],
    [
      { resetAfter: true, cell: "rnn" },
      'resetAfter: expected false unless `cell` is "gru", got true',
    ],
    [{ embedding: "tied" }, 'embedding: expected "shared", "separate" or "one-hot", got "tied"'],
    [
      { embedding: "separate", embeddingSize: -1 },
      "embeddingSize: expected an integer ≥ 0, got -1",
    ],
    [
      { loss: "hinge" },
      'loss: expected "cross-entropy", "bpr-max", "top1-max", "bpr" or "top1", got "hinge"',
    ],
    [{ loss: "constructor" }, "loss: expected"],
    [
      { loss: "bpr", finalActivation: "softmax" },
      'finalActivation: expected anything but "softmax" with bpr, got "softmax"',
    ],
    [
      { loss: "bpr", finalActivation: "gelu" },
      `finalActivation: expected ${ACTIVATIONS}, got "gelu"`,
    ],
    [{ hiddenActivation: "softmax" }, `hiddenActivation: expected ${ACTIVATIONS}, got "softmax"`],
    [{ hiddenActivation: "leaky-x" }, "hiddenActivation: expected"],
    [{ hiddenActivation: "constructor" }, "hiddenActivation: expected"],
    [{ dropoutEmbedding: 1 }, "dropoutEmbedding: expected a number in [0, 1), got 1"],
    [{ dropoutHidden: -0.1 }, "dropoutHidden: expected a number in [0, 1), got -0.1"],
    [{ windowLength: -1 }, "windowLength: expected an integer from 0 to 1024, got -1"],
    [{ windowLength: 1025 }, "windowLength: expected an integer from 0 to 1024, got 1025"],
    [{ windowLength: 3, lossAt: "first" }, 'lossAt: expected "last" or "every", got "first"'],
    [{ padding: "left" }, 'padding: expected "masked" or "unmasked", got "left"'],
    [{ bprReg: -1 }, "bprReg: expected a number ≥ 0, got -1"],
    [{ eluParam: Number.NaN }, "eluParam: expected a number ≥ 0, got NaN"],
    [{ logQ: "1" }, 'logQ: expected a number ≥ 0, got "1"'],
    [{ smoothing: 1 }, "smoothing: expected a number in [0, 1), got 1"],
    [{ init: "zeros" }, 'init: expected "uniform" or "normal", got "zeros"'],
    [{ sigma: Number.POSITIVE_INFINITY }, "sigma: expected a number ≥ 0, got Infinity"],
    [{ seed: -1 }, "seed: expected an integer from 0 to 4294967295, got -1"],
    [{ seed: 2 ** 32 }, "seed: expected an integer from 0 to 4294967295, got 4294967296"],
    [{ dropout: 0.5 }, "dropout: expected one of the model options: layers, cell"],
  ])("refuses %o", (options, message) => {
    const error = complaint(options);
    expect(error.message).toContain(message);
    expect(error.path).toBe(message.slice(0, message.indexOf(":")));
  });

  test("has a default for every option, and undefined means that", () => {
    const nothing = Object.fromEntries(Object.keys(MODEL_DEFAULTS).map((n) => [n, undefined]));
    expect(resolveModelOptions()).toEqual(MODEL_DEFAULTS);
    expect(resolveModelOptions(nothing as ModelOptions)).toEqual(MODEL_DEFAULTS);
  });

  test.each([
    ["cross-entropy", "softmax"],
    ["bpr-max", "elu"],
    ["top1-max", "elu"],
    ["bpr", "tanh"],
    ["top1", "tanh"],
  ] as const)("gives %s the final activation %s", (loss, activation) => {
    expect(resolveModelOptions({ loss }).finalActivation).toBe(activation);
  });

  test("takes a copy that nobody can change", () => {
    const layers = [8, 4];
    const resolved = resolveModelOptions({ layers });
    layers[0] = 0;
    expect(resolved.layers).toEqual([8, 4]);
    expect(Object.isFrozen(resolved) && Object.isFrozen(resolved.layers)).toBe(true);
  });
});

describe("activationOf", () => {
  test.each<[ActivationName, Activation]>([
    ["linear", { kind: 0, a: 0, lambda: 1 }],
    ["relu", { kind: 1, a: 0, lambda: 1 }],
    ["tanh", { kind: 2, a: 0, lambda: 1 }],
    ["leaky", { kind: 3, a: 0.01, lambda: 1 }],
    ["leaky-0.2", { kind: 3, a: 0.2, lambda: 1 }],
    ["elu", { kind: 4, a: 0.7, lambda: 1 }],
    ["selu", { kind: 5, a: 1.6732632423543772, lambda: 1.0507009873554805 }],
    ["selu-2-3", { kind: 5, a: 3, lambda: 2 }],
  ])("reads %s", (name, expected) => {
    expect(activationOf(name, 0.7, "hiddenActivation")).toEqual(expected);
  });

  test("makes an elu of 0 linear, as the official code does", () => {
    expect(activationOf("elu", 0, "finalActivation").kind).toBe(0);
  });

  test.each([
    "",
    "tanh-1",
    "leaky-",
    "leaky--1",
    "leaky-1-2",
    "selu-1",
    "elu-1",
    "Tanh",
    "toString",
  ])("does not know %o", (name) => {
    expect(() => activationOf(name as ActivationName, 0.5, "hiddenActivation")).toThrow(
      "hiddenActivation: expected",
    );
  });
});
