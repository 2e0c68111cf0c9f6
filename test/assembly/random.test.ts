import { beforeAll, describe, expect, test } from "vitest";
import { Stream, threefry } from "../../src/random.js";
import { Bench, builds, Inputs } from "./harness.js";

type Four = [number, number, number, number];
const words = (key: Four, counter: Four): number[] => {
  const out = new Uint32Array(4);
  threefry(key, counter, out);
  return [...out];
};

describe("threefry in src/random.ts", () => {
  // Known answers that the authors publish with Random123, threefry4x32 with 20 rounds.
  test("gives the published answers", () => {
    const ones = 0xffffffff;
    expect(words([0, 0, 0, 0], [0, 0, 0, 0])).toEqual([
      0x9c6ca96a, 0xe17eae66, 0xfc10ecd4, 0x5256a7d8,
    ]);
    expect(words([ones, ones, ones, ones], [ones, ones, ones, ones])).toEqual([
      0x2a881696, 0x57012287, 0xf6c7446e, 0xa16a6732,
    ]);
    expect(
      words(
        [0xa4093822, 0x299f31d0, 0x082efa98, 0xec4e6c89],
        [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      ),
    ).toEqual([0x59cd1dbb, 0xb8879579, 0x86b5d00c, 0xac8b6d84]);
  });
});

describe.each(builds)("chance, $numerics, shared $shared", (build) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.create(build);
  });

  const unsigned = (values: Int32Array): number[] => [...new Uint32Array(values.slice().buffer)];
  const keys: Four[] = [
    [0, 0, 0, 0],
    [42, 0, 3, 17],
    [-1, 0x7fffffff, -2147483648, 123456789],
  ];

  /** The sixteen words of a block, as threefry16 numbers them, by src/random.ts. */
  const blockOf = (key: Four, block: number, stream: number, layer: number): number[] => {
    const four = [0, 1, 2, 3].map((i) => words(key, [4 * block + i, stream, layer, 0]));
    return Array.from({ length: 16 }, (_, at) => four[at & 3]![at >> 2]!);
  };

  test.each(keys.map((key) => ({ key })))("threefry16 is threefry, key $key", ({ key }) => {
    for (const [block, stream, layer] of [
      [0, 0, 0],
      [1, 2, 3],
      [1e6, 5, 1],
      [2 ** 30 - 1, 1, 0],
    ] as const) {
      const out = bench.words(new Int32Array(16));
      bench.kernels.threefry16(bench.words(key).ptr, block, stream, layer, out.ptr);
      expect(unsigned(out.values)).toEqual(blockOf(key, block, stream, layer));
    }
    expect(bench.intact()).toBe(true);
  });

  describe("dropout", () => {
    const key: Four = [42, 0, 1, 5];
    const run = (D: number, B: number, p: number, cuts: readonly number[]) => {
      const x = new Inputs(D).uniform(B * D);
      const values = bench.floats(x);
      const mask = bench.scratch(B * D);
      const scratch = bench.words(new Int32Array(16)).ptr;
      const [at, drop] = [bench.words(key).ptr, Math.floor(p * 2 ** 32)];
      for (let i = 0; i + 1 < cuts.length; ++i) {
        bench.kernels.dropout(
          values.ptr,
          mask.ptr,
          D,
          at,
          Stream.dropoutHidden,
          1,
          drop,
          1 / (1 - p),
          scratch,
          cuts[i]!,
          cuts[i + 1]!,
        );
      }
      const result = { x, y: values.values.slice(), mask: mask.values.slice() };
      expect(bench.intact()).toBe(true);
      return result;
    };

    test.each([4, 12, 16, 20, 100])("drops where threefry's word is below p, D = %i", (D) => {
      const [B, p] = [7, 0.4];
      const { x, y, mask } = run(D, B, p, [0, B]);
      const blocks = Math.ceil(D / 16);
      const scale = Math.fround(1 / (1 - p));
      for (let b = 0; b < B; ++b) {
        for (let j = 0; j < D; ++j) {
          const block = blockOf(key, b * blocks + (j >> 4), Stream.dropoutHidden, 1);
          const kept = block[j & 15]! >= Math.floor(p * 2 ** 32) ? scale : 0;
          expect(mask[b * D + j]).toBe(kept);
          expect(y[b * D + j]! + 0).toBe(Math.fround(x[b * D + j]! * kept) + 0);
        }
      }
    });

    test("keeps a word that equals the border, and everything at p = 0", () => {
      const words = blockOf(key, 0, Stream.dropoutHidden, 1);
      const border = words[2]!;
      const [x, mask] = [bench.floats([1, 1, 1, 1]).ptr, bench.scratch(4)];
      const [at, scratch] = [bench.words(key).ptr, bench.words(new Int32Array(16)).ptr];
      for (const drop of [border, 0]) {
        bench.kernels.dropout(x, mask.ptr, 4, at, Stream.dropoutHidden, 1, drop, 2, scratch, 0, 1);
        expect([...mask.values]).toEqual(words.slice(0, 4).map((word) => (word < drop ? 0 : 2)));
      }
      expect(bench.intact()).toBe(true);
    });

    test("does not depend on how its rows are cut, and leaves others untouched", () => {
      const whole = run(20, 9, 0.5, [0, 9]);
      expect(run(20, 9, 0.5, [0, 2, 2, 7, 9])).toEqual(whole);
      const part = run(20, 9, 0.5, [3, 5]);
      for (let i = 0; i < 9 * 20; ++i) {
        const inside = i >= 60 && i < 100;
        expect(part.y[i]).toBe(inside ? whole.y[i] : part.x[i]);
        expect(part.mask[i]).toEqual(inside ? whole.mask[i] : Number.NaN);
      }
    });

    test.each([0.1, 0.5, 0.9])("drops a share of %d", (p) => {
      const { mask } = run(100, 400, p, [0, 400]);
      const share = mask.reduce((sum, m) => sum + (m === 0 ? 1 : 0), 0) / mask.length;
      // Five standard deviations of 40,000 draws.
      expect(Math.abs(share - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / 40_000));
    });

    test("applyMask multiplies by what was drawn, rows of any stride", () => {
      const [B, D, ld] = [5, 8, 12];
      const inputs = new Inputs(6);
      const x = inputs.uniform(B * ld);
      const mask = Float32Array.from(inputs.below(2, B * D), (bit) => bit * 1.25);
      const values = bench.floats(x);
      bench.kernels.applyMask(values.ptr, ld, bench.floats(mask).ptr, D, 1, 4);
      for (let b = 0; b < B; ++b) {
        for (let j = 0; j < ld; ++j) {
          const inside = b >= 1 && b < 4 && j < D;
          const want = inside ? Math.fround(x[b * ld + j]! * mask[b * D + j]!) : x[b * ld + j]!;
          expect(values.values[b * ld + j]! + 0).toBe(want + 0);
        }
      }
      expect(bench.intact()).toBe(true);
    });
  });
});
