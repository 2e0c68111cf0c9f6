import { describe, expect, test } from "vitest";
import { normal } from "../../../src/models/gru4rec/initial.js";
import { doorOf } from "../../../src/models/stored-model.js";
import { orthonormalRows } from "../../../src/models/two-towers/initial.js";
import { TwoTowers } from "../../../src/models/two-towers/two-towers.js";
import { MersenneTwister } from "../../../src/random.js";

async function tensorsOf(seed: number): Promise<Record<string, Float32Array>> {
  const ids = Array.from({ length: 500 }, (_, i) => i);
  const options = { layers: [32, 24], queryLayers: [16], candidateLayers: [16], seed };
  const model = await TwoTowers.create(ids, options);
  const weights = doorOf(model).now((weights) => weights);
  const all = weights.tensors.map((tensor) => [tensor.name, weights.read(tensor, 0, tensor.rows)]);
  return Object.fromEntries(all) as Record<string, Float32Array>;
}

describe("initial towers", () => {
  test("rows of a recurrent kernel are orthonormal, also square ones and many", () => {
    for (const [rows, columns] of [
      [3, 9],
      [32, 96],
      [40, 40],
    ] as const) {
      const out = orthonormalRows(rows, columns, normal(new MersenneTwister(5)));
      for (let a = 0; a < rows; ++a) {
        for (let b = 0; b <= a; ++b) {
          let sum = 0;
          for (let i = 0; i < columns; ++i) sum += out[a * columns + i]! * out[b * columns + i]!;
          expect(Math.abs(sum - (a === b ? 1 : 0))).toBeLessThan(1e-12);
        }
      }
    }
  });

  test("are drawn as Keras draws: bounds and spread of each tensor", async () => {
    const tensors = await tensorsOf(9);
    const bounds = {
      "query.E": 0.05,
      "candidate.E": 0.05,
      "query.Wx_0": Math.sqrt(6 / (32 + 96)),
      "query.Wx_1": Math.sqrt(6 / (32 + 72)),
      "query.D_0": Math.sqrt(6 / (24 + 16)),
      "candidate.D_0": Math.sqrt(6 / (32 + 16)),
    };
    for (const [name, bound] of Object.entries(bounds)) {
      const values = [...tensors[name]!];
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound);
      const square = values.reduce((sum, x) => sum + x * x, 0) / values.length;
      expect(Math.sqrt(square * 3) / bound).toBeCloseTo(1, 1); // of a uniform distribution
    }
    for (const name of ["query.b_0", "query.bh_0", "query.c_0", "candidate.c_0"]) {
      expect(tensors[name]!.every((x) => x === 0)).toBe(true);
    }
  });

  test("let an LSTM forget little: the bias of its forget gate is 1", async () => {
    const model = await TwoTowers.create(["a", "b"], {
      layers: [4],
      embeddingSize: 4,
      cell: "lstm",
    });
    const bias = doorOf(model).now((weights) => {
      const tensor = weights.tensors.find(({ name }) => name === "query.b_0")!;
      return [...weights.read(tensor, 0, 1)];
    });
    expect(bias).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test("follow from the seed", async () => {
    expect(await tensorsOf(9)).toEqual(await tensorsOf(9));
    expect((await tensorsOf(9))["query.E"]).not.toEqual((await tensorsOf(10))["query.E"]);
  });
});
