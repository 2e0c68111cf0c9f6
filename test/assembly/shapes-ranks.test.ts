/**
 * Kernels that count, list, copy and draw, over random shapes and awkward scores with NaN and ±∞
 * among them: exactly what their definition says.
 */

import { beforeAll, describe, expect, test } from "vitest";
import { threefry } from "../../src/random.js";
import { countRank, topItems } from "../reference/ranking.js";
import { Awkward } from "./awkward.js";
import { Bench, builds, standardBuilds } from "./harness.js";

const CASES = 400;
const { NaN: nan, NEGATIVE_INFINITY: low, POSITIVE_INFINITY: high } = Number;

describe.each(builds.filter(({ shared }) => !shared))("random shapes, $numerics", (build) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.create(build);
  });

  /** Scores with ties, and in one case of three with what is no number. */
  function scoresOf(random: Awkward, length: number): Float32Array {
    const scores = random.floats(length, 4);
    if (random.pick([0, 1, 2]) > 0) return scores;
    return scores.map((score) => random.pick([score, score, nan, low, high]));
  }
  /** What may be listed, best first. */
  function best(column: readonly number[], count: number): number[] {
    const kept = column.map((score) => (Number.isNaN(score) ? low : score));
    return topItems(kept, kept.length)
      .filter((item) => kept[item]! > low)
      .slice(0, count);
  }
  const listed = (items: Int32Array): number[] => [...items].filter((item) => item >= 0);

  test(`countRanks counts, ${CASES} shapes`, () => {
    for (let seed = 0; seed < CASES; ++seed) {
      const random = new Awkward(seed + 70_000);
      const [B, I] = [random.size(1, 9), random.size(1, 40)];
      const ld = Math.ceil(B / 4) * 4;
      const scores = scoresOf(random, I * ld);
      const own = random.below(I, ld);
      const targets = bench.floats(own.map((item, b) => item * ld + b)).values;
      targets.forEach((_, b) => {
        targets[b] = scores[own[b]! * ld + b]!;
      });
      const greater = bench.words(new Int32Array(ld));
      const equal = bench.words(new Int32Array(ld));
      const at = bench.floats(scores).ptr;
      bench.kernels.countRanks(at, ld, I, targets.byteOffset, greater.ptr, equal.ptr, 0, B);
      for (let b = 0; b < B; ++b) {
        const column = Array.from({ length: I }, (_, n) => scores[n * ld + b]!);
        const wanted = countRank(column, own[b]!);
        const isNumber = !Number.isNaN(targets[b]!);
        // A NaN target has everything before it, itself too.
        const above = isNumber ? wanted.greater : I;
        const same = isNumber ? wanted.equal + 1 : 0;
        expect([greater.values[b], equal.values[b]], `seed ${seed}`).toEqual([above, same]);
      }
      if (!bench.intact()) throw new Error(`seed ${seed}: wrote beside its buffers`);
    }
  });

  test(`topK and topKRows list as a full sort does, ${CASES} shapes each`, () => {
    for (let seed = 0; seed < CASES; ++seed) {
      const random = new Awkward(seed + 80_000);
      const [B, I, count] = [random.size(1, 9), random.size(1, 60), random.size(1, 25)];
      const ld = Math.ceil(B / 4) * 4;
      const scores = scoresOf(random, I * ld);
      const top = bench.floats(new Float32Array(ld * count).fill(low));
      const items = bench.words(new Int32Array(ld * count).fill(-1));
      const at = bench.floats(scores).ptr;
      bench.kernels.topKRows(at, ld, I, 0, 0, top.ptr, items.ptr, count, 0, B);
      for (let b = 0; b < B; ++b) {
        const column = Array.from({ length: I }, (_, n) => scores[n * ld + b]!);
        const wanted = best(column, count);
        const own = listed(items.values.subarray(b * count, (b + 1) * count));
        expect(own, `seed ${seed}, slot ${b}`).toEqual(wanted);

        const room = new Float32Array(Math.ceil(I / 4) * 4).fill(high); // beyond I: never listed
        room.set(column);
        const [one, list] = [
          bench.floats(new Float32Array(count).fill(low)),
          bench.words(new Int32Array(count).fill(-1)),
        ];
        bench.kernels.topK(bench.floats(room).ptr, I, one.ptr, list.ptr, count);
        expect(listed(list.values), `seed ${seed}, slot ${b}`).toEqual(wanted);
        const values = wanted.map((item) => column[item]);
        expect([...one.values.subarray(0, wanted.length)]).toEqual(values);
      }
      if (!bench.intact()) throw new Error(`seed ${seed}: wrote beside its buffers`);
    }
  });

  test(`gatherRows, copyRows and takeDiagonal copy bits, ${CASES} shapes each`, () => {
    for (let seed = 0; seed < CASES; ++seed) {
      const random = new Awkward(seed + 90_000);
      const [I, n, columns] = [random.size(1, 12), random.size(0, 14), random.fours(0, 32)];
      const [stride, ldOut] = [columns + random.pick([0, 3]), columns + random.pick([0, 1, 4])];
      const begin = random.size(0, n);
      const end = random.size(begin, n);
      const rows = random.below(I, n);
      const table = random.floats(I * stride);
      const side = Math.min(n, ldOut);
      const [out, copied, diagonal] = [
        bench.scratch(n * ldOut),
        bench.scratch(n * ldOut),
        bench.scratch(side),
      ];
      const k = bench.kernels;
      const from = bench.floats(table).ptr;
      k.gatherRows(out.ptr, ldOut, from, stride, bench.words(rows).ptr, columns, begin, end);
      k.copyRows(copied.ptr, ldOut, out.ptr, ldOut, columns, begin, end);
      k.takeDiagonal(diagonal.ptr, out.ptr, ldOut, 0, side);
      const wanted = new Float32Array(n * ldOut).fill(nan);
      for (let i = begin; i < end; ++i) {
        const row = table.subarray(rows[i]! * stride, rows[i]! * stride + columns);
        wanted.set(row, i * ldOut);
      }
      expect(out.values, `seed ${seed}`).toEqual(wanted);
      expect(copied.values, `seed ${seed}`).toEqual(wanted);
      for (let i = 0; i < side; ++i) expect(diagonal.values[i]).toBe(wanted[i * ldOut + i]);
      if (!bench.intact()) throw new Error(`seed ${seed}: wrote beside its buffers`);
    }
  });

  test(`dropout draws and drops by its words, ${CASES} shapes`, () => {
    const words = new Uint32Array(4);
    for (let seed = 0; seed < CASES; ++seed) {
      const random = new Awkward(seed + 100_000);
      const [B, D] = [random.size(0, 6), random.fours(4, 40)];
      const begin = random.size(0, B);
      const end = random.size(begin, B);
      const key = [seed, 5, 1, 9] as const;
      threefry([...key], [4 * begin * Math.ceil(D / 16), 3, 2, 0], words);
      const edge = words[0]!; // the first element's own word: just not dropped
      const drop = random.pick([0, 2 ** 30, 2 ** 31, 2 ** 32 - 1, edge]);
      const x = random.floats(B * D);
      const [values, mask] = [bench.floats(x), bench.scratch(B * D)];
      const [at, scratch] = [bench.words(key).ptr, bench.words(new Int32Array(16)).ptr];
      bench.kernels.dropout(values.ptr, mask.ptr, D, at, 3, 2, drop, 2, scratch, begin, end);
      for (let i = 0; i < B * D; ++i) {
        const [row, column] = [Math.floor(i / D), i % D];
        const where = `seed ${seed}, row ${row}, column ${column}`;
        if (row < begin || row >= end) {
          if (Object.is(values.values[i], x[i]) && Number.isNaN(mask.values[i])) continue;
          throw new Error(`${where}: touched`);
        }
        const block = row * Math.ceil(D / 16) + (column >> 4);
        threefry([...key], [4 * block + (column & 3), 3, 2, 0], words);
        const kept = words[(column & 15) >> 2]! >= drop ? 2 : 0;
        if (mask.values[i] === kept && values.values[i]! === x[i]! * kept) continue;
        throw new Error(`${where}: expected ${kept} times ${x[i]}, got ${values.values[i]}`);
      }
      if (!bench.intact()) throw new Error(`seed ${seed}: wrote beside its buffers`);
    }
  });

  const standard = standardBuilds.includes(build);
  test.runIf(standard)(`bounds of quantised rows hold, ${CASES} shapes each`, () => {
    for (let seed = 0; seed < CASES; ++seed) {
      const random = new Awkward(seed + 110_000);
      const [I, S, K] = [random.size(0, 70), random.size(1, 12), random.fours(4, 70)];
      const [room, stride] = [Math.ceil(I / 16) * 16, K + 4];
      const [table, hidden] = [random.floats(I * stride), random.floats(S * stride)];
      const rows = bench.floats(new Float32Array((room * K) / 4));
      const scales = bench.floats(new Float32Array(room));
      const biases = bench.floats(new Float32Array(room).fill(Number.NEGATIVE_INFINITY));
      const states = bench.floats(new Float32Array(Math.ceil(S / 8) * 4 * K));
      const [units, added] = [bench.scratch(S), bench.scratch(S)];
      const [out, peaks] = [bench.scratch(room), bench.scratch(Math.ceil(I / 64) * 4)];
      const norms = bench.doubles(4).ptr;
      const quantized = [rows.ptr, scales.ptr, biases.ptr] as const;
      const from = bench.floats(table).ptr;
      bench.kernels.quantizeRows(...quantized, norms, from, stride, K, 0, I);
      const state = [states.ptr, units.ptr, added.ptr] as const;
      const [begin, at] = [random.size(0, S - 1), bench.floats(hidden).ptr];
      bench.kernels.quantizeStates(...state, norms, at, stride, K, begin, S);
      bench.kernels.quantizeStates(...state, norms, at, stride, K, 0, begin);
      bench.kernels.boundRows(out.ptr, peaks.ptr, ...quantized, ...state, K, I);
      // What they bound is the score as it is computed, bias and all.
      hidden.set([1, 0, 0, 0], K);
      const scores = bench.scratch(room);
      bench.kernels.dotRows(scores.ptr, 0, I, from, stride, bench.floats(hidden).ptr, stride);
      for (let i = 0; i < I; ++i) {
        const least = scores.values[i]!;
        expect(out.values[i], `seed ${seed}, row ${i}`).toBeGreaterThanOrEqual(least);
      }
      if (!bench.intact()) throw new Error(`seed ${seed}: wrote beside its buffers`);
    }
  });
});
