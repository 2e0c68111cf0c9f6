/** Initial weights as they stand in a model's file. */

import { describe, expect, test } from "vitest";
import { GRU4Rec, type ModelOptions } from "../../../src/index.js";
import { partsOf, tensorOf } from "../files.js";

const ITEMS = Array.from({ length: 40 }, (_, item) => item);

async function bytesOf(options: ModelOptions): Promise<Uint8Array> {
  return (await GRU4Rec.create(ITEMS, options)).toBytes();
}

/** Columns [begin, end) of a row-major matrix. */
function columns(values: Float32Array, width: number, begin: number, end: number): number[] {
  return [...values].filter((_, i) => i % width >= begin && i % width < end);
}

const largest = (values: Iterable<number>): number =>
  Math.max(...Array.from(values, (value) => Math.abs(value)));

describe("initial weights", () => {
  test("are the published ones: shared, layers [2], 3 items, seed 42", async () => {
    const bytes = (await GRU4Rec.create(["a", "b", "c"], { layers: [2], seed: 42 })).toBytes();
    // Columns r r | z z | c c.
    const expected: Readonly<Record<string, readonly number[]>> = {
      Wx_0: [
        ...[-0.842579, -0.842638, 0.24768, 0.509672, -0.307313, 1.10402],
        ...[-1.08247, 0.896945, -1.174323, 1.151039, 0.568267, 0.241663],
      ],
      Wh_0: [0.814315, -0.704622, -0.779366, -0.775498],
      Wrz_0: [-0.479507, 0.060641, 0.273983, -0.883056, -0.1667, -0.511382, -0.50914, -0.327345],
      b_0: [0, 0, 0, 0, 0, 0],
      Wy: [-0.096246, 0.624789, -0.657982, 0.031186, 0.20247, -0.993677],
      By: [0, 0, 0],
    };
    for (const [name, values] of Object.entries(expected)) {
      const found = tensorOf(bytes, name);
      expect(found).toHaveLength(values.length);
      for (const [i, value] of values.entries()) {
        expect(Math.abs(found[i]! - value), `${name}[${i}]`).toBeLessThan(1e-6);
      }
    }
  });

  test("of an LSTM: the bias of the forget gate is 1, weights are drawn block by block", async () => {
    const bytes = await bytesOf({ layers: [20], cell: "lstm" });
    expect([...tensorOf(bytes, "b_0")]).toEqual(
      [...Array(80).keys()].map((i) => +(i >= 20 && i < 40)),
    );
    for (const [name, fan] of [
      ["Wx_0", 40],
      ["Wh_0", 40],
    ] as const) {
      const bound = Math.sqrt(6 / fan);
      for (const gate of [0, 20, 40, 60]) {
        const most = largest(columns(tensorOf(bytes, name), 80, gate, gate + 20));
        expect(most).toBeLessThanOrEqual(bound);
        expect(most).toBeGreaterThan(0.95 * bound);
      }
    }
  });

  test("fill Glorot's range of every gate block, by its own fan", async () => {
    const bytes = await bytesOf({ layers: [20], embedding: "separate", embeddingSize: 30 });
    const bound = (rows: number, columns: number): number => Math.sqrt(6 / (rows + columns));
    const blocks: [number, number][] = [
      [largest(tensorOf(bytes, "E")), bound(40, 30)],
      [largest(tensorOf(bytes, "Wy")), bound(40, 20)],
      [largest(tensorOf(bytes, "Wh_0")), bound(20, 20)],
    ];
    for (const gate of [0, 20]) {
      const part = columns(tensorOf(bytes, "Wrz_0"), 40, gate, gate + 20);
      blocks.push([largest(part), bound(20, 20)]);
    }
    for (const gate of [0, 20, 40]) {
      const part = columns(tensorOf(bytes, "Wx_0"), 60, gate, gate + 20);
      blocks.push([largest(part), bound(30, 20)]);
    }
    for (const [found, bound] of blocks) {
      expect(found).toBeLessThanOrEqual(Math.fround(bound));
      expect(found).toBeGreaterThan(0.95 * bound);
    }
  });

  test("of one-hot inputs have the catalogue as their fan", async () => {
    const found = largest(tensorOf(await bytesOf({ layers: [20], embedding: "one-hot" }), "Wx_0"));
    expect(found).toBeLessThanOrEqual(Math.sqrt(6 / 60));
    expect(found).toBeGreaterThan(0.95 * Math.sqrt(6 / 60));
  });

  test("are normal with deviation sigma where told so", async () => {
    const options = { layers: [60], init: "normal", sigma: 0.3 } as const;
    const values = tensorOf(await bytesOf(options), "Wx_0");
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
    const beyondTwo = values.filter((x) => Math.abs(x) > 0.6).length / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(Math.abs(deviation / 0.3 - 1)).toBeLessThan(0.03);
    expect(Math.abs(beyondTwo - 0.0455)).toBeLessThan(0.01);
  });

  test("leave every bias at 0, and nothing else", async () => {
    const bytes = await bytesOf({ layers: [6, 7], resetAfter: true, embedding: "separate" });
    for (const name of Object.keys(partsOf(bytes).header)) {
      if (name === "__metadata__" || /^(support|items)$/.test(name)) continue;
      const zeros = tensorOf(bytes, name).filter((value) => value === 0).length;
      const isBias = /^(b|bh)_\d$|^By$/.test(name);
      expect(zeros, name).toBe(isBias ? tensorOf(bytes, name).length : 0);
    }
  });
});
