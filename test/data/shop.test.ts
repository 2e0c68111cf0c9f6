import { describe, expect, test } from "vitest";
import { markov } from "../../src/baselines/markov.js";
import { popularity } from "../../src/baselines/popularity.js";
import { outdoorShop } from "../../src/data/shop.js";
import { DEPARTMENTS, TRIPS } from "../../src/data/shop-catalogue.js";
import { evaluate } from "../../src/ranking/evaluate.js";

/** FNV-1a over item rows, offsets and times. */
function fingerprint(...arrays: ArrayLike<number>[]): string {
  let hash = 0x811c9dc5;
  for (const array of arrays) {
    for (let i = 0; i < array.length; ++i) hash = Math.imul(hash ^ array[i]!, 0x01000193);
  }
  return (hash >>> 0).toString(16);
}

describe("the catalogue", () => {
  test("gives every department four variants or more kinds, and every trip departments that exist", () => {
    const names = DEPARTMENTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { kinds, variants } of DEPARTMENTS) {
      expect(new Set(kinds).size).toBe(kinds.length);
      expect(new Set(variants).size).toBe(variants.length);
      expect(variants.length).toBeGreaterThanOrEqual(2);
    }
    for (const { departments } of TRIPS)
      expect(names).toEqual(expect.arrayContaining([...departments]));
    expect(new Set(TRIPS.flatMap(({ departments }) => departments)).size).toBe(names.length);
  });
});

describe("the outdoor shop", () => {
  const shop = outdoorShop({ seed: 5, sessions: 3000, testSessions: 500 });
  const { train, test: later } = shop;

  test("sells named products in departments", () => {
    const { items } = train;
    expect(items.size).toBeGreaterThan(350);
    expect(items.size).toBeLessThanOrEqual(400);
    for (const id of items.ids) {
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(DEPARTMENTS.map(({ name }) => name)).toContain(shop.departmentOf(id));
    }
    expect(new Set(items.ids.map((id) => shop.name(id))).size).toBe(items.size);
    expect(shop.name("dome-tent-2-persons")).toBe("Dome tent, 2 persons");
    expect(shop.name("sleeping-quilt-minus-10-c")).toBe("Sleeping quilt, −10 °C");
    expect(shop.departmentOf("dome-tent-2-persons")).toBe("Tents");
    expect(() => shop.name("dome tent")).toThrow(
      'itemId: expected a product of the shop, got "dome',
    );
  });

  test("is visited for 2 to 20 clicks, the test after the training", () => {
    expect([train.length, later.length]).toEqual([3000, 500]);
    for (const { offsets, length, events } of [train, later]) {
      for (let s = 0; s < length; ++s) {
        expect(offsets[s + 1]! - offsets[s]!).toBeGreaterThanOrEqual(2);
        expect(offsets[s + 1]! - offsets[s]!).toBeLessThanOrEqual(20);
      }
      expect(events / length).toBeCloseTo(5.1, 0);
    }
    const lastStart = train.times[train.offsets[2999]!]!;
    expect(later.times[0]!).toBeGreaterThan(lastStart);
  });

  test("is the same for the same seed, whatever the engine", () => {
    const again = outdoorShop({ seed: 5, sessions: 3000, testSessions: 500 });
    const print = ({ itemIndices, offsets, times }: typeof train): string =>
      fingerprint(itemIndices, offsets, times);
    expect(print(again.train)).toBe(print(train));
    expect(print(train)).toBe("4b286710");
    expect(print(later)).toBe("a627c53b");
    expect(print(outdoorShop({ seed: 6, sessions: 3000 }).train)).not.toBe(print(train));
  });

  test("gives a visit that depends on its number alone", () => {
    const more = outdoorShop({ seed: 5, sessions: 3400, testSessions: 100 });
    const ids = (log: typeof train, s: number): unknown[] =>
      [...log.itemIndices.subarray(log.offsets[s]!, log.offsets[s + 1]!)].map((item) =>
        log.items.idOf(item),
      );
    expect(ids(more.train, 17)).toEqual(ids(train, 17));
    expect(ids(more.train, 3123)).toEqual(ids(later, 123));
    expect(ids(more.test, 99)).toEqual(ids(later, 499));
  });

  test("refuses numbers of sessions that are none", () => {
    expect(() => outdoorShop({ sessions: 0 })).toThrow("sessions: expected an integer ≥ 1, got 0");
    expect(() => outdoorShop({ testSessions: 1.5 })).toThrow("testSessions: expected");
  });
});

describe("the best possible predictor", () => {
  const shop = outdoorShop({ seed: 5, sessions: 20_000, testSessions: 5000 });
  const { best, train } = shop;
  const chancesAfter = (...history: number[]): Float32Array => {
    const scores = new Float32Array(train.items.size);
    best.score(Int32Array.from(history), scores);
    return scores;
  };

  test("gives probabilities", () => {
    for (const history of [[0], [3, 1, 4, 1, 5], [399, 0]]) {
      const chances = chancesAfter(...history);
      expect(Math.min(...chances)).toBeGreaterThan(0);
      expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 5);
    }
  });

  test("promises as often as it is right", async () => {
    // What it gives the clicked product should on average be what it gives to products at large:
    // E[p(click)] = E[Σ p²]. A predictor that is too sure of itself has the left below the right.
    const { sessions } = shop.test.over(train.items);
    let given = 0;
    let promised = 0;
    for (let s = 0; s < sessions!.length; ++s) {
      for (let event = sessions!.offsets[s]! + 1; event < sessions!.offsets[s + 1]!; ++event) {
        const chances = new Float32Array(train.items.size);
        best.score(sessions!.itemIndices.subarray(sessions!.offsets[s]!, event), chances);
        given += chances[sessions!.itemIndices[event]!]!;
        promised += chances.reduce((sum, chance) => sum + chance * chance, 0);
      }
    }
    expect(given / promised).toBeGreaterThan(0.98);
    expect(given / promised).toBeLessThan(1.02);
  });

  test("is out of reach for what sees one click, which is out of reach for what sees none", async () => {
    const recall = async (scorer: typeof best): Promise<number> =>
      (await evaluate(scorer, shop.test)).recall[20]!;
    const [none, one, all] = [
      await recall(popularity(train)),
      await recall(markov(train)),
      await recall(best),
    ];
    expect(one! - none!).toBeGreaterThan(0.2);
    expect(all! - one!).toBeGreaterThan(0.1);
    expect(all).toBeLessThan(0.8);
  });
});
