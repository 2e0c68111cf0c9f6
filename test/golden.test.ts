/** Known answers: numbers computed elsewhere, met by the reference and by the kernels to 1e-6. */

import { describe, expect, test } from "vitest";
import { drawInitialWeights } from "../src/models/gru4rec/initial.js";
import { resolveModelOptions } from "../src/models/gru4rec/options.js";
import { namedTensors, planParameters } from "../src/models/gru4rec/parameters.js";
import { readRows } from "../src/network/weights.js";
import { MersenneTwister } from "../src/random.js";
import { Arena } from "../src/wasm/arena.js";
import { Bench, builds } from "./assembly/harness.js";
import { type Activation, activate } from "./reference/activations.js";
import { gruForward } from "./reference/gru.js";
import { type Loss, lossAndGradient } from "./reference/losses.js";
import { addToRows, product } from "./reference/matrix.js";
import { ReferenceOptimizer } from "./reference/optimizers.js";

describe("MT19937", () => {
  test("gives numpy's stream for seed 42", () => {
    const random = new MersenneTwister(42);
    const drawn = [random.next(), random.next(), random.next(), random.next()];
    expect(drawn.slice(0, 3)).toEqual([0.3745401188473625, 0.9507143064099162, 0.7319939418114051]);
    expect(drawn[3]).toBeCloseTo(0.59865848, 8);
  });

  test("gives the initial weights of a shared model, layers [2], 3 items", () => {
    // One block after the other, each with its own fan: W_c W_r W_z, U_c, U_r U_z, Wy.
    const random = new MersenneTwister(42);
    const block = (rows: number, columns: number): number[] => {
      const s = Math.sqrt(6 / (rows + columns));
      return Array.from({ length: rows * columns }, () => random.next() * 2 * s - s);
    };
    const expected = [
      [-0.307313, 1.10402, 0.568267, 0.241663],
      [-0.842579, -0.842638, -1.08247, 0.896945],
      [0.24768, 0.509672, -1.174323, 1.151039],
      [0.814315, -0.704622, -0.779366, -0.775498],
      [-0.479507, 0.060641, -0.1667, -0.511382],
      [0.273983, -0.883056, -0.50914, -0.327345],
    ];
    for (const values of expected) expectClose(block(2, 2), values, 1e-6);
    expectClose(block(3, 2), [-0.096246, 0.624789, -0.657982, 0.031186, 0.20247, -0.993677], 1e-6);
  });
});

describe("the initial weights of a model", () => {
  test("are that stream, gate block by gate block", async () => {
    const options = resolveModelOptions({ layers: [2], seed: 42 });
    const arena = new Arena();
    const parameters = planParameters(arena, options, 3);
    arena.commit(false);
    await drawInitialWeights(arena, parameters, options);
    const drawn = namedTensors(parameters).map((tensor) => {
      const memory = arena.floats({ ...tensor.table, shape: [] });
      return [tensor.name, [...readRows(memory, tensor, 0, tensor.rows)]] as const;
    });
    // Columns r r | z z | c c.
    const Wx = [
      [-0.842579, -0.842638, 0.24768, 0.509672, -0.307313, 1.10402],
      [-1.08247, 0.896945, -1.174323, 1.151039, 0.568267, 0.241663],
    ];
    const Wrz = [
      [-0.479507, 0.060641, 0.273983, -0.883056],
      [-0.1667, -0.511382, -0.50914, -0.327345],
    ];
    const expected: Record<string, number[]> = {
      Wx_0: Wx.flat(),
      Wh_0: [0.814315, -0.704622, -0.779366, -0.775498],
      Wrz_0: Wrz.flat(),
      Wy: [-0.096246, 0.624789, -0.657982, 0.031186, 0.20247, -0.993677],
      b_0: [0, 0, 0, 0, 0, 0],
      By: [0, 0, 0],
    };
    expect(drawn.map(([name]) => name).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, values] of drawn) expectClose(values, expected[name]!, 1e-6);
  });
});

