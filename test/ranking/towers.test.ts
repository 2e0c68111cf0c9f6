/** Two towers and their indices are ranked and listed like a GRU4Rec: by the same programs, exactly. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bucketOf } from "../../src/data/boundaries.js";
import type { Examples } from "../../src/data/examples.js";
import { NO_ITEM } from "../../src/data/items.js";
import {
  ConfigError,
  type Evaluation,
  evaluate,
  type Id,
  type RetrievalIndex,
  recommendAll,
  type Scorer,
  Sessions,
  type TowerOptions,
  TwoTowers,
} from "../../src/index.js";
import { doorOf } from "../../src/models/stored-model.js";
import { foldFeatures } from "../../src/models/two-towers/fold.js";
import type { TowerInference } from "../../src/models/two-towers/inference.js";
import { featuresOf } from "../../src/models/two-towers/two-towers.js";
import { CounterRandom } from "../../src/random.js";

const WINDOW = 4;
const ITEMS = 150;
const ids: Id[] = Array.from({ length: ITEMS }, (_, i) => (i % 3 ? `item ${i}` : i));
const BOUNDARIES = [20, 60];
const HERE = { threads: 0, numerics: "portable" } as const;

/** 40 visits of 1 to 9 clicks, one in twelve on an item that no model knows. */
const log = Sessions.from(events(40, 5));

function events(visits: number, seed: number) {
  const random = new CounterRandom(seed, 77);
  return Array.from({ length: visits }, (_, sessionId) => {
    const first = random.below(ITEMS);
    return Array.from({ length: 1 + random.below(9) }, (_, click) => ({
      sessionId,
      itemId: random.below(12) === 0 ? "unheard of" : ids[(first + 7 * click) % ITEMS]!,
      time: 2 * sessionId + click,
    }));
  }).flat();
}

function visitsOf(visits: number, seed: number): Id[][] {
  const all: Id[][] = Array.from({ length: visits }, () => []);
  for (const { sessionId, itemId } of events(visits, seed)) all[sessionId]!.push(itemId);
  return all;
}

/** The test cases of sessions as examples: each target and the last clicks before it. */
function examplesOf(model: TwoTowers, sessions: Sessions): Examples {
  const { itemIndices, offsets, times } = sessions.over(model.items).sessions!;
  const rows: { context: number[]; target: number; time: number }[] = [];
  for (let s = 0; s + 1 < offsets.length; ++s) {
    for (let event = offsets[s]! + 1; event < offsets[s + 1]!; ++event) {
      const first = Math.max(offsets[s]!, event - WINDOW);
      const clicks = [...itemIndices.subarray(first, event)];
      const context = [...clicks, ...Array(WINDOW - clicks.length).fill(NO_ITEM)];
      rows.push({ context, target: itemIndices[event]!, time: times[event]! });
    }
  }
  return {
    items: model.items,
    windowLength: WINDOW,
    length: rows.length,
    contexts: Int32Array.from(rows.flatMap(({ context }) => context)),
    targets: Int32Array.from(rows, ({ target }) => target),
    times: Float64Array.from(rows, ({ time }) => time),
  };
}

/** Scores in f64 of vectors from one example at a time. */
async function oneByOne(model: TwoTowers): Promise<Scorer> {
  const towers = doorOf(model).now((weights) => weights);
  const features = featuresOf(model);
  const folded = features ? await foldFeatures(towers, model.options, features) : towers;
  const index = doorOf(await model.index()).now((weights) => weights);
  const vectors = vectorsOf(folded);
  return {
    items: model.items,
    score(history, scores) {
      const query = index.stateOf(
        { recent: [...history].slice(-WINDOW) },
        bucketOf(BOUNDARIES, undefined),
      );
      for (const [item, vector] of vectors.entries()) {
        scores[item] = vector.reduce((sum, x, i) => sum + x * query[i]!, 0);
      }
    },
  };
}

function vectorsOf(towers: TowerInference): Float32Array[] {
  const all = towers.candidates(Int32Array.from({ length: ITEMS }, (_, i) => i));
  const { width } = towers.parameters;
  return Array.from({ length: ITEMS }, (_, i) => all.slice(i * width, (i + 1) * width));
}

