/** The 7-bit table: rows against their definition, and bounds that hold. */

import { beforeAll, describe, expect, test } from "vitest";
import { CounterRandom } from "../../src/random.js";
import { Bench, type Floats, Inputs, standardBuilds } from "./harness.js";

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
    const table = draw(I * (K + 4));
    if (I > 1) table.fill(0, K + 4, 2 * (K + 4)); // a row of nothing
    const hidden = draw(K).map((value) => 0.1 * value);
    const { rows, scales, biases, norms, units, added, out, peaks } = bounded(
      ...([bench, table, hidden, I, K] as const),
    );

    const largest = { square: 0, missed: 0, scale: 0, bias: 0 };
    const highest = new Array(peaks.values.length).fill(Number.NEGATIVE_INFINITY);
    const most = Math.min(127, Math.floor(66_000 / K));
    const unit = units.values[0]!;
    expect(unit).toBe(Math.fround(Math.max(...hidden.map(Math.abs)) / most));
    for (let i = 0; i < I; ++i) {
      const row = table.subarray(i * (K + 4), (i + 1) * (K + 4));
      const scale = scales.values[i]!;
      expect(scale).toBe(Math.fround(Math.max(1e-30, ...row.subarray(0, K).map(Math.abs)) / 63));
      let [sum, square, missed, exact, size] = [0, 0, 0, row[K]!, Math.abs(row[K]!)];
      for (let k = 0; k < K; ++k) {
        const value = byteOf(rows, i, k, K) - 64;
        const whole = row[k]! / scale;
        if (Math.abs(value - whole) > 0.5) throw new Error(`row ${i}, ${k}: ${value} for ${whole}`);
        sum += (value + 64) * Math.round(hidden[k]! / unit);
        square += value * value;
        missed += (whole - value) ** 2;
        exact += row[k]! * hidden[k]!;
        size += Math.abs(row[k]! * hidden[k]!);
      }
      largest.square = Math.max(largest.square, square);
      largest.missed = Math.max(largest.missed, missed);
      largest.scale = Math.max(largest.scale, scale);
      largest.bias = Math.max(largest.bias, Math.abs(row[K]!));
      const bias = biases.values[i]!;
      expect(bias).toBeGreaterThanOrEqual(row[K]! + Math.abs(row[K]!) * (K / 4) * 2 ** -24);
      expect(bias - row[K]!).toBeLessThanOrEqual(Math.abs(row[K]!) * (K + 64) * 2 ** -24);
      const a = added.values[0]!;
      const expected = bias + scale * (unit * sum + a);
      const tolerance = 1e-6 * (Math.abs(bias) + scale * (Math.abs(unit * sum) + Math.abs(a)));
      expect(Math.abs(out.values[i]! - expected)).toBeLessThanOrEqual(tolerance);
      expect(out.values[i]!).toBeGreaterThanOrEqual(exact + size * (K / 4) * 2 ** -24);
      const peak = Math.floor(i / 64) * 4 + (i % 4);
      highest[peak] = Math.max(highest[peak], out.values[i]!);
    }
    const { square, missed, scale, bias } = largest;
    expect([norms.values[0], norms.values[2], norms.values[3]]).toEqual([square, scale, bias]);
    expect(Math.abs(norms.values[1]! - missed)).toBeLessThan(1e-12 * K);
    // What is added: the rounding of the state, that of the rows, little more, less what the 64s bring.
    const steps = Array.from(hidden, (value) => Math.round(value / unit));
    const off = Math.hypot(...steps.map((x, k) => hidden[k]! - x * unit));
    const tight = Math.sqrt(missed) * Math.hypot(...hidden) + Math.sqrt(square) * off;
    const least = tight - 64 * unit * steps.reduce((total, x) => total + x, 0);
    expect(added.values[0]!).toBeGreaterThanOrEqual(least);
    expect(added.values[0]! - least).toBeLessThan(1e-6 * K * (tight + 64 * most * unit * K));
    expect(Array.from(peaks.values)).toEqual(highest);
    expect(bench.intact()).toBe(true);
  });

  test.each(shapes)("of $I rows of $K and no bias are those of a bias of 0", ({ I, K }) => {
    bench.intact(); // forget what an earlier case left
    const inputs = new Inputs(I + K);
    const room = Math.ceil(I / 4) * 4;
    const quantized = (values: Float32Array, stride: number): number[][] => {
      const made = [bench.scratch((room * K) / 4), bench.scratch(I), bench.scratch(I)] as const;
      const norms = bench.doubles(4);
      const [rows, scales, biases] = made;
      const table = bench.floatsAtEnd(values); // what is read beyond it is a trap
      const to = [rows.ptr, scales.ptr, biases.ptr, norms.ptr] as const;
      bench.kernels.quantizeRows(...to, table.ptr, stride, K, 0, I);
      const bytes = Array.from({ length: I * K }, (_, at) =>
        byteOf(rows, Math.floor(at / K), at % K, K),
      );
      return [bytes, [...scales.values], [...biases.values], [...norms.values]];
    };
    const bare = inputs.uniform(I * K);
    const whole = Float32Array.from({ length: I * (K + 4) }, (_, at) =>
      at % (K + 4) < K ? bare[Math.floor(at / (K + 4)) * K + (at % (K + 4))]! : 0,
    );
    expect(quantized(bare, K)).toEqual(quantized(whole, K + 4));
  });

  test("have no bound for a state that is not finite, or beyond the floats", () => {
    const table = new Float32Array(5 * 12).fill(0.5);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 3e38]) {
      const hidden = new Float32Array(8).fill(0.1);
      hidden[3] = value;
      const { out, units, added } = bounded(bench, table, hidden, 5, 8);
      expect([units.values[0], added.values[0]]).toEqual([0, Number.POSITIVE_INFINITY]);
      expect(Array.from(out.values.subarray(0, 5))).toEqual(
        new Array(5).fill(Number.POSITIVE_INFINITY),
      );
    }
  });

  test.each([1, 4, 63, 64, 65, 200])("listRowsFrom: rows of %i that reach a floor", (I) => {
    const random = new CounterRandom(2, 9, I, 0);
    const bounds = Float32Array.from({ length: I }, () => Math.floor(random.next() * 9) - 4);
    if (I > 4) [bounds[2], bounds[3]] = [Number.NEGATIVE_INFINITY, Number.NaN];
    // Peaks at the floor itself, whatever the bounds are, and one block that is too low to look at.
    const peaks = new Float32Array(Math.ceil(I / 64) * 4).fill(1);
    if (I > 64) peaks.fill(-9, 4, 8);
    const rows = bench.words(new Int32Array(I).fill(-1));
    const [from, tops] = [bench.floats(bounds), bench.floats(peaks)];
    const found = bench.kernels.listRowsFrom(rows.ptr, from.ptr, tops.ptr, I, 1);
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
  const draw = (length: number): Float32Array =>
    Float32Array.from({ length }, () => random.next() - 0.5);
  const [table, hidden] = [draw(I * (K + 4)), draw(K)];
  const results = [];
  for (const build of standardBuilds) {
    const { out, peaks } = bounded(await Bench.create(build), table, hidden, I, K);
    results.push([...bits(out).slice(0, I), ...bits(peaks)]);
  }
  for (const result of results) expect(result).toEqual(results[0]);
});

