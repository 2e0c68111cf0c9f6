import { beforeAll, describe, expect, test } from "vitest";
import { PANEL_FLOATS } from "../../src/wasm/panel.js";
import { lstmBackward, lstmForward } from "../reference/lstm.js";
import { absoluteError, Bench, builds, Inputs } from "./harness.js";

const TANH = 2; // assembly/activation.ts
const f64 = (values: ArrayLike<number>): Float64Array => Float64Array.from(values);

// B covers one row, an odd count and a full batch; D one vector, three vectors and the paper's 100.
const shapes = [1, 3, 32].flatMap((B) => [4, 12, 100].map((D) => ({ B, D })));

describe.each(builds)("LSTM, $numerics, shared $shared", (build) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.create(build);
  });

  /** One step forward and backward as the trainer runs it: products and these kernels. */
  function run(B: number, D: number, cuts: readonly number[]) {
    const inputs = new Inputs(31 * B + D);
    const G = 4 * D;
    const A = inputs.uniform(B * G, 2); // x·W + b
    const [H, C] = [inputs.uniform(B * D), inputs.uniform(B * D, 2)];
    const U = inputs.uniform(D * G, 2 / Math.sqrt(D));
    const [dOut, dNext] = [inputs.uniform(B * D), inputs.uniform(B * D)];

    const k = bench.kernels;
    const gates = bench.floats(A);
    const [h, c, u] = [bench.floats(H), bench.floats(C), bench.floats(U)];
    const [d, dc] = [bench.floats(dOut), bench.floats(dNext)];
    const [next, s, out, ds, dh] = [0, 1, 2, 3, 4].map(() => bench.scratch(B * D));
    const da = bench.scratch(B * G);
    const dU = bench.scratch(D * G);
    const panel = bench.scratch(PANEL_FLOATS).ptr;
    const toG = 8 * D; // bytes from i to g
    const each = (work: (begin: number, end: number) => void): void => {
      for (let i = 0; i + 1 < cuts.length; ++i) work(cuts[i]!, cuts[i + 1]!);
    };

    k.gemmAB(gates.ptr, G, h.ptr, D, u.ptr, G, G, D, true, panel, 0, B);
    k.activate(TANH, 0, 0, gates.ptr + toG, G, D, 0, B);
    each((begin, end) => k.lstmState(gates.ptr, c.ptr, next!.ptr, s!.ptr, D, begin, end));
    k.activate(TANH, 0, 0, s!.ptr, D, D, 0, B);
    each((begin, end) => k.lstmOutput(gates.ptr, s!.ptr, out!.ptr, D, begin, end));

    each((begin, end) =>
      k.lstmOutputBackward(d.ptr, D, gates.ptr, s!.ptr, da.ptr, ds!.ptr, D, begin, end),
    );
    k.activateBackward(TANH, 0, 0, ds!.ptr, D, s!.ptr, D, D, 0, B);
    each((begin, end) =>
      k.lstmStateBackward(ds!.ptr, gates.ptr, c.ptr, dc.ptr, da.ptr, D, begin, end),
    );
    k.activateBackward(TANH, 0, 0, da.ptr + toG, G, gates.ptr + toG, G, D, 0, B);
    k.gemmABt(dh!.ptr, D, da.ptr, G, u.ptr, G, D, G, false, panel, 0, B);
    k.gemmAtB(dU.ptr, G, h.ptr, D, da.ptr, G, G, B, false, panel, 0, D);
    const tensors = { next: next!, out: out!, da, dh: dh!, dc, dU };
    const result = Object.fromEntries(
      Object.entries(tensors).map(([name, { values }]) => [name, values.slice()]),
    );
    expect(bench.intact()).toBe(true);

    const act = { kind: "tanh" } as const;
    const step = lstmForward(f64(A), f64(H), f64(C), f64(U), B, D, act);
    const back = lstmBackward(f64(dOut), f64(dNext), f64(H), f64(C), step, f64(U), B, D, act);
    return { result, want: { next: step.next, out: step.out, ...back } };
  }

  // Sums over D and B of products of order 1: errors stay below 2e-6 (6e-6 where four blocks add up).
  test.each(shapes)("a step and its gradients agree at B=$B, D=$D", ({ B, D }) => {
    const { result, want } = run(B, D, [0, B]);
    for (const name of ["next", "out", "da", "dc"] as const) {
      expect(absoluteError(result[name]!, want[name]), name).toBeLessThan(2e-6);
    }
    for (const name of ["dh", "dU"] as const) {
      expect(absoluteError(result[name]!, want[name]), name).toBeLessThan(6e-6);
    }
  });

  test("has the same bits however its rows are cut", () => {
    expect(run(7, 12, [0, 1, 4, 4, 7]).result).toEqual(run(7, 12, [0, 7]).result);
  });

  test("each kernel leaves rows outside [begin, end) untouched", () => {
    const [B, D] = [5, 4];
    const inputs = new Inputs(3);
    const k = bench.kernels;
    type At = Record<"gates" | "da" | "x" | "y" | "z", number>;
    const calls: ((at: At) => void)[] = [
      (at) => k.lstmState(at.gates, at.x, at.y, at.z, D, 1, 3),
      (at) => k.lstmOutput(at.gates, at.x, at.y, D, 1, 3),
      (at) => k.lstmOutputBackward(at.x, D, at.gates, at.y, at.da, at.z, D, 1, 3),
      (at) => k.lstmStateBackward(at.x, at.gates, at.y, at.z, at.da, D, 1, 3),
    ];
    for (const call of calls) {
      const wide = ["gates", "da"].map((name) => [name, bench.floats(inputs.uniform(B * 4 * D))]);
      const narrow = ["x", "y", "z"].map((name) => [name, bench.floats(inputs.uniform(B * D))]);
      const all: [string, ReturnType<Bench["floats"]>][] = [...wide, ...narrow] as never;
      const before = all.map(([, { values }]) => values.slice());
      call(Object.fromEntries(all.map(([name, { ptr }]) => [name, ptr])) as At);
      for (const [n, [name, { values }]] of all.entries()) {
        const width = n < 2 ? 4 * D : D;
        for (let i = 0; i < values.length; ++i) {
          const row = Math.floor(i / width);
          if (row < 1 || row >= 3) expect(values[i], name).toBe(before[n]![i]);
        }
      }
      expect(bench.intact()).toBe(true);
    }
  });

  test("lstmOutputBackward reads a gradient whose rows lie further apart", () => {
    const [B, D, ld] = [3, 4, 8];
    const inputs = new Inputs(4);
    const [dOut, gates, s] = [B * ld, B * 4 * D, B * D].map((length) => inputs.uniform(length));
    const [da, ds] = [bench.scratch(B * 4 * D), bench.scratch(B * D)];
    const at = [dOut!, gates!, s!].map((values) => bench.floats(values).ptr);
    bench.kernels.lstmOutputBackward(at[0]!, ld, at[1]!, at[2]!, da.ptr, ds.ptr, D, 0, B);
    for (let b = 0; b < B; ++b) {
      for (let i = 0; i < D; ++i) {
        const [d, o] = [dOut![b * ld + i]!, gates![b * 4 * D + 3 * D + i]!];
        expect(ds.values[b * D + i]).toBeCloseTo(d * o, 6);
        expect(da.values[b * 4 * D + 3 * D + i]).toBeCloseTo(d * s![b * D + i]! * o * (1 - o), 6);
        expect(da.values[b * 4 * D + i]).toBeNaN();
      }
    }
    expect(bench.intact()).toBe(true);
  });
});