const figures = ({ recall, mrr, ndcg, coverage, popularity }: Evaluation) => ({
  ...{ recall, mrr, ndcg, coverage, popularity },
});

const kinds: [string, TowerOptions][] = [
  ["masked", { padding: "masked" }],
  ["unmasked", { padding: "unmasked", layers: [6, 10], embeddingSize: 10 }],
  ["with dense layers, cosines", { queryLayers: [12], candidateLayers: [20, 12], normalize: true }],
  ["with features", { features: { kind: { kind: "category" }, size: { kind: "number" } } }],
];

const records = ids.map((itemId, i) => ({ itemId, kind: `kind ${i % 5}`, size: i % 11 }));

async function towersOf(options: TowerOptions): Promise<TwoTowers> {
  const sizes = { embeddingSize: 12, layers: [12], windowLength: WINDOW, ...options };
  return TwoTowers.create(ids, sizes, options.features ? records : []);
}

describe.each(kinds)("evaluate, of towers that are %s", (_, options) => {
  let model: TwoTowers;
  beforeAll(async () => {
    model = await towersOf(options);
  });
  afterAll(() => model.dispose());
  const measured = { cutoffs: [1, 5, 40], lists: true };

  test("finds the ranks and lists of scores in f64, of all items and of some", async () => {
    const slow = await oneByOne(model);
    for (const items of [ids, ids.slice(20, 90)]) {
      for (const ties of ["standard", "conservative", "median"] as const) {
        const found = await evaluate(model, log, { ...measured, ...HERE, ties, items });
        const expected = await evaluate(slow, log, { ...measured, ties, items });
        expect(found.events).toBe(expected.events);
        expect(found.sessions).toBe(expected.sessions);
        expect(found.unknownEvents).toBe(expected.unknownEvents);
        expect(found.recall).toEqual(expected.recall);
        for (const cutoff of measured.cutoffs) {
          expect(found.mrr[cutoff]).toBeCloseTo(expected.mrr[cutoff]!, 12);
        }
        expect(found.coverage).toEqual(expected.coverage);
        expect(found.popularity).toEqual(expected.popularity);
      }
    }
  });

  test("finds the same in sessions, in their examples, and by an index", async () => {
    const examples = examplesOf(model, log);
    const bySessions = await evaluate(model, log, { ...measured, ...HERE });
    const byExamples = await evaluate(model, examples, { ...measured, ...HERE });
    expect(byExamples.recall).toEqual(bySessions.recall);
    expect(byExamples.coverage).toEqual(bySessions.coverage);
    expect(byExamples).toMatchObject({ events: examples.length, sessions: examples.length });
    using index = await model.index();
    expect(figures(await evaluate(index, examples, { ...measured, ...HERE }))).toEqual(
      figures(byExamples),
    );
  });

  test("gives the same figures on any number of threads", async () => {
    const portable = { ...measured, numerics: "portable" } as const;
    const one = figures(await evaluate(model, log, { ...portable, threads: 0 }));
    for (const threads of [1, 2, 3]) {
      expect(figures(await evaluate(model, log, { ...portable, threads }))).toEqual(one);
    }
  });
});

