/** Evaluation in batches against one visit at a time, for any log, model and tie mode. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  evaluate,
  GRU4Rec,
  Items,
  type ModelOptions,
  type Scorer,
  Sessions,
} from "../../src/index.js";
import { doorOf } from "../../src/models/stored-model.js";
import { tensorOf, withTensor } from "../models/files.js";

/** Scores of the model after one visit's clicks, one step after the other; NaN where they are none. */
function oneByOne(model: GRU4Rec): Scorer {
  const weights = doorOf(model).now((weights) => weights);
  const { states } = weights.parameters.layers.at(-1)!.cell; // the first of them is what the cell puts out
  return {
    items: model.items,
    score(history, scores) {
      let state = weights.freshState();
      for (const item of history) state = weights.step(item, state);
      scores.set(weights.scores.score(state.at(-states)!));
    },
  };
}

/** What becomes of a model's scores: as drawn, all equal, some infinite, or none a number. */
const kinds = ["drawn", "drawn", "equal", "infinite", "no numbers"] as const;

async function spoilt(model: GRU4Rec, kind: (typeof kinds)[number]): Promise<GRU4Rec> {
  let bytes = model.toBytes();
  const change = (name: string, value: (w: number, i: number) => number): void => {
    bytes = withTensor(bytes, name, tensorOf(bytes, name).map(value));
  };
  const width = model.options.layers.at(-1)!;
  if (kind === "equal") change("Wy", () => 0);
  if (kind === "infinite") {
    // Two terms each, so that batches and single visits add them up alike.
    change("Wy", (_, i) => (i % width === 0 ? 3.4e38 : 0));
    change("By", (_, i) => (i % 2 === 0 ? 3.4e38 : 0));
  }
  if (kind === "no numbers") {
    change("Wx_0", (w) => Math.sign(w) * 3.4e38);
    if (model.options.embedding === "separate") change("E", (w) => Math.sign(w) * 3.4e38);
  }
  return GRU4Rec.fromBytes(bytes);
}

const models = fc.record({
  layers: fc.constantFrom([3], [4, 2], [8]),
  cell: fc.constantFrom("gru" as const, "rnn" as const, "lstm" as const),
  embedding: fc.constantFrom("shared" as const, "separate" as const, "one-hot" as const),
  seed: fc.nat(1000),
}) satisfies fc.Arbitrary<ModelOptions>;
const ties = fc.constantFrom("standard" as const, "conservative" as const, "median" as const);
/** Which test cases count, and among what. */
const choices = fc.record({
  lastOnly: fc.boolean(),
  excludeSeen: fc.boolean(),
  unknown: fc.constantFrom("drop" as const, "miss" as const),
});
/** Items of sessions of any length, nothing to play included, 10 and 11 unknown; a pair that is known. */
const logs = fc
  .array(fc.array(fc.nat(11), { minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 90 })
  .filter((sessions) =>
    sessions.some(([a = 99, b = 99, c]) => a < 10 && b < 10 && c === undefined),
  );

describe("evaluate", () => {
  test("gives in batches what one visit at a time gives, with equal and broken scores too", async () => {
    const cases = fc.tuple(models, fc.constantFrom(...kinds), logs, ties, choices);
    await fc.assert(
      fc.asyncProperty(cases, async ([options, kind, log, ties, choice]) => {
        const items = Items.from(Array.from({ length: 10 }, (_, i) => i));
        const model = await spoilt(await GRU4Rec.create(items, options), kind);
        const sessions = Sessions.from(
          log.flatMap((clicks, sessionId) =>
            clicks.map((itemId, time) => ({ sessionId, itemId, time })),
          ),
        );
        const ranking = { cutoffs: [1, 2, 5, 10], ties, ...choice };
        const settings = { ...ranking, numerics: "portable", threads: 0 } as const;
        const batched = await evaluate(model, sessions, settings);
        const single = await evaluate(oneByOne(model), sessions, ranking);
        for (const count of ["events", "sessions", "unknownEvents", "missedEvents"] as const) {
          expect(batched[count], count).toBe(single[count]);
        }
        for (const cutoff of ranking.cutoffs) {
          expect(batched.recall[cutoff]).toBeCloseTo(single.recall[cutoff]!, 12);
          expect(batched.mrr[cutoff]).toBeCloseTo(single.mrr[cutoff]!, 12);
          expect(batched.ndcg[cutoff]).toBeCloseTo(single.ndcg[cutoff]!, 12);
        }
        model.dispose();
      }),
      { seed: 41, numRuns: 150 },
    );
  });
});
