/** Lists of many visits by what is no model: what a baseline's `recommend` gives for each. */

import { describe, expect, test } from "vitest";
import {
  type BaselineName,
  fitBaseline,
  type RecommendAllProgress,
  recommendAll,
  type Scorer,
} from "../../src/index.js";
import { CounterRandom } from "../../src/random.js";
import { clicks } from "../training/clicks.js";

const ITEMS = 203;
const log = clicks(150, ITEMS);
const KINDS: BaselineName[] = ["random", "pop", "s-pop", "markov", "bpr-mf", "v-sknn", "vstan"];

function visitsOf(count: number): string[][] {
  const random = new CounterRandom(1, 7);
  return Array.from({ length: count }, () =>
    Array.from({ length: random.below(9) }, () => `item ${random.below(ITEMS + 20)}`),
  );
}

describe("recommendAll of a baseline", () => {
  test.each(KINDS)("gives the lists of recommend: %s", async (kind) => {
    const baseline = await fitBaseline(kind, log);
    const visits = visitsOf(60);
    const some = log.items.ids.filter((_, row) => row % 3 === 0).reverse();
    const exclude = ["item 3", "item 7", "who"];
    for (const options of [{}, { count: 3, exclude }, { count: ITEMS + 9, only: some, exclude }]) {
      const lists = await recommendAll(baseline, visits, options);
      expect(lists).toEqual(visits.map((visit) => baseline.recommend(visit, options)));
    }
  });

  test("lists the same whether it is kept sorted or sorted at the end", async () => {
    const baseline = await fitBaseline("s-pop", clicks(900, 1500));
    const visit = ["item 5", "item 1", "item 5"];
    const long = baseline.recommend(visit, { count: 1400 });
    expect(long).toHaveLength(1400);
    expect(baseline.recommend(visit, { count: 1024 })).toEqual(long.slice(0, 1024));
  });

  test("tells how far it is, and stops when it is told to", async () => {
    const baseline = await fitBaseline("pop", log);
    const told: RecommendAllProgress[] = [];
    const onProgress = (progress: RecommendAllProgress): void => void told.push(progress);
    const visits = [["item 1"], [], ["who"], ["item 2"]];
    const lists = await recommendAll(baseline, visits, { count: 1, onProgress });
    expect(lists.map(({ length }) => length)).toEqual([1, 0, 0, 1]);
    expect(told.at(-1)).toMatchObject({ visits: 2, totalVisits: 2 });
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(recommendAll(baseline, visits, { signal })).rejects.toThrow("enough");
  });

  test("refuses what scores nothing, and a time", async () => {
    const nothing = { items: log.items } as unknown as Scorer;
    await expect(recommendAll(nothing, [])).rejects.toThrow(
      "model: expected a GRU4Rec, a TwoTowers, an index of one or a Scorer",
    );
    const options = { time: 1 } as object;
    await expect(recommendAll(await fitBaseline("pop", log), [], options)).rejects.toThrow("time:");
  });
});