describe("evaluate, of towers", () => {
  test("reads the time of each target, in sessions and in examples", async () => {
    using model = await towersOf({ timeBoundaries: BOUNDARIES });
    using index = await model.index();
    const examples = examplesOf(model, log);
    const { mrr } = await evaluate(model, log, { cutoffs: [ITEMS], ...HERE });
    let sum = 0;
    for (let n = 0; n < examples.length; ++n) {
      const context = examples.contexts.subarray(n * WINDOW, (n + 1) * WINDOW);
      const clicks = [...context].filter((row) => row !== NO_ITEM).map((row) => ids[row]!);
      const list = index.recommend(clicks, { count: ITEMS, time: examples.times[n]! });
      sum += 1 / (1 + list.findIndex(({ itemId }) => itemId === ids[examples.targets[n]!]));
    }
    expect(mrr[ITEMS]).toBeCloseTo(sum / examples.length, 10);
    expect((await evaluate(model, examples, { cutoffs: [ITEMS], ...HERE })).mrr[ITEMS]).toBeCloseTo(
      mrr[ITEMS]!,
      12,
    );
  });

  test("counts equal scores as it is told to", async () => {
    using model = await towersOf({ candidateLayers: [4], queryLayers: [4] });
    doorOf(model).now((towers) => {
      for (const tensor of towers.tensorsOf("candidate")) {
        towers.write(tensor, 0, new Float32Array(tensor.rows * tensor.columns));
      }
    });
    const at = async (ties: "standard" | "conservative" | "median", cutoff: number) =>
      (await evaluate(model, log, { ties, cutoffs: [cutoff], ...HERE })).mrr[cutoff];
    expect(await at("standard", 1)).toBe(1);
    expect(await at("conservative", ITEMS)).toBeCloseTo(1 / ITEMS, 12);
    expect(await at("median", ITEMS)).toBeCloseTo(2 / (ITEMS + 1), 12);
  });

  test("leaves out and counts the targets that an index of some items does not recommend", async () => {
    using model = await towersOf({});
    const some = ids.filter((_, i) => i % 2 === 0).reverse();
    using index = await model.index({ items: some });
    const all = await evaluate(model, log, { ...HERE });
    const half = await evaluate(index, log, { ...HERE });
    expect(half.events + half.unknownEvents).toBe(all.events + all.unknownEvents);
    expect(half.events).toBeLessThan(all.events);
    // Ranked among the same items, with the same contexts, each target has the same rank.
    const { itemIndices, offsets } = log.over(model.items).sessions!;
    let sum = 0;
    for (let s = 0; s + 1 < offsets.length; ++s) {
      for (let event = offsets[s]! + 1; event < offsets[s + 1]!; ++event) {
        const clicks = [...itemIndices.subarray(offsets[s]!, event)].map((row) => ids[row]!);
        const place = index
          .recommend(clicks)
          .findIndex(({ itemId }) => itemId === ids[itemIndices[event]!]);
        sum += place < 0 ? 0 : 1 / (1 + place);
      }
    }
    expect(half.mrr[20]).toBeCloseTo(sum / half.events, 12);
    using other = await model.index({ items: [ids.find((id) => !log.items.has(id))!] });
    await expect(evaluate(other, log)).rejects.toThrow(
      "sessions: expected a target that is recommended, got",
    );
  });

  test("refuses a window that is not the towers', and what is no log", async () => {
    using model = await towersOf({});
    await expect(evaluate(model, log, { windowLength: 3 })).rejects.toThrow(
      `windowLength: expected the window of the towers, ${WINDOW}, got 3. Leave it out.`,
    );
    await expect(evaluate(model, log, { windowLength: WINDOW, ...HERE })).resolves.toBeDefined();
    await expect(evaluate(model, 5 as never)).rejects.toThrow(ConfigError);
  });
});

describe.each(kinds)("recommendAll, of towers that are %s", (_, options) => {
  const visits: Id[][] = [[0, "item 1", "unheard of"], [], ["unheard of"], ...visitsOf(30, 9)];
  let model: TwoTowers;
  let index: RetrievalIndex;
  beforeAll(async () => {
    model = await towersOf({ ...options, timeBoundaries: BOUNDARIES });
    index = await model.index();
  });
  afterAll(() => {
    model.dispose();
    index.dispose();
  });

  test.each([0, 1, 2])("gives the lists of an index to the bit, on %i threads", async (threads) => {
    for (const asked of [
      {},
      { count: 3, time: 30 },
      { only: ids.slice(0, 9), exclude: [0, "x"] },
    ]) {
      const expected = visits.map((visit) => index.recommend(visit, asked));
      expect(await recommendAll(model, visits, { ...asked, threads })).toEqual(expected);
      expect(await recommendAll(index, visits, { ...asked, threads })).toEqual(expected);
      const bounded = visits.map((visit) => index.recommend(visit, { ...asked, quantize: true }));
      expect(bounded).toEqual(expected);
    }
  });
});
