/** The 8-bit table: rows and products against their definition. */

import { describe, expect, test } from "vitest";
import { CounterRandom } from "../../src/random.js";
import { Arena } from "../../src/wasm/arena.js";
import { compileKernels, linkKernels } from "../../src/wasm/kernels.js";

// One row, a row tail, one vector of columns, the paper's 100 and a width beyond 16 bits of sums.
const shapes = [1, 4, 7].flatMap((rows) => [4, 16, 100, 512].map((K) => ({ rows, K })));

describe("quantized rows", () => {
  test.each(shapes)("follow their definition at $rows rows of $K", async ({ rows, K }) => {
    const K16 = Math.ceil(K / 16) * 16;
    const arena = new Arena();
    const table = arena.plan(rows, K + 4);
    const q = arena.plan((rows * K16) / 4);
    const [scales, biases, out] = [arena.plan(rows), arena.plan(rows), arena.plan(rows + 4)];
    const x = arena.plan(K16 / 2);
    const memory = arena.commit(false);
    const kernels = linkKernels(await compileKernels("portable", false), memory);

    const random = new CounterRandom(1, 9, rows, K);
    const weights = arena.floats(table).map(() => random.next() - 0.5);
    arena.floats(table).set(weights);
    arena.floats(biases).forEach((_, i, view) => {
      view[i] = i / 4;
    });
    const most = Math.floor((2 ** 31 - 1) / (127 * K16));
    const h = Int16Array.from({ length: K16 }, (_, k) =>
      k < K ? Math.round((random.next() - 0.5) * 2 * Math.min(32767, most)) : 0,
    );
    new Int16Array(memory.buffer, x.ptr, K16).set(h);

    kernels.quantizeRows(q.ptr, scales.ptr, table.ptr, K + 4, K, 0, rows);
    kernels.dotQuantized(out.ptr, q.ptr, scales.ptr, biases.ptr, x.ptr, 0.001, K16, 0, rows);

    const copy = new Int8Array(memory.buffer, q.ptr, rows * K16);
    for (let i = 0; i < rows; ++i) {
      const row = weights.subarray(i * (K + 4), i * (K + 4) + K);
      const largest = row.reduce((size, w) => Math.max(size, Math.abs(w)), 0);
      const scale = arena.floats(scales)[i]!;
      expect(scale).toBeCloseTo(largest / 127, 8);
      let sum = 0;
      for (let k = 0; k < K16; ++k) {
        const value = copy[i * K16 + k]!;
        expect(Math.abs(value - (k < K ? row[k]! / scale : 0))).toBeLessThanOrEqual(0.5001);
        sum += value * h[k]!;
      }
      const expected = scale * 0.001 * sum + i / 4;
      expect(Math.abs(arena.floats(out)[i]! - expected)).toBeLessThan(
        1e-5 * Math.abs(expected) + 1e-6,
      );
    }
  });
});
