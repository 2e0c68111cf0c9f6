import { describe, expect, test } from "vitest";
import {
  ConfigError,
  RETRIEVAL_DEFAULTS,
  resolveTowerOptions,
  resolveTrainOptions,
  TOWER_DEFAULTS,
  type TrainRetrievalOptions,
} from "../../../src/index.js";

const resolved = (options?: TrainRetrievalOptions) => resolveTrainOptions(options, "two-towers");

describe("retrieval options", () => {
  test("default to the tutorial's recipe", () => {
    expect(resolved()).toEqual(RETRIEVAL_DEFAULTS);
    expect(RETRIEVAL_DEFAULTS).toMatchObject({
      ...{ epochs: 3, batchSize: 12_800, optimizer: "adagrad", learningRate: 0.1 },
      ...{ initialAccumulator: 0.1, reduction: "sum", temperature: 1 },
    });
  });

  test.each([
    [{ epochs: 0 }, "epochs: expected an integer ≥ 1, got 0"],
    [{ batchSize: 0 }, "batchSize: expected an integer ≥ 1, got 0"],
    [{ batchSize: 1 }, "batchSize: expected an integer ≥ 2 without negatives, got 1"],
    [{ order: "fixed" as "given" }, 'order: expected "time", "given" or "random", got "fixed"'],
    [{ optimizer: "ftrl" as "sgd" }, "optimizer: expected"],
    [{ learningRate: 0 }, "learningRate: expected a number > 0, got 0"],
    [{ initialAccumulator: -1 }, "initialAccumulator: expected a number ≥ 0, got -1"],
    [{ momentum: 1 }, "momentum: expected a number in [0, 1), got 1"],
    [{ l2: -1 }, "l2: expected a number ≥ 0, got -1"],
    [{ gradientCap: -1 }, "gradientCap: expected a number ≥ 0, got -1"],
    [{ reduction: "none" as "sum" }, 'reduction: expected "sum" or "mean", got "none"'],
    [{ temperature: 0 }, "temperature: expected a number > 0, got 0"],
    [{ logQ: "support" as unknown as number }, "logQ: expected a number ≥ 0"],
    [{ logQ: null as unknown as number }, "logQ: expected a number ≥ 0, got null"],
    [{ logQ: -1 }, "logQ: expected a number ≥ 0, got -1"],
    [{ removeAccidentalHits: 1 as unknown as boolean }, "removeAccidentalHits: expected true or"],
    [{ negatives: -1 }, "negatives: expected an integer ≥ 0, got -1"],
    [{ sampleAlpha: 1.1 }, "sampleAlpha: expected a number in [0, 1], got 1.1"],
    [{ hardNegatives: 0.5 }, "hardNegatives: expected an integer ≥ 0, got 0.5"],
    [{ batch: 3 } as object, "batch: expected one of the training options"],
    [{ threads: -1 }, "threads: expected"],
  ])("refuse %j", (options, message) => {
    expect(() => resolved(options)).toThrow(ConfigError);
    expect(() => resolved(options)).toThrow(message);
  });
});

describe("tower options", () => {
  test("have the tutorial's defaults, and a plain recurrent layer has no reset", () => {
    expect(resolveTowerOptions()).toEqual(TOWER_DEFAULTS);
    expect(resolveTowerOptions({ cell: "rnn" }).resetAfter).toBe(false);
  });

  test.each([
    [{ embeddingSize: 0 }, "embeddingSize: expected an integer ≥ 1, got 0"],
    [{ embeddingSize: 16 }, "embeddingSize: expected the width of the query tower, 32, got 16"],
    [{ layers: [] }, "layers: expected a list of at least one hidden size"],
    [{ layers: [0] }, "layers[0]: expected an integer ≥ 1, got 0"],
    [{ cell: "elman" as "gru" }, 'cell: expected "gru", "rnn" or "lstm", got "elman"'],
    [{ cell: "rnn" as const, resetAfter: true }, "resetAfter: expected false"],
    [{ dropoutHidden: 1 }, "dropoutHidden: expected a number in [0, 1), got 1"],
    [{ windowLength: 0 }, "windowLength: expected an integer from 1 to 1024, got 0"],
    [{ windowLength: 1025 }, "windowLength: expected an integer from 1 to 1024, got 1025"],
    [{ padding: "left" as "masked" }, 'padding: expected "masked" or "unmasked", got "left"'],
    [{ queryLayers: [8] }, "embeddingSize: expected the width of the query tower, 8, got 32"],
    [{ candidateLayers: [8] }, "candidateLayers: expected the width of the query tower, 32, got 8"],
    [{ candidateLayers: 8 as unknown as number[] }, "candidateLayers: expected a list of widths"],
    [{ denseActivation: "gelu" }, "denseActivation: expected"],
    [{ hiddenActivation: "gelu" }, "hiddenActivation: expected"],
    [{ normalize: 1 as unknown as boolean }, "normalize: expected true or false, got 1"],
    [{ seed: -1 }, "seed: expected an integer from 0 to 4294967295, got -1"],
    [{ size: 3 } as object, "size: expected one of the tower options"],
  ])("refuse %j", (options, message) => {
    expect(() => resolveTowerOptions(options)).toThrow(ConfigError);
    expect(() => resolveTowerOptions(options)).toThrow(message);
  });
});
