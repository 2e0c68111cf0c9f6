/** Explaining a list: a plain loop asks `recommend` for each shorter visit. */

import { describe, expect, test } from "vitest";
import {
  type Baseline,
  type Explanation,
  explain,
  fit,
  fitBaseline,
  GRU4Rec,
  type Id,
  type ModelOptions,
  type Recommendation,
  TwoTowers,
} from "../../src/index.js";
import { CounterRandom } from "../../src/random.js";
import { withTensor } from "../models/files.js";
import { clicks } from "../training/clicks.js";

const ITEMS = 61;
const log = clicks(120, ITEMS);

function visitOf(length: number, seed: number): string[] {
  const random = new CounterRandom(seed, 3);
  return Array.from({ length }, () => `item ${random.below(ITEMS + 6)}`);
}

async function trained(options: ModelOptions): Promise<GRU4Rec> {
  const model = await GRU4Rec.create(log.items, { seed: 3, ...options });
  await fit(model, log, { epochs: 1, batchSize: 8, negatives: 16, threads: 0 });
  return model;
}

type Recommend = (
  visit: readonly Id[],
  choice: { count: number; exclude?: readonly Id[]; only?: readonly Id[] },
) => readonly Recommendation[];
interface Choice {
  readonly count: number;
  readonly exclude?: readonly Id[];
  readonly only?: readonly Id[];
}

/** The same by definition: whole lists, `Math.exp`, and nothing kept from one visit to the next. */
function plainly(
  recommend: Recommend,
  visit: readonly Id[],
  { count, ...which }: Choice,
  haveShares: boolean,
  isRead: (itemId: Id) => boolean = (itemId) => log.items.has(itemId),
): Explanation {
  const all = (clicked: readonly Id[]): readonly Recommendation[] =>
    recommend(clicked, { count: ITEMS, ...which });
  const shareOf = (list: readonly Recommendation[], score: number): number =>
    score - Math.log(list.reduce((sum, one) => sum + Math.exp(one.score), 0));
  const whole = all(visit);
  const shorter = visit.map((_, c) => all(visit.toSpliced(c, 1)));
  const items = whole.slice(0, count).map(({ itemId, score }, i) => {
    const without = shorter.map((list) => {
      const at = list.findIndex((other) => other.itemId === itemId);
      if (at < 0) return undefined;
      const other = list[at]!.score;
      const effect = haveShares
        ? shareOf(whole, score) - shareOf(list, other)
        : Math.log((at + 1) / (i + 1));
      return { rank: at + 1, score: other, effect };
    });
    return { itemId, score, without };
  });
  const harmonic = items.reduce((sum, _, i) => sum + 1 / (i + 1), 0);
  const weights = visit.map((_, c) =>
    items.reduce((sum, { without }, i) => {
      const effect = without[c]?.effect ?? Number.POSITIVE_INFINITY;
      return sum + Math.abs(effect) / (i + 1) / harmonic;
    }, 0),
  );
  const most = Math.max(0, ...weights);
  return {
    items,
    clicks: visit.map((itemId, c) => {
      const counts = isRead(itemId);
      return { itemId, counts, weight: weights[c]!, list: shorter[c]!.slice(0, count) };
    }),
    mattersMost: most > 0 ? weights.indexOf(most) : undefined,
  };
}

/** Equal but for the last bits of effects and weights. */
function expectSame(found: Explanation, expected: Explanation): void {
  const rough = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value, (key, one) => {
        if (one === Number.POSITIVE_INFINITY) return "infinite";
        return key === "effect" || key === "weight" ? Number(one.toFixed(6)) + 0 : one;
      }),
    );
  expect(rough(found)).toEqual(rough(expected));
}

const choices: readonly Choice[] = [
  { count: 5 },
  { count: 20, exclude: ["item 3", "item 9", "nobody"] },
  { count: ITEMS, only: ["item 1", "item 4", "item 5", "item 30"] },
  { count: 0 },
];

const models: Readonly<Record<string, ModelOptions>> = {
  "the defaults": { layers: [20] },
  "two layers and one-hot input": { layers: [9, 6], embedding: "one-hot" },
  "two states a layer": { layers: [7, 5], cell: "lstm" },
  windows: { layers: [8], windowLength: 4, embedding: "separate" },
  "windows with pads that are read": {
    ...{ layers: [8], windowLength: 5, embedding: "separate", padding: "unmasked" },
  },
};

