import { beforeAll, describe, expect, test } from "vitest";
import { PANEL_FLOATS } from "../../src/wasm/panel.js";
import { product, transpose } from "../reference/matrix.js";
import { Bench, builds, Inputs, padded, unpadded } from "./harness.js";

// Heights around the tile (5 or 6), widths around the panel (8) and its half, depths around the
// unrolling (4) and the panel's (256); the last are a batch of 32 over D = 100 and over 3·D, widths that
// are cut into parts, rows 64 floats apart, which AᵀB copies in blocks of 72 columns, and what fills the scratch.
const shapes = [
  [1, 1, 1],
  [1, 4, 3],
  [2, 5, 4],
  [3, 8, 7],
  [5, 9, 1],
  [6, 12, 5],
  [7, 16, 255],
  [11, 3, 256],
  [12, 17, 257],
  [13, 20, 513],
  [25, 24, 12],
  [32, 100, 100],
  [33, 300, 31],
  [3, 264, 260],
  [60, 512, 257],
  [124, 256, 257],
] as const;

const kinds = ["gemmAB", "gemmABt", "gemmAtB"] as const;

describe.each(builds)("products, $numerics, shared $shared", (build) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.create(build);
  });

  /** C of one call over rows [begin, end), on operands with leading dimensions beyond their width. */
  function run(
    kind: (typeof kinds)[number],
    [M, N, K]: readonly [number, number, number],
    options: { start?: Float32Array; cuts?: number[]; extra?: number } = {},
  ): { C: Float32Array; A: Float64Array; B: Float64Array; before: Float32Array } {
    const inputs = new Inputs(7 * M + 11 * N + 13 * K);
    const A = inputs.uniform(M * K); // [M, K]
    const B = inputs.uniform(K * N); // [K, N]
    const extra = options.extra ?? 4;
    const ldC = Math.ceil(N / 4) * 4 + extra;
    const before = options.start ?? new Float32Array(M * N).fill(Number.NaN);

    const c = bench.floats(padded(before, M, N, ldC));
    const a =
      kind === "gemmAtB"
        ? bench.floats(padded(transpose(Float64Array.from(A), M, K), K, M, M + extra))
        : bench.floats(padded(A, M, K, K + extra));
    const b =
      kind === "gemmABt"
        ? bench.floats(padded(transpose(Float64Array.from(B), K, N), N, K, K + extra))
        : bench.floats(padded(B, K, N, N + extra));
    const panel = bench.scratch(PANEL_FLOATS);
    const ldA = (kind === "gemmAtB" ? M : K) + extra;
    const ldB = (kind === "gemmABt" ? K : N) + extra;
    const cuts = options.cuts ?? [0, M];
    for (let i = 0; i + 1 < cuts.length; ++i) {
      bench.kernels[kind](
        c.ptr,
        ldC,
        a.ptr,
        ldA,
        b.ptr,
        ldB,
        N,
        K,
        options.start !== undefined,
        panel.ptr,
        cuts[i]!,
        cuts[i + 1]!,
      );
    }
    const C = unpadded(c.values, M, N, ldC);
    const beyond = Math.ceil(N / 4) * 4; // a row's last vector may be written whole, no more
    for (let i = 0; i < M; ++i) {
      for (let j = beyond; j < ldC; ++j) expect(c.values[i * ldC + j]).toBeNaN();
    }
    expect(bench.intact()).toBe(true);
    return { C, A: Float64Array.from(A), B: Float64Array.from(B), before };
  }

  describe.each(kinds)("%s", (kind) => {
    // |error| ≤ (K + 2)·2⁻²⁴·Σ|a·b|: the bound of a sum of K rounded products.
    test.each(shapes)("agrees with its definition at [%i, %i] over %i", (M, N, K) => {
      const { C, A, B } = run(kind, [M, N, K]);
      const want = product(A, B, M, K, N);
      const size = product(A.map(Math.abs), B.map(Math.abs), M, K, N);
      for (let i = 0; i < M * N; ++i) {
        expect(Math.abs(C[i]! - want[i]!)).toBeLessThanOrEqual((K + 2) * 2 ** -24 * size[i]!);
      }
    });

    test.each([
      [6, 12, 5],
      [13, 20, 513],
      [3, 5, 257],
    ] as const)("adds to what is there at [%i, %i] over %i", (M, N, K) => {
      const start = new Inputs(5).uniform(M * N);
      const { C, A, B } = run(kind, [M, N, K], { start });
      const want = product(A, B, M, K, N).map((value, i) => value + start[i]!);
      const size = product(A.map(Math.abs), B.map(Math.abs), M, K, N);
      for (let i = 0; i < M * N; ++i) {
        expect(Math.abs(C[i]! - want[i]!)).toBeLessThanOrEqual((K + 3) * 2 ** -24 * (size[i]! + 1));
      }
    });

    test("reads nothing beyond its operands, whatever rows are left for the last tile", () => {
      const [N, K] = [11, 9];
      for (let M = 1; M <= 13; ++M) {
        const [A, B] = [new Inputs(M).uniform(M * K), new Inputs(K).uniform(N * K)];
        const c = bench.scratch(M * 12);
        const panel = bench.scratch(PANEL_FLOATS).ptr;
        const [ldA, ldB] = [kind === "gemmAtB" ? M : K, kind === "gemmABt" ? K : N];
        const run = (a: number, b: number): Float32Array => {
          bench.kernels[kind](c.ptr, 12, a, ldA, b, ldB, N, K, false, panel, 0, M);
          return unpadded(c.values, M, N, 12);
        };
        const [a, b] = [bench.floats(A).ptr, bench.floats(B).ptr];
        const whole = run(a, b);
        // Memory ends with A, then with B.
        expect(run(bench.floatsAtEnd(A).ptr, b)).toEqual(whole);
        expect(run(a, bench.floatsAtEnd(B).ptr)).toEqual(whole);
        expect(bench.intact()).toBe(true);
      }
    });

    test("reads nothing beyond an A whose rows are 64 floats apart", () => {
      const [M, N, K] = [64, 11, 64];
      const [A, B] = [new Inputs(M).uniform(M * K), new Inputs(K).uniform(N * K)];
      const c = bench.scratch(M * 12);
      const panel = bench.scratch(PANEL_FLOATS).ptr;
      const ldB = kind === "gemmABt" ? K : N;
      const run = (a: number): Float32Array => {
        // Two ranges of rows: the second begins within a vector.
        const b = bench.floats(B).ptr;
        bench.kernels[kind](c.ptr, 12, a, 64, b, ldB, N, K, false, panel, 0, 3);
        bench.kernels[kind](c.ptr, 12, a, 64, b, ldB, N, K, false, panel, 3, M);
        return unpadded(c.values, M, N, 12);
      };
      expect(run(bench.floatsAtEnd(A).ptr)).toEqual(run(bench.floats(A).ptr));
      expect(bench.intact()).toBe(true);
    });

    test.each([
      [23, 20, 300],
      [60, 20, 300], // rows 64 apart
    ] as const)("gives the same bits wherever its rows are cut, [%i, %i] over %i", (...shape) => {
      const whole = run(kind, shape).C;
      expect(run(kind, shape, { extra: 8 }).C).toEqual(whole); // and however far apart they are
      for (const cuts of [
        [0, 1, 23],
        [0, 5, 10, 23],
        [0, 7, 8, 9, 22, 23],
        [0, 11, 11, 23],
      ].map((rows) => [...rows.slice(0, -1), shape[0]])) {
        expect(run(kind, shape, { cuts }).C).toEqual(whole);
      }
    });

    const fused = build.numerics === "fast"; // the others have no choice of tiles
    test.runIf(fused)("gives the same bits whatever the height of its tiles", async () => {
      const shape = [23, 20, 300] as const;
      const high = run(kind, shape).C;
      const usual = bench;
      for (const rows of [1, 2, 3, 4, 5]) {
        bench = await Bench.create(build, rows);
        expect(run(kind, shape).C).toEqual(high);
      }
      bench = usual;
    });

    test("leaves rows outside [begin, end) untouched", () => {
      const { C } = run(kind, [9, 7, 5], { cuts: [2, 6] });
      for (let i = 0; i < 9; ++i) {
        for (let j = 0; j < 7; ++j) expect(Number.isNaN(C[i * 7 + j]!)).toBe(i < 2 || i >= 6);
      }
    });

    test("does nothing over no rows or no columns", () => {
      expect(run(kind, [4, 0, 3]).C).toHaveLength(0);
      expect(run(kind, [4, 6, 3], { cuts: [2, 2] }).C.every(Number.isNaN)).toBe(true);
    });

    test("needs no gap between rows", () => {
      const { C, A, B } = run(kind, [6, 8, 9], { extra: 0 });
      const want = product(A, B, 6, 9, 8);
      for (let i = 0; i < C.length; ++i) expect(C[i]).toBeCloseTo(want[i]!, 5);
    });
  });

  test("gives equal bits for equal inputs in all three", () => {
    for (const shape of [[7, 13, 258] as const, [32, 100, 100] as const]) {
      const [first, ...others] = kinds.map((kind) => run(kind, shape).C);
      for (const other of others) expect(other).toEqual(first);
    }
  });
});