/** Bounds of I rows f32[I, K + 4] for one state, and all that they were made from. */
function bounded(bench: Bench, table: Float32Array, hidden: Float32Array, I: number, K: number) {
  const room = Math.ceil(I / 16) * 16;
  const floats = (length: number, value = 0): Floats =>
    bench.floats(new Float32Array(length).fill(value));
  const rows = floats((room * K) / 4);
  const [scales, biases] = [floats(room), floats(room, Number.NEGATIVE_INFINITY)];
  const norms = bench.doubles(4);
  const [states, units, added] = [floats(4 * K), bench.scratch(1), bench.scratch(1)];
  const [out, peaks] = [bench.scratch(room), bench.scratch(Math.ceil(I / 64) * 4)];
  const from = bench.floats(table).ptr;
  const half = Math.floor(I / 2); // in two halves, as blocks of a large table come
  for (const range of [[0, half] as const, [half, I] as const]) {
    const to = [rows.ptr, scales.ptr, biases.ptr, norms.ptr] as const;
    bench.kernels.quantizeRows(...to, from, K + 4, K, ...range);
  }
  const state = [states.ptr, units.ptr, added.ptr] as const;
  bench.kernels.quantizeStates(...state, norms.ptr, bench.floats(hidden).ptr, K, K, 0, 1);
  const quantized = [rows.ptr, scales.ptr, biases.ptr] as const;
  bench.kernels.boundRows(out.ptr, peaks.ptr, ...quantized, ...state, K, I);
  return { rows, scales, biases, norms, units, added, out, peaks };
}

/** Column k of row i: fours of rows, then of columns. */
function byteOf({ values, ptr }: Floats, i: number, k: number, K: number): number {
  const at = Math.floor(i / 4) * 4 * K + Math.floor(k / 4) * 16 + (i % 4) * 4 + (k % 4);
  return new Uint8Array(values.buffer, ptr, at + 1)[at]!;
}

function bits({ values }: Floats): number[] {
  return Array.from(new Int32Array(values.buffer, values.byteOffset, values.length));
}
