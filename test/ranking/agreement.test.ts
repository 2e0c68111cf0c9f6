import { describe, expect, test } from "vitest";
import type { Scorer } from "../../src/data/scorer.js";
import { outdoorShop } from "../../src/data/shop.js";
import { evaluate, fit, GRU4Rec } from "../../src/index.js";

describe("the batched evaluation of a model", () => {
  const shop = outdoorShop({ seed: 8, sessions: 1500, testSessions: 150 });
  const { items } = shop.train;

  /** The model, asked for one visit at a time. */
  const oneByOne = (model: GRU4Rec): Scorer => ({
    items,
    score(history, scores) {
      const ids = Array.from(history, (item) => items.idOf(item));
      for (const { itemId, score } of model.recommend(ids, { count: items.size })) {
        scores[items.indexOf(itemId)] = score;
      }
    },
  });

  test.each(["standard", "conservative", "median"] as const)(
    "agrees with asking for one visit at a time, ties %s, whole catalogue and subset",
    async (ties) => {
      using model = await GRU4Rec.create(items, { layers: [12], seed: 3 });
      await fit(model, shop.train, { epochs: 1, negatives: 64, threads: 0, numerics: "portable" });
      for (const subset of [undefined, items.ids.filter((_, item) => item % 3 === 0)]) {
        const options = {
          ties,
          cutoffs: [1, 5, 20],
          lists: true,
          ...(subset && { items: subset }),
        };
        const all = await evaluate(model, shop.test, {
          ...options,
          threads: 0,
          numerics: "portable",
        });
        const single = await evaluate(oneByOne(model), shop.test, options);
        expect(all.events).toBe(single.events);
        expect(all.sessions).toBe(single.sessions);
        expect(all.unknownEvents).toBe(single.unknownEvents);
        for (const cutoff of options.cutoffs) {
          for (const measure of ["recall", "mrr", "ndcg", "coverage", "popularity"] as const) {
            const [batched, alone] = [all[measure]![cutoff]!, single[measure]![cutoff]!];
            expect(batched, `${measure}@${cutoff}`).toBeCloseTo(alone, 12);
          }
        }
      }
    },
  );
});
