/** Lists of recommendations against a full sort, for any catalogue, weights, clicks and options. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GRU4Rec, type Id, type Recommendation } from "../../../src/index.js";
import { doorOf } from "../../../src/models/stored-model.js";
import { CounterRandom } from "../../../src/random.js";
import { tensorOf, withTensor } from "../files.js";

/** How the output weights of a model come about: as drawn, few distinct rows, one row, or huge. */
const kinds = ["drawn", "few rows", "equal", "huge"] as const;
type Kind = (typeof kinds)[number];

const WIDTH = 4;

async function modelOf(items: number, kind: Kind, seed: number): Promise<GRU4Rec> {
  const ids = Array.from({ length: items }, (_, item): Id => (item % 2 ? item : `item ${item}`));
  const model = await GRU4Rec.create(ids, { layers: [WIDTH], embedding: "separate", seed });
  if (kind === "drawn") return model;
  const random = new CounterRandom(seed, 1001);
  const bytes = model.toBytes();
  const distinct = { "few rows": 3, equal: 1, huge: items }[kind];
  const drawn = tensorOf(bytes, "Wy");
  const Wy = new Float32Array(items * WIDTH);
  for (let item = 0; item < items; ++item) {
    const from = WIDTH * random.below(Math.min(distinct, items));
    const row = drawn.subarray(from, from + WIDTH);
    Wy.set(kind === "huge" ? row.map((w) => Math.sign(w) * 3.4e38) : row, item * WIDTH);
  }
  // Sums that leave the floats: ∞, −∞ and, where both meet, NaN.
  const bias = kind === "huge" ? 3.4e38 : 0;
  const By = Array.from({ length: items }, (_, item) => ((item % 3) - 1) * bias);
  return GRU4Rec.fromBytes(withTensor(withTensor(bytes, "Wy", Wy), "By", By));
}

/** What may be listed, in order: not −∞ and not NaN, highest first, the lower row first among equals. */
function sorted(model: GRU4Rec, clicks: readonly Id[], allowed: (id: Id) => boolean) {
  const weights = doorOf(model).now((weights) => weights);
  const known = clicks.filter((id) => model.hasItem(id));
  let state = weights.freshState();
  for (const id of known) state = weights.step(model.items.indexOf(id), state);
  const scores = Array.from(weights.scores.score(state.at(-1)!));
  return model.items.ids
    .map((itemId, item) => ({ itemId, item, score: scores[item]! }))
    .filter(({ itemId, score }) => allowed(itemId) && score > Number.NEGATIVE_INFINITY)
    .filter(() => known.length > 0)
    .sort((a, b) => (a.score === b.score ? a.item - b.item : b.score - a.score))
    .map(({ itemId, score }): Recommendation => ({ itemId, score }));
}

/** Ids of the catalogue, and now and then one that it does not have. */
const idOf = (place: number, model: GRU4Rec): Id =>
  place % 11 === 0 ? "nobody" : model.items.idOf(place % model.items.size);

const places = fc.array(fc.nat(10_000), { maxLength: 12 });
const request = fc.record({
  clicks: places,
  exclude: fc.option(places, { nil: undefined }),
  only: fc.option(fc.array(fc.nat(10_000), { maxLength: 60 }), { nil: undefined }),
  count: fc.oneof(fc.nat(8), fc.nat(3000)),
});
const sizes = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(1023, 1024, 1025, 1300));

describe("recommend", () => {
  test("is the head of a full sort of what is allowed, ties by row", async () => {
    const cases = fc.tuple(sizes, fc.constantFrom(...kinds), fc.nat(99), fc.array(request));
    await fc.assert(
      fc.asyncProperty(cases, async ([items, kind, seed, requests]) => {
        using model = await modelOf(items, kind, seed);
        for (const { count, ...given } of requests) {
          const ids = (list: readonly number[]): Id[] => list.map((place) => idOf(place, model));
          const clicks = ids(given.clicks);
          const exclude = given.exclude && ids(given.exclude);
          const only = given.only && ids(given.only);
          const options = { count, ...(exclude && { exclude }), ...(only && { only }) };
          const allowed = (id: Id): boolean =>
            !exclude?.includes(id) && (only === undefined || only.includes(id));
          const wanted = sorted(model, clicks, allowed);
          const list = model.recommend(clicks, options);
          expect(list).toEqual(wanted.slice(0, count));

          const visit = model.session();
          for (const click of clicks) visit.push(click);
          expect(visit.recommend(options)).toEqual(list);

          // What an 8-bit table leaves out could not have been listed.
          expect(model.recommend(clicks, { ...options, quantize: true })).toEqual(list);
        }
      }),
      { seed: 31, numRuns: 250 },
    );
  });

  test("lists similar items as a full sort does, without the item", async () => {
    const cases = fc.tuple(
      sizes,
      fc.constantFrom("drawn" as const, "few rows" as const),
      fc.nat(99),
    );
    await fc.assert(
      fc.asyncProperty(
        cases,
        fc.nat(2000),
        fc.nat(60),
        async ([items, kind, seed], place, count) => {
          using model = await modelOf(items, kind, seed);
          const item = place % items;
          const scores = doorOf(model).now((weights) =>
            Array.from(weights.scores.similarities(item)),
          );
          const rows = [...scores.keys()]
            .filter((row) => row !== item)
            .sort((a, b) => scores[b]! - scores[a]! || a - b);
          const list = model.similarItems(model.items.idOf(item), { count });
          expect(list.map(({ itemId }) => model.items.indexOf(itemId))).toEqual(
            rows.slice(0, count),
          );
        },
      ),
      { seed: 32, numRuns: 100 },
    );
  });
});
