/** Which events are test cases, and among what they are ranked: last events, seen and unknown items. */

import { describe, expect, test } from "vitest";
import {
  ConfigError,
  type EvaluateOptions,
  type Evaluation,
  evaluate,
  fit,
  GRU4Rec,
  type Id,
  Items,
  markov,
  popularity,
  type RetrievalIndex,
  Sessions,
  TwoTowers,
} from "../../src/index.js";
import { CounterRandom } from "../../src/random.js";

const ITEMS = 120;
const ids: Id[] = Array.from({ length: ITEMS }, (_, i) => i);
const CUTOFFS = [1, 5, 500];

/** Visits of 1 to 9 clicks on few items, so that many come back; one click in ten is on an unknown one. */
const random = new CounterRandom(11, 5);
const visits: Id[][] = Array.from({ length: 7 }, () =>
  Array.from({ length: 1 + random.below(9) }, () =>
    random.below(10) === 0 ? "new" : random.below(9) * 13,
  ),
);

const sessionsOf = (visits: readonly (readonly Id[])[]): Sessions =>
  Sessions.from(
    visits.flatMap((visit, sessionId) =>
      visit.map((itemId, time) => ({ sessionId, itemId, time })),
    ),
  );

type Model = GRU4Rec | TwoTowers | RetrievalIndex;
const catalogue = Items.from(ids);
const towerOptions = { layers: [6], embeddingSize: 6, windowLength: 3 };
const makers: Record<string, () => Promise<Model>> = {
  "a GRU4Rec": () => GRU4Rec.create(catalogue, { layers: [8], seed: 3 }),
  "a GRU4Rec over windows": () => GRU4Rec.create(catalogue, { layers: [8], windowLength: 3 }),
  "two towers": () => TwoTowers.create(catalogue, towerOptions),
  "an index over some items": async () => {
    using towers = await TwoTowers.create(catalogue, towerOptions);
    return await towers.index({ items: ids.filter((id) => Number(id) !== 13) });
  },
};

const rankedBy = (model: Model): Items => ("candidates" in model ? model.candidates : model.items);

/** The rank of a visit's last click, whatever was chosen, from evaluations that know no choices. */
async function rankOf(model: Model, visit: Id[], options: EvaluateOptions): Promise<number> {
  const ranked = rankedBy(model);
  const sum = async (visit: Id[]): Promise<number> => {
    if (!visit.slice(1).some((id) => ranked.has(id))) return 0;
    const { mrr, events } = await evaluate(model, sessionsOf([visit]), options);
    return mrr[500]! * events;
  };
  return Math.round(1 / ((await sum(visit)) - (await sum(visit.slice(0, -1)))));
}

/** Ranks of all test cases by their definition, undefined for a miss, one case after the other. */
async function ranksOf(
  model: Model,
  { lastOnly, excludeSeen, unknown, ...options }: EvaluateOptions,
  known: Map<string, number>,
): Promise<(number | undefined)[]> {
  const ranked = rankedBy(model);
  const ranks: (number | undefined)[] = [];
  for (const visit of visits) {
    for (const [click, target] of visit.entries()) {
      if (click === 0 || (lastOnly && click + 1 < visit.length)) continue;
      const clicks = visit.slice(0, click).filter((id) => id !== "new");
      if (!ranked.has(target) || clicks.length === 0) {
        if (unknown === "miss") ranks.push(undefined);
        continue;
      }
      if (excludeSeen && clicks.includes(target)) {
        ranks.push(undefined);
        continue;
      }
      const left = ranked.ids.filter((id) => !excludeSeen || !clicks.includes(id));
      const key = `${clicks} ${target} ${excludeSeen}`;
      const visited = [...clicks, target];
      const rank = known.get(key) ?? (await rankOf(model, visited, { ...options, items: left }));
      known.set(key, rank);
      ranks.push(rank);
    }
  }
  return ranks;
}

