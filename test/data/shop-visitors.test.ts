import { describe, expect, test } from "vitest";
import { Items } from "../../src/data/items.js";
import { bestPossible, type Process, visit, visitors } from "../../src/data/shop-visitors.js";
import { CounterRandom, Stream } from "../../src/random.js";

const products = ["a", "b", "c"].map((itemId) => ({ itemId, department: "d", comfort: 0 }));
const process: Process = {
  start: Float64Array.of(0.5, 0.3, 0.2),
  next: [
    Float64Array.of(0.1, 0.7, 0.2),
    Float64Array.of(0.3, 0.3, 0.4),
    Float64Array.of(0.8, 0.1, 0.1),
  ],
  shown: [
    { products: Int32Array.of(0, 1), chances: Float64Array.of(0.9, 0.1) },
    { products: Int32Array.of(1, 2), chances: Float64Array.of(0.5, 0.5) },
    { products: Int32Array.of(0, 2), chances: Float64Array.of(0.25, 0.75) },
  ],
};

/** Probability that a visit begins with these clicks: the sum over every path of hidden states. */
function chanceOf(clicks: readonly number[]): number {
  const along = (from: Float64Array, rest: readonly number[]): number => {
    if (rest.length === 0) return 1;
    return process.shown.reduce((sum, { products: shelf, chances }, s) => {
      const shown = chances[shelf.indexOf(rest[0]!)] ?? 0;
      return sum + from[s]! * shown * along(process.next[s]!, rest.slice(1));
    }, 0);
  };
  return along(process.start, clicks);
}

describe("the forward algorithm", () => {
  const histories = [[0], [1], [2], [0, 2], [1, 1], [2, 1, 0], [0, 0, 1, 2, 2]];

  test.each(histories)("agrees with the sum over all paths after %j %j %j", (...clicks) => {
    const history = clicks.filter((click) => click !== undefined);
    const items = Items.from(["c", "a", "b"]); // rows in another order than the products
    const scores = new Float32Array(3);
    const rows = history.map((n) => items.indexOf(products[n]!.itemId));
    bestPossible(process, products, items).score(Int32Array.from(rows), scores);
    for (const [n, { itemId }] of products.entries()) {
      const expected = chanceOf([...history, n]) / chanceOf(history);
      expect(scores[items.indexOf(itemId)]).toBeCloseTo(expected, 6);
    }
  });
});

describe("a visit", () => {
  test("follows the chances of its process", () => {
    const firsts = [0, 0, 0];
    const pairs = new Map<string, number>();
    const visits = 20_000;
    for (let n = 0; n < visits; ++n) {
      const [first, second] = [...visit(process, new CounterRandom(1, Stream.shop, 1, n))];
      firsts[first!]! += 1 / visits;
      pairs.set(`${first}${second}`, (pairs.get(`${first}${second}`) ?? 0) + 1 / visits);
    }
    for (const first of [0, 1, 2]) {
      expect(Math.abs(firsts[first]! - chanceOf([first]))).toBeLessThan(0.015);
      for (const second of [0, 1, 2]) {
        const expected = chanceOf([first, second]);
        expect(Math.abs((pairs.get(`${first}${second}`) ?? 0) - expected)).toBeLessThan(0.015);
      }
    }
  });
});

describe("the shop's process", () => {
  test("has chances that sum to one, and reaches every state from every other", () => {
    const shelves = ["Boots", "Packs"].flatMap((department) =>
      [0, 0.5, 1].map((comfort) => ({ itemId: `${department}-${comfort}`, department, comfort })),
    );
    const { start, next } = visitors(shelves, 9);
    for (const chances of [start, ...next]) {
      expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 12);
      expect(Math.min(...chances)).toBeGreaterThan(0);
    }
  });
});