describe("losses of two rows over four columns", () => {
  const Y = Float64Array.of(0.5, -1, 2, 0.25, 0.1, 0.3, -0.7, 1.2);
  const plain = { bprReg: 0, smoothing: 0 };
  const cases: [string, Loss, { bprReg: number; smoothing: number }, number][] = [
    ["cross-entropy", "cross-entropy", plain, 3.4053315434],
    ["cross-entropy, smoothing 0.1", "cross-entropy", { ...plain, smoothing: 0.1 }, 3.4236648767],
    ["BPR", "bpr", plain, 6.0176147686],
    ["TOP1", "top1", plain, 2.0069084433],
    ["TOP1-max", "top1-max", plain, 2.9719086103],
    ["BPR-max", "bpr-max", plain, 2.2746098842],
    ["BPR-max, bprReg 1", "bpr-max", { ...plain, bprReg: 1 }, 6.6163779581],
  ];
  test.each(cases)("%s", (_, loss, options, expected) => {
    expect(lossAndGradient(loss, Y, 2, 4, 1, options).loss).toBeCloseTo(expected, 9);
  });

  test("BPR-max after elu-0.5, bprReg 1", () => {
    const elu: Activation = { kind: "elu", a: 0.5 };
    const activated = Y.map((o) => activate(elu, o));
    const { loss } = lossAndGradient("bpr-max", activated, 2, 4, 1, { bprReg: 1, smoothing: 0 });
    expect(loss).toBeCloseTo(6.3115034482, 9);
  });

  test("cross-entropy with logQ 1, counts 3 7 2 9, sampleAlpha 0.5 on the last two", () => {
    const shifted = Y.slice();
    const q = [3, 7, 2 ** 0.5, 9 ** 0.5];
    addToRows(
      shifted,
      Float64Array.from(q, (count) => -Math.log(count)),
      2,
      4,
    );
    const { loss } = lossAndGradient("cross-entropy", shifted, 2, 4, 1, plain);
    expect(loss).toBeCloseTo(4.7805395593, 9);
  });
});

describe("one GRU step", () => {
  const x = Float64Array.of(0.2, -0.4);
  const h = Float64Array.of(0.3, 0.1);
  // Columns r r | z z | c c.
  const W = Float64Array.of(0.5, 0.1, -0.1, 0.25, 0.1, -0.2, -0.3, 0.2, 0.15, 0.35, 0.3, 0.4);
  const U = Float64Array.of(0.05, -0.15, 0.6, -0.5, 0.2, 0.1, 0.25, 0.45, 0.2, 0.1, -0.4, 0.3);
  const a = product(x, W, 1, 2, 6);

  test("with the reset before the recurrent product", () => {
    const { r, z, out } = gruForward(a, h, { U }, 1, 2, { kind: "tanh" });
    expectClose(r, [0.56463629, 0.4850045], 1e-8);
    expectClose(z, [0.52996405, 0.44275215], 1e-8);
    expectClose(out, [0.09579737, -0.01818546], 1e-8);
  });

  test("with the reset after it; the published number has the opposite sense of z", () => {
    const bU = new Float64Array(6);
    const { z, c, out } = gruForward(a, h, { U, bU }, 1, 2, { kind: "tanh" });
    const flipped = c.map((value, i) => (1 - z[i]!) * value + z[i]! * h[i]!);
    expectClose(flipped, [0.11740263, -0.05004185], 1e-8);
    // Ours: z = 1 takes the candidate.
    expectClose(
      out,
      c.map((value, i) => z[i]! * value + (1 - z[i]!) * h[i]!),
      1e-15,
    );
  });

  test.each(builds)("by the kernels, $numerics, shared $shared", async (build) => {
    const bench = await Bench.create(build);
    const k = bench.kernels;
    const D = 4; // padded
    const wide = (values: Float64Array, rows: number): Float32Array => {
      const out = new Float32Array(rows * 3 * D);
      for (let i = 0; i < values.length; ++i) {
        const [row, block, column] = [Math.floor(i / 6), Math.floor((i % 6) / 2), i % 2];
        out[row * 3 * D + block * D + column] = values[i]!;
      }
      return out;
    };
    const state = bench.floats([...h, 0, 0]);
    const u = bench.floats(wide(U, D));
    const [q, out] = [bench.scratch(D), bench.scratch(D)];
    const panel = bench.scratch(2048).ptr;

    const before = bench.floats(wide(a, 1));
    k.gemmAB(before.ptr, 12, state.ptr, D, u.ptr, 12, 8, D, true, panel, 0, 1);
    k.gruGates(before.ptr, state.ptr, q.ptr, D, 0, 1);
    k.gemmAB(before.ptr + 32, 12, q.ptr, D, u.ptr + 32, 12, D, D, true, panel, 0, 1);
    k.activate(2, 0, 0, before.ptr + 32, 12, D, 0, 1);
    k.gruOutput(before.ptr, state.ptr, out.ptr, D, 0, 1);
    expectClose(before.values.subarray(0, 2), [0.56463629, 0.4850045], 1e-6);
    expectClose(before.values.subarray(4, 6), [0.52996405, 0.44275215], 1e-6);
    expectClose(out.values.subarray(0, 2), [0.09579737, -0.01818546], 1e-6);

    // The published number of the other form keeps the old state where z = 1: swap the two.
    const after = bench.floats(wide(a, 1));
    const projected = bench.scratch(12);
    k.gemmAB(projected.ptr, 12, state.ptr, D, u.ptr, 12, 12, D, false, panel, 0, 1);
    k.gruGatesAfter(after.ptr, projected.ptr, D, 0, 1);
    k.activate(2, 0, 0, after.ptr + 32, 12, D, 0, 1);
    const gates = after.values;
    const flipped = [0, 1].map((i) => (1 - gates[4 + i]!) * gates[8 + i]! + gates[4 + i]! * h[i]!);
    expectClose(flipped, [0.11740263, -0.05004185], 1e-6);
  });
});

