import { beforeAll, describe, expect, test } from "vitest";
import { Stream, threefry } from "../../src/random.js";
import { samplingCdf } from "../reference/sampling.js";
import { Bench, builds, Inputs } from "./harness.js";

type Four = [number, number, number, number];

/** Walker's alias table by Vose's construction, in f64: own share of each column, and its alias. */
function aliasTable(cdf: Float64Array): { share: Float64Array; alias: Int32Array } {
  const I = cdf.length;
  const share = Float64Array.from(cdf, (c, i) => (c - (i > 0 ? cdf[i - 1]! : 0)) * I);
  const alias = Int32Array.from({ length: I }, (_, i) => i);
  const small = [...share.keys()].filter((i) => share[i]! < 1);
  const large = [...share.keys()].filter((i) => share[i]! >= 1);
  while (small.length > 0 && large.length > 0) {
    const [s, l] = [small.pop()!, large.at(-1)!];
    alias[s] = l;
    share[l]! -= 1 - share[s]!;
    if (share[l]! < 1) {
      large.pop();
      small.push(l);
    }
  }
  for (const i of [...small, ...large]) share[i] = 1;
  return { share, alias };
}

describe.each(builds)("drawNegatives, $numerics, shared $shared", (build) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.create(build);
  });

  const support = Int32Array.from(new Inputs(4).below(500, 37), (s) => s + 1);
  const coinOf = (share: number): number => Math.min(2 ** 32 - 1, Math.floor(share * 2 ** 32));

  function draw(alpha: number, n: number, key: Four, cuts: readonly number[] = [0, n]): number[] {
    const { share, alias } = aliasTable(samplingCdf(support, alpha));
    const out = bench.words(new Int32Array(n).fill(-1));
    const coin = bench.words(Array.from(share, coinOf)).ptr;
    const other = bench.words(alias).ptr;
    const [at, scratch] = [bench.words(key).ptr, bench.words(new Int32Array(16)).ptr];
    for (let i = 0; i + 1 < cuts.length; ++i) {
      bench.kernels.drawNegatives(
        out.ptr,
        coin,
        other,
        support.length,
        at,
        Stream.negatives,
        scratch,
        cuts[i]!,
        cuts[i + 1]!,
      );
    }
    const drawn = [...out.values];
    expect(bench.intact()).toBe(true);
    return drawn;
  }

  test("a negative is a pure function of (seed, epoch, step, place)", () => {
    const key: Four = [42, 0, 2, 9];
    const { share, alias } = aliasTable(samplingCdf(support, 0.5));
    const drawn = draw(0.5, 61, key);
    const four = new Uint32Array(4);
    /** Word `at` of the sixteen that counters 4·block … 4·block + 3 give. */
    const word = (block: number, at: number): number => {
      threefry(key, [4 * block + (at & 3), Stream.negatives, 0, 0], four);
      return four[at >> 2]!;
    };
    drawn.forEach((item, j) => {
      const column = Math.floor((word(j >> 3, j & 7) / 2 ** 32) * support.length);
      const own = word(j >> 3, (j & 7) + 8) < coinOf(share[column]!);
      expect(item).toBe(own ? column : alias[column]);
    });
  });

  test("keeps the column's own item for a word below its coin, the alias from it on", () => {
    const key: Four = [5, 0, 0, 0];
    const word = new Uint32Array(4);
    threefry(key, [0, Stream.negatives, 0, 0], word); // the first negative's coin is word 8
    const flip = word[2]!;
    for (const [coin, item] of [
      [flip, 1],
      [flip + 1, 0],
    ] as const) {
      const out = bench.words([-1]);
      const tables = [bench.words([coin]).ptr, bench.words([1]).ptr, 1] as const;
      const scratch = bench.words(new Int32Array(16)).ptr;
      const at = bench.words(key).ptr;
      bench.kernels.drawNegatives(out.ptr, ...tables, at, Stream.negatives, scratch, 0, 1);
      expect(out.values[0]).toBe(item);
      expect(bench.intact()).toBe(true);
    }
  });

  test("does not depend on how the range is cut", () => {
    const key: Four = [7, 0, 0, 1];
    const whole = draw(1, 61, key);
    expect(draw(1, 61, key, [0, 8, 8, 40, 61])).toEqual(whole);
    const part = draw(1, 61, key, [16, 24]);
    part.forEach((item, j) => {
      expect(item).toBe(j >= 16 && j < 24 ? whole[j] : -1);
    });
  });

  test("another step, epoch or seed draws others", () => {
    const first = draw(0.5, 64, [1, 0, 0, 0]);
    for (const key of [
      [1, 0, 0, 1],
      [1, 0, 1, 0],
      [2, 0, 0, 0],
    ] as Four[]) {
      expect(draw(0.5, 64, key)).not.toEqual(first);
    }
  });

  // χ² over 37 items, 36 degrees of freedom: above 80 once in 30,000 times. The seed is fixed.
  test.each([0, 0.5, 0.75, 1])("draws item k in proportion to support^%d", (alpha) => {
    const n = 200_000;
    const counts = new Float64Array(support.length);
    for (const item of draw(alpha, n, [11, 0, 0, 0])) counts[item]!++;
    const cdf = samplingCdf(support, alpha);
    let chi = 0;
    counts.forEach((count, k) => {
      const expected = n * (cdf[k]! - (k > 0 ? cdf[k - 1]! : 0));
      chi += (count - expected) ** 2 / expected;
    });
    expect(chi).toBeLessThan(80);
  });
});
