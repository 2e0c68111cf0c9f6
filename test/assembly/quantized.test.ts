/** The 7-bit table: rows against their definition, and bounds that hold. */

import { beforeAll, describe, expect, test } from "vitest";
import { CounterRandom } from "../../src/random.js";
import { Bench, type Floats, standardBuilds } from "./harness.js";

// One row, a row tail, whole blocks and a tail; one vector of columns, a tail, the paper's 100, 512.
const shapes = [1, 4, 7, 64, 131].flatMap((I) => [4, 16, 36, 100, 512].map((K) => ({ I, K })));

describe.each(standardBuilds)("quantized rows, $numerics, shared $shared", (build) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.create(build);
  });

  test.each(shapes)("follow their definition at $I rows of $K", ({ I, K }) => {
    const random = new CounterRandom(1, 9, I, K);
    const draw = (length: number): Float32Array =>
      Float32Array.from({ length }, () => random.next() - 0.5);
    const room = Math.ceil(I / 4) * 4;
    const table = draw(I * (K + 4));
    if (I > 1) table.fill(0, K + 4, 2 * (K + 4)); // a row of nothing
    const biases = draw(room);
    const most = Math.min(127, Math.floor(66_000 / K));
    const x = Int8Array.from({ length: Math.ceil(K / 16) * 16 }, (_, k) =>
      k < K ? Math.round((random.next() * 2 - 1) * most) : 0,
    );
    const q = bench.floats(new Float32Array((room * K) / 4 + 4));
    const scales = bench.floats(new Float32Array(room));
    const norms = bench.doubles(2);
    const out = bench.scratch(room);
    const peaks = bench.scratch(Math.ceil(I / 64) * 4);
    const from = bench.floats(table).ptr;
    // In two halves, as blocks of a large table come.
    const half = Math.floor(I / 2);
    for (const [begin, end] of [
      [0, half],
      [half, I],
    ] as const) {
      bench.kernels.quantizeRows(q.ptr, scales.ptr, norms.ptr, from, K + 4, K, begin, end);
    }
    const inputs = [scales.ptr, bench.floats(biases).ptr, bytes(bench, x)] as const;
    bench.kernels.boundRows(out.ptr, peaks.ptr, q.ptr, ...inputs, 0.01, -3, K, I);

    const copy = new Uint8Array(q.values.buffer, q.ptr, I * K);
    const largest = { square: 0, missed: 0 };
    const highest = new Array(peaks.values.length).fill(Number.NEGATIVE_INFINITY);
    for (let i = 0; i < I; ++i) {
      const row = table.subarray(i * (K + 4), i * (K + 4) + K);
      const scale = scales.values[i]!;
      expect(scale).toBe(Math.fround(Math.max(1e-30, ...row.map(Math.abs)) / 63));
      let [sum, square, missed] = [0, 0, 0];
      for (let k = 0; k < K; ++k) {
        const value = copy[i * K + k]! - 64;
        const exact = row[k]! / scale;
        if (Math.abs(value - exact) > 0.5) throw new Error(`row ${i}, ${k}: ${value} for ${exact}`);
        sum += (value + 64) * x[k]!;
        square += value * value;
        missed += (exact - value) ** 2;
      }
      largest.square = Math.max(largest.square, square);
      largest.missed = Math.max(largest.missed, missed);
      const expected = biases[i]! + scale * (0.01 * sum - 3);
      const tolerance = 1e-6 * (Math.abs(biases[i]!) + scale * (Math.abs(0.01 * sum) + 3));
      expect(Math.abs(out.values[i]! - expected)).toBeLessThanOrEqual(tolerance);
      const peak = Math.floor(i / 64) * 4 + (i % 4);
      highest[peak] = Math.max(highest[peak], out.values[i]!);
    }
    expect(norms.values[0]).toBe(largest.square);
    expect(Math.abs(norms.values[1]! - largest.missed)).toBeLessThan(1e-12 * K);
    for (const [p, value] of highest.entries()) {
      if (I % 4 === 0) expect(peaks.values[p]).toBe(value);
      else expect(peaks.values[p]).toBeGreaterThanOrEqual(value); // rows beyond I have room, and may count
    }
    expect(bench.intact()).toBe(true);
  });

  test.each([1, 4, 63, 64, 65, 200])("listFrom: rows of %i that reach a floor", (I) => {
    const random = new CounterRandom(2, 9, I, 0);
    const bounds = Float32Array.from({ length: I }, () => Math.floor(random.next() * 9) - 4);
    if (I > 4) [bounds[2], bounds[3]] = [Number.NEGATIVE_INFINITY, Number.NaN];
    // Peaks of what the bounds were before some were masked, and one block that is too low to look at.
    const peaks = new Float32Array(Math.ceil(I / 64) * 4).fill(5);
    if (I > 64) peaks.fill(-9, 4, 8);
    const rows = bench.words(new Int32Array(I).fill(-1));
    const [from, tops] = [bench.floats(bounds), bench.floats(peaks)];
    const found = bench.kernels.listFrom(rows.ptr, from.ptr, tops.ptr, I, 1);
    const wanted = Array.from(bounds.keys()).filter(
      (i) => !(bounds[i]! < 1) && !(i >= 64 && i < 128),
    );
    expect(Array.from(rows.values.subarray(0, found))).toEqual(wanted);
    expect(bench.intact()).toBe(true);
  });
});

/** Both builds give one bound: what is scored may not depend on which one is there. */
test("the builds bound alike, bit for bit", async () => {
  const random = new CounterRandom(3, 9, 0, 0);
  const [I, K] = [260, 100];
  const table = Float32Array.from({ length: I * K }, () => random.next() - 0.5);
  const x = Int8Array.from({ length: 112 }, (_, k) =>
    k < K ? Math.round(random.next() * 254) - 127 : 0,
  );
  const results = [];
  for (const build of standardBuilds) {
    const bench = await Bench.create(build);
    const q = bench.floats(new Float32Array((I * K) / 4 + 4));
    const scales = bench.floats(new Float32Array(I));
    const [out, peaks] = [bench.scratch(I), bench.scratch(Math.ceil(I / 64) * 4)];
    const from = bench.floats(table).ptr;
    bench.kernels.quantizeRows(q.ptr, scales.ptr, bench.doubles(2).ptr, from, K, K, 0, I);
    const inputs = [scales.ptr, bench.floats(new Float32Array(I)).ptr, bytes(bench, x)] as const;
    bench.kernels.boundRows(out.ptr, peaks.ptr, q.ptr, ...inputs, 0.003, 0.7, K, I);
    results.push([...bits(out), ...bits(peaks)]);
  }
  for (const result of results) expect(result).toEqual(results[0]);
});

function bytes(bench: Bench, values: Int8Array): number {
  return bench.floats(new Float32Array(values.buffer)).ptr;
}

function bits({ values }: Floats): number[] {
  return Array.from(new Int32Array(values.buffer, values.byteOffset, values.length));
}