describe("a row that occurs twice in a mini-batch", () => {
  test("sums its gradients and then takes one Adagrad step", () => {
    // Reach accumulator 0.04 and velocity 0.01 by one step from 0, then 0.3 and −0.1 together.
    const acc = 0.04;
    const g = Math.sqrt(acc);
    const w = { w: Float64Array.of(0) };
    const table = (value: number): { values: Float64Array; columns: number; rows: number[] } => ({
      values: Float64Array.of(value),
      columns: 1,
      rows: [0],
    });
    const first = (0.01 / g) * Math.sqrt(acc + 1e-6); // this learning rate gives velocity 0.01
    const options = { optimizer: "adagrad", momentum: 0.5, l2: 0, gradientCap: 0 } as const;
    const changing = { ...options, learningRate: first };
    const adagrad = new ReferenceOptimizer(changing);
    adagrad.update(w, { w: table(-g) });
    expect(w.w[0]).toBeCloseTo(0.01, 14);
    changing.learningRate = 0.1;
    adagrad.update(w, { w: table(0.3 - 0.1) });
    expect(w.w[0]! - 0.01).toBeCloseTo(-0.0657102362, 9);
  });

  test.each(builds)("by the kernels, $numerics, shared $shared", async (build) => {
    const bench = await Bench.create(build);
    const k = bench.kernels;
    // One row: w | accumulator | velocity, four columns of the same.
    const row = [0, 0.04, 0.01].flatMap((value) => [value, value, value, value]);
    const table = bench.floats(row);
    const gradients = bench.floats([0.3, 0.3, 0.3, 0.3, -0.1, -0.1, -0.1, -0.1]);
    const words = (): number => bench.words([0, 0]).ptr;
    const [items, slots, distinct, first, last, next, heads] = [
      ...[words(), words(), words(), words(), words(), words(), words()],
    ] as [number, number, number, number, number, number, number];
    const count = k.groupRows(items, slots, distinct, first, last, next, 0, 0, 2);
    expect(count).toBe(1);
    k.sumGradients(gradients.ptr, 4, 0, 0, 2, first, next, heads, 0, count);
    k.adagradRows(table.ptr, 12, 4, distinct, heads, 4, 8, 0.1, 0.5, 0, 1, 0, count);
    expectClose(table.values.subarray(0, 4), new Array(4).fill(-0.0657102362), 1e-7);
    expectClose(table.values.subarray(4, 8), new Array(4).fill(0.08), 1e-7);
  });
});

function expectClose(got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < want.length; ++i) {
    expect(Math.abs(got[i]! - want[i]!), `[${i}] ${got[i]} for ${want[i]}`).toBeLessThan(tolerance);
  }
}
