import { describe, expect, test } from "vitest";
import { fitBaseline } from "../../src/baselines/baseline.js";
import { GRU4Rec } from "../../src/models/gru4rec/gru4rec.js";
import { rankCases } from "../../src/ranking/case-ranks.js";
import type { EvaluateOptions } from "../../src/ranking/evaluate.js";
import { countRank } from "../reference/ranking.js";
import { clicks } from "../training/clicks.js";

const sessions = clicks(90, 9);
/** One item in eight is unknown. */
const known = sessions.items.ids.filter((_, item) => item % 8 !== 7);
const train = sessions.select(
  Uint8Array.from(sessions.itemIndices, (item) => (item % 8 === 7 ? 0 : 1)),
)!;

/** The rank of every event by asking for one visit at a time. */
function expected(model: GRU4Rec, { lastOnly, unknown, excludeSeen }: EvaluateOptions): number[] {
  const ranks = new Array<number>(sessions.events).fill(Number.NaN);
  for (let s = 0; s < sessions.length; ++s) {
    const [begin, end] = [sessions.offsets[s]!, sessions.offsets[s + 1]!];
    const clicked = [...sessions.itemIndices.subarray(begin, end)].map(
      (i) => sessions.items.ids[i]!,
    );
    for (let i = 1; i < clicked.length; ++i) {
      if (lastOnly && i + 1 < clicked.length) continue;
      const before = clicked.slice(0, i).filter((id) => known.includes(id));
      if (unknown === "miss") ranks[begin + i] = Number.POSITIVE_INFINITY;
      const target = train.items.indexOf(clicked[i]!);
      if (target < 0 || before.length === 0) continue;
      const list = model.recommend(before, { count: train.items.size });
      const scores = new Float32Array(train.items.size).fill(Number.NEGATIVE_INFINITY);
      for (const { itemId, score } of list) scores[train.items.indexOf(itemId)] = score;
      if (excludeSeen) {
        for (const id of before) scores[train.items.indexOf(id)] = Number.NEGATIVE_INFINITY;
      }
      const isSeen = excludeSeen === true && before.includes(clicked[i]!);
      ranks[begin + i] = isSeen ? Number.POSITIVE_INFINITY : countRank(scores, target).greater + 1;
    }
  }
  return ranks;
}

describe.each([0, 3])("ranks of a model that reads windows of %i", (windowLength) => {
  test.each([
    {},
    { unknown: "miss" },
    { lastOnly: true },
    { lastOnly: true, unknown: "miss", excludeSeen: true },
  ] satisfies EvaluateOptions[])("are those of each event: %o", async (options) => {
    const model = await GRU4Rec.create(train.items, { layers: [8], seed: 5, windowLength });
    const found = await rankCases(model, sessions, { ...options, threads: 0, cutoffs: [5] });
    expect([...found.ranks]).toEqual(expected(model, options));
    const { events, recall } = found.evaluation;
    const cases = [...found.ranks].filter((rank) => !Number.isNaN(rank));
    expect(cases).toHaveLength(events);
    expect(cases.filter((rank) => rank <= 5).length / events).toBeCloseTo(recall[5]!, 12);
  });
});

test("ranks of a baseline are those of its evaluation", async () => {
  const markov = await fitBaseline("markov", train);
  const options = { unknown: "miss", cutoffs: [5] } as const;
  const { evaluation, ranks } = await rankCases(markov, sessions, options);
  const cases = [...ranks].filter((rank) => !Number.isNaN(rank));
  expect(cases).toHaveLength(evaluation.events);
  expect(cases.filter((rank) => rank <= 5).length / cases.length).toBeCloseTo(
    evaluation.recall[5]!,
    12,
  );
  expect(ranks[0]).toBeNaN();
});
