import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CounterRandom, MersenneTwister, permutation, Stream, threefry } from "../src/random.js";

const words = (value: number): [number, number, number, number] => [value, value, value, value];

describe("threefry", () => {
  test.each([
    ["zeros", 0, [0x9c6ca96a, 0xe17eae66, 0xfc10ecd4, 0x5256a7d8]],
    ["ones", -1, [0x2a881696, 0x57012287, 0xf6c7446e, 0xa16a6732]],
  ])("gives the published words for a key and a counter of all %s", (_, value, expected) => {
    const out = new Uint32Array(4);
    threefry(words(value), words(value), out);
    expect([...out]).toEqual(expected);
  });
});

describe("CounterRandom", () => {
  test("reads the words of successive counters", () => {
    const random = new CounterRandom(5, Stream.shop, 6, 7);
    const expected = [0, 1].flatMap((counter) => {
      const out = new Uint32Array(4);
      threefry([5, 0, 6, 7], [counter, Stream.shop, 0, 0], out);
      return [...out];
    });
    expect(expected.map(() => random.word())).toEqual(expected);
  });

  test("draws other numbers for another seed, stream or place", () => {
    const keys = [
      [1, 1, 0, 0],
      [2, 1, 0, 0],
      [2 ** 32 + 1, 1, 0, 0],
      [1, 2, 0, 0],
      [1, 1, 1, 0],
      [1, 1, 0, 1],
    ] as const;
    const first = keys.map(([seed, stream, a, b]) => new CounterRandom(seed, stream, a, b).word());
    expect(new Set(first).size).toBe(keys.length);
  });

  test("is uniform within [0, 1) and below n", () => {
    const random = new CounterRandom(42, Stream.negatives);
    const counts = new Int32Array(10);
    let sum = 0;
    for (let i = 0; i < 10_000; ++i) {
      const value = random.next();
      sum += value;
      expect(value >= 0 && value < 1).toBe(true);
      counts[random.below(10)]!++;
    }
    expect(sum / 10_000).toBeCloseTo(0.5, 1);
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150); // 5 sigma
  });
});

describe("permutation", () => {
  test("holds every number below n once, and is a pure function of (seed, epoch)", () => {
    const n = fc.integer({ min: 0, max: 200 });
    fc.assert(
      fc.property(n, fc.nat(), fc.nat(), (n, seed, epoch) => {
        const order = permutation(n, seed, epoch);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
        expect(permutation(n, seed, epoch)).toEqual(order);
      }),
    );
  });

  test("differs between epochs and between seeds", () => {
    expect(permutation(50, 1, 1)).not.toEqual(permutation(50, 1, 2));
    expect(permutation(50, 1, 1)).not.toEqual(permutation(50, 2, 1));
  });

  test("puts each number at each place about equally often", () => {
    const counts = new Int32Array(16);
    for (let epoch = 0; epoch < 4000; ++epoch) {
      permutation(4, 9, epoch).forEach((value, place) => {
        counts[4 * place + value]!++;
      });
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(140); // 5 sigma
  });
});

describe("MersenneTwister", () => {
  test("gives the doubles of numpy's legacy rand for seed 42", () => {
    const random = new MersenneTwister(42);
    expect([1, 2, 3, 4].map(() => random.next())).toEqual([
      0.3745401188473625, 0.9507143064099162, 0.7319939418114051, 0.5986584841970366,
    ]);
  });

  test("refills its state and stays within [0, 1)", () => {
    const random = new MersenneTwister(0);
    for (let i = 0; i < 1000; ++i) {
      const value = random.next();
      expect(value >= 0 && value < 1).toBe(true);
    }
  });
});
