import fc from "fast-check";
import { expect, test } from "vitest";
import { Items } from "../../src/data/items.js";
import { type FewScores, type Scorer, scorerOfFew } from "../../src/data/scorer.js";
import { rankOf, type Ties } from "../../src/ranking/metrics.js";
import { placesOf } from "../../src/ranking/places.js";
import { countRank, topItems } from "../reference/ranking.js";

const SIZE = 9;
const items = Items.from(Array.from({ length: SIZE }, (_, i) => i));
const few = fc.constantFrom(-1, -0.5, 0, 0.5, 1, Number.NaN);
const rest = fc.array(fc.constantFrom(-1, -0.5, 0, 0.5), { minLength: SIZE, maxLength: SIZE });
const listed = fc.dictionary(fc.constantFrom(..."012345678"), few);

/** Lists `scores`; after a history of two it lists nothing. */
function scorerOf(rest: number[], scores: Record<string, number>): Scorer {
  const written: FewScores = {
    rest: Float32Array.from(rest),
    list(history, rows, out) {
      if (history.length === 2) return 0;
      Object.entries(scores).forEach(([row, score], i) => {
        rows[i] = Number(row);
        out[Number(row)] = score;
      });
      return Object.keys(scores).length;
    },
  };
  return scorerOfFew(items, written);
}

const ties = fc.constantFrom<Ties>("standard", "conservative", "median");

test("few scores and all scores give the ranks and the lists of their definition", async () => {
  await fc.assert(
    fc.asyncProperty(
      rest,
      listed,
      ties,
      fc.subarray([...items.ids.keys()]),
      async (rest, scores, ties, out) => {
        const scorer = scorerOf(rest, scores);
        const { items, score } = scorer;
        const sparse = await placesOf(scorer, undefined, ties);
        const dense = await placesOf({ items, score }, undefined, ties);
        for (const history of [Int32Array.of(1, 2), Int32Array.of(1)]) {
          const all = new Float32Array(SIZE);
          scorer.score(history, all);
          const seen = new Set(out.slice(1));
          const kept = [...items.ids.keys()].filter((row) => !seen.has(row));
          const left = kept.map((row) => all[row]!);
          const ordered = left.map((score) =>
            Number.isNaN(score) ? Number.POSITIVE_INFINITY : score,
          );
          for (const places of [dense, sparse]) {
            places.ask(history);
            for (const [at, target] of kept.entries()) {
              const isBroken = Number.isNaN(left[at]);
              const { greater, equal } = isBroken
                ? { greater: left.length - 1, equal: 0 }
                : countRank(left, at);
              expect(places.rank(target, seen)).toBe(rankOf(greater, equal, ties));
            }
            const best = topItems(ordered, 4).map((at) => kept[at]);
            expect(places.best(4, seen)).toEqual(best);
          }
        }
      },
    ),
  );
});