describe("explain finds what recommend gives for each shorter visit", () => {
  test.each(Object.keys(models))("of a model with %s", async (name) => {
    using model = await trained(models[name]!);
    for (const [i, choice] of choices.entries()) {
      for (const length of [0, 1, 2, 7]) {
        const visit = visitOf(length, 10 * i + length);
        const found = await explain(model, visit, choice);
        const ask: Recommend = (clicked, which) => model.recommend(clicked, which);
        expectSame(found, plainly(ask, visit, choice, true));
        expect(found.items.map(({ without, ...one }) => one)).toEqual(
          model.recommend(visit, { ...choice, quantize: true }),
        );
      }
    }
  });

  test("of two towers and their index, times included", async () => {
    using towers = await TwoTowers.create(log.items, {
      ...{ layers: [6], embeddingSize: 6, windowLength: 4, timeBoundaries: [100, 200] },
    });
    using index = await towers.index();
    for (const time of [undefined, 50, 150]) {
      const visit = visitOf(6, time ?? 1);
      const at = time === undefined ? {} : { time };
      const found = await explain(index, visit, { count: 7, ...at });
      const ask: Recommend = (clicked, which) => index.recommend(clicked, { ...which, ...at });
      expectSame(
        found,
        plainly(ask, visit, { count: 7 }, true, () => true),
      ); // padding is "unmasked"
      expect(await explain(towers, visit, { count: 7, ...at })).toEqual(found);
    }
  });

  test.each(["item-knn", "markov", "v-sknn", "pop", "s-pop"] as const)("of %s", async (kind) => {
    const baseline: Baseline = await fitBaseline(kind, log);
    for (const length of [1, 2, 7]) {
      const visit = visitOf(length, length);
      const ask: Recommend = (clicked, which) => baseline.recommend(clicked, which);
      const found = await explain(baseline, visit, { count: 9 });
      expectSame(found, plainly(ask, visit, { count: 9 }, false));
    }
  });
});

describe("explain", () => {
  test("says that the only click that counts is all there is", async () => {
    using model = await trained({ layers: [6] });
    const { clicks: found, items, mattersMost } = await explain(model, ["nobody", "item 1"]);
    expect(found.map(({ counts, weight, list }) => [counts, weight, list.length])).toEqual([
      [false, 0, 20],
      [true, Number.POSITIVE_INFINITY, 0],
    ]);
    expect(mattersMost).toBe(1);
    expect(items[0]!.without[0]).toEqual({ rank: 1, score: items[0]!.score, effect: 0 });
    expect(items[0]!.without[1]).toBeUndefined();
  });

  test("ends where scores are beyond the floats", async () => {
    using model = await trained({ layers: [6], embedding: "separate" });
    const huge = Array.from({ length: 6 * ITEMS }, (_, i) => (i % 5) * 1e38 - 1e38);
    using spoilt = await GRU4Rec.fromBytes(withTensor(model.toBytes(), "Wy", huge));
    const visit = ["item 1", "item 2", "item 3"];
    const { items, clicks: found } = await explain(spoilt, visit);
    expect(items.map(({ without, ...one }) => one)).toEqual(spoilt.recommend(visit));
    for (const [c, { list }] of found.entries()) {
      expect(list).toEqual(spoilt.recommend(visit.toSpliced(c, 1)));
    }
  });

  test("finds nothing where nothing is known", async () => {
    using model = await trained({ layers: [6] });
    const nothing = { items: [], mattersMost: undefined };
    expect(await explain(model, [])).toEqual({ clicks: [], ...nothing });
    expect(await explain(model, ["nobody"])).toEqual({
      clicks: [{ itemId: "nobody", counts: false, weight: 0, list: [] }],
      ...nothing,
    });
  });

  test("takes less than 100 ms for 20 clicks and 400 items", async () => {
    const items = Array.from({ length: 400 }, (_, i) => i);
    using model = await GRU4Rec.create(items, { layers: [100] });
    const visit = items.slice(0, 20);
    await explain(model, visit);
    const times: number[] = [];
    for (let i = 0; i < 5; ++i) {
      const started = performance.now();
      await explain(model, visit);
      times.push(performance.now() - started);
    }
    expect(Math.min(...times)).toBeLessThan(100);
  });

  test("shows the weights of one epoch while others come in", async () => {
    using model = await GRU4Rec.create(log.items, { layers: [20], seed: 1 });
    const visit = visitOf(9, 4);
    const [before] = await Promise.all([
      explain(model, visit),
      fit(model, log, { epochs: 2, batchSize: 8, threads: 0 }),
    ]);
    using again = await GRU4Rec.create(log.items, { layers: [20], seed: 1 });
    expect(before).toEqual(await explain(again, visit));
  });

  test("refuses what it cannot do", async () => {
    using model = await GRU4Rec.create(log.items, { layers: [4] });
    const call = (options: object): Promise<unknown> => explain(model, ["item 1"], options);
    await expect(call({ count: 1025 })).rejects.toThrow(
      "count: expected an integer from 0 to 1024, got 1025",
    );
    await expect(call({ time: 3 })).rejects.toThrow("time: expected one of the explain options");
    await expect(call({ quantize: true })).rejects.toThrow("quantize: expected one of");
    await expect(explain({} as GRU4Rec, [])).rejects.toThrow("model: expected a model, an index");
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(explain(model, visitOf(20, 1), { signal })).rejects.toThrow("enough");
    model.dispose();
    await expect(call({})).rejects.toThrow("dispose");
  });
});