describe.each(Object.keys(makers))("evaluate, of %s", (name) => {
  const choices: EvaluateOptions[] = [true, false].flatMap((lastOnly) =>
    [true, false].flatMap((excludeSeen) =>
      (["drop", "miss"] as const).map((unknown) => ({ lastOnly, excludeSeen, unknown })),
    ),
  );

  test.each(["portable", "fast"] as const)(
    "ranks what is chosen as its definition does, in %s numerics on any number of threads",
    { timeout: 60_000 },
    async (numerics) => {
      using model = await makers[name]!();
      const known = new Map<string, number>();
      for (const choice of choices) {
        const options = { ...choice, numerics, cutoffs: CUTOFFS } as const;
        const ranks = await ranksOf(model, { ...options, threads: 0 }, known);
        for (const threads of [0, 2]) {
          const found = await evaluate(model, sessionsOf(visits), { ...options, threads });
          expect(found.events).toBe(ranks.length);
          for (const cutoff of CUTOFFS) {
            const hits = ranks.filter((rank) => rank !== undefined && rank <= cutoff);
            expect(found.recall[cutoff]).toBe(hits.length / ranks.length);
            const sum = hits.reduce<number>((sum, rank) => sum + 1 / rank!, 0);
            expect(found.mrr[cutoff]).toBeCloseTo(sum / ranks.length, 12);
          }
        }
      }
    },
  );

  test("leaves seen items out of the lists, too", async () => {
    using model = await makers[name]!();
    const options = { lists: true, cutoffs: [3, 10], threads: 2, numerics: "portable" } as const;
    const choice = { lastOnly: true, excludeSeen: true };
    const found = await evaluate(model, sessionsOf(visits), { ...options, ...choice });
    const ranked = rankedBy(model);
    const asked = visits.filter((visit) => {
      return ranked.has(visit.at(-1)!) && visit.slice(0, -1).some((id) => id !== "new");
    });
    for (const cutoff of options.cutoffs) {
      const listed = asked.flatMap((visit) => {
        const clicks = visit.slice(0, -1).filter((id) => id !== "new");
        const recommended =
          "recommend" in model
            ? model.recommend(clicks, { count: cutoff, exclude: clicks })
            : undefined;
        return recommended?.map(({ itemId }) => itemId) ?? [];
      });
      if (listed.length === 0) continue; // two towers recommend by their index
      expect(found.coverage![cutoff]).toBe(new Set(listed).size / ranked.size);
    }
  });
});

describe("evaluate", () => {
  test("counts what a scorer of the last click cannot be asked as missed", async () => {
    const train = sessionsOf([
      ["a", "b"],
      ["a", "b"],
      ["b", "c"],
    ]);
    // After a comes b; before c stands an unknown item; d is unknown.
    const cases = sessionsOf([["a", "b"], ["b", "new", "c"], ["a", "d"], ["new", "b"], ["b"]]);
    const options = { lastOnly: true, unknown: "miss", cutoffs: [1] } as const;
    const chain = await evaluate(markov(train), cases, options);
    expect([chain.events, chain.missedEvents, chain.recall[1]]).toEqual([4, 3, 1 / 4]);
    const popular = await evaluate(popularity(train), cases, options);
    expect([popular.events, popular.missedEvents, popular.recall[1]]).toEqual([4, 2, 1 / 4]);
    const dropped = await evaluate(markov(train), cases, { ...options, unknown: "drop" });
    expect([dropped.events, dropped.missedEvents, dropped.recall[1]]).toEqual([2, 0, 1]);
    expect([chain.unknownEvents, chain.unknownItems]).toEqual([3, ["new", "d"]]);
  });

  test.each(["a GRU4Rec", "two towers"])(
    "is what a validation does, of %s, and refused without one",
    async (name) => {
      const model = (await makers[name]!()) as GRU4Rec & TwoTowers;
      const known = sessionsOf(visits.map((visit) => visit.filter((id) => id !== "new")));
      const choice = { lastOnly: true, excludeSeen: true, unknown: "miss" } as const;
      const quick = { epochs: 1, batchSize: 4, negatives: 4, threads: 0 } as const;
      const validation = sessionsOf(visits);
      const [epoch] = await fit(model, known, { ...quick, ...choice, validation });
      const found = await evaluate(model, validation, {
        ...choice,
        ties: "conservative",
        threads: 0,
      });
      expect(epoch!.validation!.value).toBe(found.recall[20]);
      expect(epoch!.validation!.evaluation).toMatchObject({ ...choice, events: found.events });
      for (const [option, value] of Object.entries(choice)) {
        await expect(fit(model, known, { ...quick, [option]: value })).rejects.toThrow(
          `${option}: expected `,
        );
      }
      let kept: Uint8Array | undefined;
      const save = (bytes: Uint8Array): void => {
        kept = bytes;
      };
      const again = (await makers[name]!()) as GRU4Rec & TwoTowers;
      const options = { ...quick, validation, lastOnly: true };
      await fit(again, known, { ...options, checkpoint: { save } });
      const resumed = { ...options, lastOnly: false, checkpoint: { save, resume: kept! } };
      await expect(fit(again, known, resumed)).rejects.toThrow(
        "validation: expected the validation",
      );
    },
  );

  test("refuses what has no effect on examples, and what is none of the choices", async () => {
    using towers = await TwoTowers.create(catalogue, towerOptions);
    const examples = {
      items: catalogue,
      windowLength: 1,
      length: 1,
      contexts: Int32Array.of(1),
      targets: Int32Array.of(2),
      times: Float64Array.of(0),
    };
    const refused = (options: object): Promise<Evaluation> =>
      evaluate(towers, examples, { threads: 0, ...options });
    await expect(refused({ lastOnly: true })).rejects.toThrow(
      "lastOnly: expected sessions to measure on, got examples. Each example is a test case as it is.",
    );
    await expect(refused({ unknown: "miss" })).rejects.toThrow("unknown: expected sessions");
    await expect(refused({ unknown: "skip" })).rejects.toThrow(
      'unknown: expected "drop" or "miss"',
    );
    await expect(refused({ excludeSeen: 1 })).rejects.toThrow(ConfigError);
  });
});
