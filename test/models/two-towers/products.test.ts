import { describe, expect, test } from "vitest";
import { resolveTowerOptions } from "../../../src/models/two-towers/options.js";
import { productsOf } from "../../../src/models/two-towers/products.js";

describe("the work of two towers", () => {
  test("is that of the tutorial: 10 items through 3 gates of 32 units, and one product", () => {
    const work = productsOf(resolveTowerOptions());
    expect(work).toEqual({ query: 10 * 3 * 32 * (32 + 32), candidate: 0, score: 32 });
  });

  test("follows from the cell: an LSTM has 4 gates", () => {
    const { query } = productsOf(resolveTowerOptions({ cell: "lstm" }));
    expect(query).toBe(10 * 4 * 32 * (32 + 32));
  });

  test("counts every layer, not the last one alone", () => {
    const options = resolveTowerOptions({
      ...{ embeddingSize: 2, layers: [500, 4], windowLength: 3, cell: "rnn" },
      ...{ queryLayers: [300, 8], candidateLayers: [700, 8] },
    });
    expect(productsOf(options)).toEqual({
      query: 3 * (500 * (500 + 2) + 4 * (4 + 500)) + 4 * 300 + 300 * 8,
      candidate: 2 * 700 + 700 * 8,
      score: 8,
    });
  });
});
