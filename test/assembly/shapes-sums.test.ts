/**
 * Kernels that sum, over random shapes and awkward numbers, against f64: within 1e-5 of the sum of
 * the sizes of the terms, which is 1e-5 relative where terms do not cancel.
 */

import { beforeAll, describe, expect, test } from "vitest";
import { PANEL_FLOATS } from "../../src/wasm/panel.js";
import { transpose } from "../reference/matrix.js";
import { Awkward, sumTolerance } from "./awkward.js";
import { Bench, builds, padded } from "./harness.js";

const CASES = 700;

type Five = [number, number, number, number, number];

/** Throws at the first sum that is further off than its terms allow. */
function expectSums(
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  sizes: ArrayLike<number>,
  terms: number,
  seed: number,
): void {
  for (let i = 0; i < want.length; ++i) {
    if (Math.abs(got[i]! - want[i]!) <= sumTolerance(sizes[i]!, terms)) continue;
    throw new Error(`seed ${seed}, element ${i}: expected ${want[i]}, got ${got[i]}`);
  }
}

describe.each(builds.filter(({ shared }) => !shared))("random shapes, $numerics", (build) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.create(build);
  });

  test.each(["gemmAB", "gemmABt", "gemmAtB"] as const)(`%s sums, ${CASES} shapes`, (kind) => {
    const panel = new Float32Array(PANEL_FLOATS).fill(Number.NaN);
    for (let seed = 0; seed < CASES; ++seed) {
      const random = new Awkward(seed);
      const [M, N] = [random.size(0, 26, 6), random.size(0, 26, 8)];
      // Once in a while deeper than a panel or wider than all panels.
      const K = seed % 25 === 0 ? random.size(250, 520, 256) : random.size(0, 40, 8);
      const begin = random.size(0, M);
      const end = random.size(begin, M);
      const accumulate = random.pick([true, false]);
      const A = Float64Array.from(random.floats(M * K)); // [M, K]
      const B = Float64Array.from(random.floats(K * N)); // [K, N]
      const start = random.floats(M * N);
      const [a, ldA] = kind === "gemmAtB" ? [transpose(A, M, K), M + 3] : [A, K + 3];
      const [b, ldB] = kind === "gemmABt" ? [transpose(B, K, N), K + 5] : [B, N + 5];
      const ldC = Math.ceil(N / 4) * 4 + 4;
      const c = bench.floats(padded(start, M, N, ldC));
      const at = bench.floats(kind === "gemmAtB" ? padded(a, K, M, ldA) : padded(a, M, K, ldA)).ptr;
      const bt = bench.floats(kind === "gemmABt" ? padded(b, N, K, ldB) : padded(b, K, N, ldB)).ptr;
      const operands = [c.ptr, ldC, at, ldA, bt, ldB, N, K, accumulate] as const;
      bench.kernels[kind](...operands, bench.floats(panel).ptr, begin, end);
      const want = new Float64Array(M * N);
      const sizes = new Float64Array(M * N);
      const got = new Float64Array(M * N);
      for (let i = 0; i < M; ++i) {
        for (let j = 0; j < N; ++j) {
          const kept = i < begin || i >= end;
          // A product over nothing writes nothing: there is no block to overwrite with.
          const first = kept || accumulate || K === 0 ? start[i * N + j]! : 0;
          let [sum, size] = [first, Math.abs(first)];
          for (let k = 0; k < K && !kept; ++k) {
            sum += A[i * K + k]! * B[k * N + j]!;
            size += Math.abs(A[i * K + k]! * B[k * N + j]!);
          }
          want[i * N + j] = sum;
          sizes[i * N + j] = kept ? 0 : size;
          got[i * N + j] = c.values[i * ldC + j]!;
        }
      }
      expectSums(got, want, sizes, K, seed);
      if (!bench.intact()) throw new Error(`seed ${seed}: wrote beside its buffers`);
    }
  });

  test(`sumRows and dotRows sum, ${CASES} shapes each`, () => {
    for (let seed = 0; seed < CASES; ++seed) {
      const random = new Awkward(seed + 10_000);
      const [rows, K] = [random.size(0, 70, 4), random.fours(0, 72)];
      const stride = K + random.pick([0, 4, 9]);
      const table = random.floats(rows * stride);
      const x = random.floats(K);
      const at = bench.floats(table).ptr;
      const [dots, sums] = [bench.scratch(rows), bench.scratch(K)];
      bench.kernels.dotRows(dots.ptr, 0, rows, at, stride, bench.floats(x).ptr, K);
      bench.kernels.sumRows(sums.ptr, at, stride, rows, 0, K);

      const wanted = new Float64Array(K);
      const sizes = new Float64Array(K);
      for (let n = 0; n < rows; ++n) {
        let [dot, size] = [0, 0];
        for (let i = 0; i < K; ++i) {
          const value = table[n * stride + i]!;
          wanted[i]! += value;
          sizes[i]! += Math.abs(value);
          dot += value * x[i]!;
          size += Math.abs(value * x[i]!);
        }
        expectSums([dots.values[n]!], [dot], [size], K, seed);
      }
      expectSums(sums.values, wanted, sizes, rows, seed);
      if (!bench.intact()) throw new Error(`seed ${seed}: wrote beside its buffers`);
    }
  });

  test(`sumGradients and squareRows sum what groupRows chains, ${CASES} shapes each`, () => {
    for (let seed = 0; seed < CASES; ++seed) {
      const random = new Awkward(seed + 20_000);
      const [border, inputs, I] = [random.size(0, 12), random.size(0, 6), random.size(1, 9)];
      const width = random.fours(4, 40);
      const inputWidth = random.pick([width, Math.max(4, width - 4)]);
      const n = border + inputs;
      const items = random.below(I, n);
      const [scored, given] = [random.floats(border * width), random.floats(inputs * inputWidth)];
      const [s, g] = [bench.floats(scored), bench.floats(given)];
      const list = bench.words(items).ptr;
      const slots = bench.words(random.below(50, I)).ptr;
      const lists = [0, 1, 2, 3, 4].map(() => bench.words(new Int32Array(n)));
      const [distinct, first, last, next, heads] = lists.map(({ ptr }) => ptr) as Five;
      const k = bench.kernels;
      const count = k.groupRows(list, slots, distinct, first, last, next, 0, 0, n);
      const matrices = [s.ptr, width, g.ptr, inputWidth, border] as const;
      k.sumGradients(...matrices, first, next, heads, 0, count);
      const norms = bench.doubles(count);
      const columns = Math.min(width, inputWidth);
      k.squareRows(norms.ptr, heads, columns, 0, count);

      expect([...lists[0]!.values.subarray(0, count)]).toEqual([...new Set(items)]);
      for (let u = 0; u < count; ++u) {
        const item = lists[0]!.values[u]!;
        const isScored = items.indexOf(item) < border;
        const sum = new Float64Array(isScored ? width : inputWidth);
        const size = new Float64Array(sum.length);
        items.forEach((other, j) => {
          if (other !== item) return;
          const [from, row, w] =
            j < border ? [scored, j, width] : ([given, j - border, inputWidth] as const);
          for (let i = 0; i < w; ++i) {
            sum[i]! += from[row * w + i]!;
            size[i]! += Math.abs(from[row * w + i]!);
          }
        });
        const at = lists[4]!.values[u]! - (isScored ? s.ptr : g.ptr);
        const got = (isScored ? s : g).values.subarray(at / 4, at / 4 + sum.length);
        expectSums(got, sum, size, n, seed);
        const square = got.subarray(0, columns).reduce((total, value) => total + value * value, 0);
        expectSums([norms.values[u]!], [square], [square], columns, seed);
      }
      if (!bench.intact()) throw new Error(`seed ${seed}: wrote beside its buffers`);
    }
  });
});
