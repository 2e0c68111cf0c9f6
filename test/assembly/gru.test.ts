import { beforeAll, describe, expect, test } from "vitest";
import { PANEL_FLOATS } from "../../src/wasm/panel.js";
import { gruBackward, gruForward } from "../reference/gru.js";
import { product } from "../reference/matrix.js";
import { absoluteError, Bench, builds, Inputs } from "./harness.js";

const TANH = 2; // assembly/activation.ts
const f64 = (values: ArrayLike<number>): Float64Array => Float64Array.from(values);

// B covers one row, an odd count and a full batch; D one vector, three vectors and the paper's 100.
const shapes = [1, 3, 32].flatMap((B) => [4, 12, 100].map((D) => ({ B, D })));

describe.each(builds)("GRU, $numerics, shared $shared", (build) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.create(build);
  });

  /** One step forward and backward as the trainer runs it: products and these kernels. */
  function run(resetAfter: boolean, B: number, D: number, cuts: readonly number[]) {
    const inputs = new Inputs(31 * B + D);
    const G = 3 * D;
    const weight = 2 / Math.sqrt(D);
    const A = inputs.uniform(B * G, 2); // x·W + b
    const H = inputs.uniform(B * D);
    const U = inputs.uniform(D * G, weight);
    const bU = inputs.uniform(G);
    const dOut = inputs.uniform(B * D);

    const k = bench.kernels;
    const gates = bench.floats(A);
    const h = bench.floats(H);
    const u = bench.floats(U);
    const bias = bench.floats(bU);
    const d = bench.floats(dOut);
    const recurrent = bench.scratch(B * G); // h·U + b′, later its gradient
    const q = bench.scratch(B * D);
    const out = bench.scratch(B * D);
    const da = bench.scratch(B * G);
    const dq = bench.scratch(B * D);
    const dU = bench.scratch(D * G);
    const panel = bench.scratch(PANEL_FLOATS);
    const c = 8 * D; // bytes from r to c
    const each = (work: (begin: number, end: number) => void): void => {
      for (let i = 0; i + 1 < cuts.length; ++i) work(cuts[i]!, cuts[i + 1]!);
    };

    if (resetAfter) {
      k.copyRows(recurrent.ptr, G, bias.ptr, 0, G, 0, B);
      k.gemmAB(recurrent.ptr, G, h.ptr, D, u.ptr, G, G, D, true, panel.ptr, 0, B);
      each((begin, end) => k.gruGatesAfter(gates.ptr, recurrent.ptr, D, begin, end));
    } else {
      k.gemmAB(gates.ptr, G, h.ptr, D, u.ptr, G, 2 * D, D, true, panel.ptr, 0, B);
      each((begin, end) => k.gruGates(gates.ptr, h.ptr, q.ptr, D, begin, end));
      k.gemmAB(gates.ptr + c, G, q.ptr, D, u.ptr + c, G, D, D, true, panel.ptr, 0, B);
    }
    k.activate(TANH, 0, 0, gates.ptr + c, G, D, 0, B);
    each((begin, end) => k.gruOutput(gates.ptr, h.ptr, out.ptr, D, begin, end));

    each((begin, end) => k.gruOutputBackward(d.ptr, D, gates.ptr, h.ptr, da.ptr, D, begin, end));
    k.activateBackward(TANH, 0, 0, da.ptr + c, G, gates.ptr + c, G, D, 0, B);
    if (resetAfter) {
      each((begin, end) =>
        k.gruResetAfterBackward(gates.ptr, recurrent.ptr, da.ptr, D, begin, end),
      );
      k.gemmAtB(dU.ptr, G, h.ptr, D, recurrent.ptr, G, G, B, false, panel.ptr, 0, D);
    } else {
      k.gemmABt(dq.ptr, D, da.ptr + c, G, u.ptr + c, G, D, D, false, panel.ptr, 0, B);
      each((begin, end) => k.gruResetBackward(dq.ptr, gates.ptr, h.ptr, da.ptr, D, begin, end));
      k.gemmAtB(dU.ptr, G, h.ptr, D, da.ptr, G, 2 * D, B, false, panel.ptr, 0, D);
      k.gemmAtB(dU.ptr + c, G, q.ptr, D, da.ptr + c, G, D, B, false, panel.ptr, 0, D);
    }
    // What goes back to the state before: without a matrix, then through U as the trainer has it.
    const dh = bench.scratch(B * D);
    const reset = resetAfter ? 0 : dq.ptr;
    each((begin, end) => {
      k.gruHiddenBackward(dh.ptr, d.ptr, D, gates.ptr, reset, D, begin, end);
    });
    const [through, K] = resetAfter ? [recurrent.ptr, G] : [da.ptr, 2 * D];
    k.gemmABt(dh.ptr, D, through, G, u.ptr, G, D, K, true, panel.ptr, 0, B);
    const result = {
      dh: dh.values.slice(),
      out: out.values.slice(),
      da: da.values.slice(),
      dU: dU.values.slice(),
      du: recurrent.values.slice(),
    };
    expect(bench.intact()).toBe(true);

    const cell = { U: f64(U), bU: resetAfter ? f64(bU) : undefined };
    const step = gruForward(f64(A), f64(H), cell, B, D, { kind: "tanh" });
    const back = gruBackward(f64(dOut), f64(H), step, cell, B, D, { kind: "tanh" });
    return { result, step, back };
  }

  describe.each([false, true])("resetAfter %s", (resetAfter) => {
    // Sums over D and B of products of order 1: errors stay below 2e-6 (4e-6 for dU over B = 32).
    test.each(shapes)("a step and its gradients agree at B=$B, D=$D", ({ B, D }) => {
      const { result, step, back } = run(resetAfter, B, D, [0, B]);
      expect(absoluteError(result.out, step.out)).toBeLessThan(2e-6);
      expect(absoluteError(result.da, back.da)).toBeLessThan(2e-6);
      expect(absoluteError(result.dU, back.dU)).toBeLessThan(4e-6);
      expect(absoluteError(result.dh, back.dh)).toBeLessThan(4e-6);
    });

    test("has the same bits however its rows are cut", () => {
      const whole = run(resetAfter, 7, 12, [0, 7]).result;
      expect(run(resetAfter, 7, 12, [0, 1, 4, 4, 7]).result).toEqual(whole);
    });
  });

  test("the gradient of the recurrent projection with resetAfter is that of U's other factor", () => {
    const { result, back } = run(true, 5, 8, [0, 5]);
    const sums = new Float64Array(24);
    for (let i = 0; i < result.du.length; ++i) sums[i % 24]! += result.du[i]!;
    expect(absoluteError(sums, back.dbU)).toBeLessThan(2e-6);
  });

  test("each kernel leaves rows outside [begin, end) untouched", () => {
    const D = 4;
    const B = 5;
    const inputs = new Inputs(3);
    const k = bench.kernels;
    const untouched = (before: Float32Array, after: Float32Array, width: number): void => {
      for (let i = 0; i < B * width; ++i) {
        const row = Math.floor(i / width);
        if (row < 1 || row >= 3) expect(after[i]).toBe(before[i]);
      }
    };
    const calls: ((p: { wide: number; wide2: number; narrow: number; narrow2: number }) => void)[] =
      [
        (p) => k.gruGates(p.wide, p.narrow, p.narrow2, D, 1, 3),
        (p) => k.gruGatesAfter(p.wide, p.wide2, D, 1, 3),
        (p) => k.gruOutput(p.wide, p.narrow, p.narrow2, D, 1, 3),
        (p) => k.gruOutputBackward(p.narrow, D, p.wide, p.narrow2, p.wide2, D, 1, 3),
        (p) => k.gruHiddenBackward(p.narrow2, p.narrow, D, p.wide, p.narrow, D, 1, 3),
        (p) => k.gruResetBackward(p.narrow, p.wide, p.narrow2, p.wide2, D, 1, 3),
        (p) => k.gruResetAfterBackward(p.wide, p.wide2, p.wide2, D, 1, 3),
      ];
    for (const call of calls) {
      const wide = bench.floats(inputs.uniform(B * 3 * D));
      const wide2 = bench.floats(inputs.uniform(B * 3 * D));
      const narrow = bench.floats(inputs.uniform(B * D));
      const narrow2 = bench.floats(inputs.uniform(B * D));
      const all = [wide, wide2, narrow, narrow2];
      const before = all.map(({ values }) => values.slice());
      call({ wide: wide.ptr, wide2: wide2.ptr, narrow: narrow.ptr, narrow2: narrow2.ptr });
      for (const [i, { values }] of all.entries()) {
        untouched(before[i]!, values, i < 2 ? 3 * D : D);
      }
      expect(bench.intact()).toBe(true);
    }
  });

  test("gruOutputBackward reads a gradient whose rows lie further apart", () => {
    const [B, D, ld] = [3, 4, 8];
    const inputs = new Inputs(4);
    const dOut = inputs.uniform(B * ld);
    const gates = inputs.uniform(B * 3 * D);
    const h = inputs.uniform(B * D);
    const da = bench.scratch(B * 3 * D);
    const at = [bench.floats(dOut), bench.floats(gates), bench.floats(h)].map(({ ptr }) => ptr);
    bench.kernels.gruOutputBackward(at[0]!, ld, at[1]!, at[2]!, da.ptr, D, 0, B);
    for (let b = 0; b < B; ++b) {
      for (let i = 0; i < D; ++i) {
        const z = gates[b * 3 * D + D + i]!;
        const c = gates[b * 3 * D + 2 * D + i]!;
        const d = dOut[b * ld + i]!;
        expect(da.values[b * 3 * D + 2 * D + i]).toBeCloseTo(d * z, 6);
        const dz = d * (c - h[b * D + i]!) * z * (1 - z);
        expect(da.values[b * 3 * D + D + i]).toBeCloseTo(dz, 6);
        expect(da.values[b * 3 * D + i]).toBeNaN();
      }
    }
    expect(bench.intact()).toBe(true);
  });
});

describe("the vanilla cell", () => {
  // It has no kernel of its own: act(x·W + b + h·U) is a product that adds, and an activation.
  test("is a product and an activation", async () => {
    const bench = await Bench.create(builds[0]!);
    const [B, D] = [5, 12];
    const inputs = new Inputs(9);
    const a = inputs.uniform(B * D);
    const h = inputs.uniform(B * D);
    const U = inputs.uniform(D * D);
    const out = bench.floats(a);
    const [hp, up, panel] = [
      bench.floats(h).ptr,
      bench.floats(U).ptr,
      bench.scratch(PANEL_FLOATS).ptr,
    ];
    bench.kernels.gemmAB(out.ptr, D, hp, D, up, D, D, D, true, panel, 0, B);
    bench.kernels.activate(TANH, 0, 0, out.ptr, D, D, 0, B);
    const want = product(f64(h), f64(U), B, D, D).map((value, i) => Math.tanh(value + a[i]!));
    expect(absoluteError(out.values, want)).toBeLessThan(1e-6);
  });
});
