/** Each baseline against its definition in f64 (reference/baselines.ts), on random logs. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Baseline, fitBaseline } from "../../src/baselines/baseline.js";
import type { BaselineName, BaselineOptions } from "../../src/baselines/kinds.js";
import { Sessions } from "../../src/data/sessions.js";
import { CounterRandom, Stream } from "../../src/random.js";
import {
  bprFactors,
  DISTANCE,
  itemSimilarity,
  type KnnSettings,
  nearestSessions,
  PLACE,
  pairs,
  sequentialScores,
  sessionPopularity,
} from "../reference/baselines.js";

const ITEMS = 7;
const DAY = 86_400;
/** Session n ends at the end of day n, so that the order of sessions is that of their ends. */
const logs = fc
  .array(fc.array(fc.integer({ min: 0, max: ITEMS - 1 }), { minLength: 1, maxLength: 9 }), {
    minLength: 2,
    maxLength: 9,
  })
  .map((log) => [[...Array(ITEMS).keys()], ...log]);
const visits = fc.array(fc.integer({ min: 0, max: ITEMS - 1 }), { minLength: 1, maxLength: 6 });
const idfs = fc.constantFrom(0, 0.5, 4);
const decays = fc.constantFrom("div", "same", "linear", "log", "quadratic" as const);

/** The first session holds all items in order: rows are the numbers themselves. */
function sessionsOf(log: readonly (readonly number[])[]): Sessions {
  return Sessions.from(
    log.flatMap((session, sessionId) =>
      session.map((itemId, i) => ({
        sessionId,
        itemId,
        time: (sessionId + 1) * DAY - session.length + i,
      })),
    ),
  );
}

function scoresOf(scorer: Baseline, visit: readonly number[]): Float32Array {
  const scores = new Float32Array(ITEMS).fill(Number.NaN);
  scorer.score(Int32Array.from(visit), scores);
  return scores;
}

const fitted = <Kind extends BaselineName>(
  kind: Kind,
  log: readonly (readonly number[])[],
  options: BaselineOptions[Kind],
): Promise<Baseline> => fitBaseline(kind, sessionsOf(log), options);

/** Scored items score as expected; all others follow by popularity, below 0. */
function expectScores(found: Float32Array, expected: readonly number[], log: number[][]): void {
  for (const [item, score] of expected.entries()) {
    const support = log.flat().filter((clicked) => clicked === item).length;
    if (score > 0) expect(found[item]).toBeCloseTo(score, 5);
    else expect(found[item]).toBe(Math.fround(-1 / (1 + support)));
  }
}

/** Zeros for all but the `kept` highest scores; of equal ones any may go, so the log is to have none. */
function best(scores: readonly number[], kept: number): number[] {
  const least = scores.toSorted((a, b) => b - a)[kept - 1] ?? 0;
  return scores.map((score) => (score >= least ? score : 0));
}

const property = <T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => Promise<void>) =>
  fc.assert(fc.asyncProperty(arbitrary, check), { numRuns: 60 });

const all = { rules: ITEMS, neighbours: ITEMS };

describe("is its definition:", () => {
  test("s-pop", () =>
    property(fc.tuple(logs, visits), async ([log, visit]) => {
      const found = scoresOf(await fitted("s-pop", log, {}), visit);
      const expected = sessionPopularity(log, ITEMS, visit);
      for (const [item, score] of expected.entries()) expect(found[item]).toBeCloseTo(score, 5);
    }));

  test("item-knn", () => {
    const options = fc.record({
      damping: fc.constantFrom(0, 1.5, 20),
      balance: fc.constantFrom(0, 0.5, 1),
    });
    return property(fc.tuple(logs, visits, options), async ([log, visit, { damping, balance }]) => {
      const { neighbours } = all;
      const knn = await fitted("item-knn", log, { neighbours, damping, balance });
      const last = visit.at(-1)!;
      const expected = [...Array(ITEMS).keys()].map((other) =>
        itemSimilarity(log, [last, other], damping, balance),
      );
      expectScores(scoresOf(knn, visit), expected, log);
      const few = scoresOf(
        await fitted("item-knn", log, { damping, balance, neighbours: 2 }),
        visit,
      );
      const scored = expected.filter((score) => score > 0).length;
      expect([...few].filter((score) => score > 0)).toHaveLength(Math.min(2, scored));
      const highest = Math.max(...expected);
      if (highest > 0) expect(Math.max(...few)).toBeCloseTo(highest, 5);
    });
  });

  test("ar", () =>
    property(fc.tuple(logs, visits), async ([log, visit]) => {
      const expected = [...Array(ITEMS).keys()].map((other) => pairs(log, visit.at(-1)!, other));
      const { rules } = all;
      expectScores(scoresOf(await fitted("ar", log, { rules }), visit), expected, log);
    }));

  test("sr", () =>
    property(fc.tuple(logs, visits, decays, fc.nat(11), idfs, fc.nat(7)), async (drawn) => {
      const [log, visit, decay, further, idf, lastInSession] = drawn;
      const steps = 1 + further;
      const options = { decay, steps, idf };
      const sr = await fitted("sr", log, { ...options, rules: ITEMS, lastInSession });
      const rules = { steps, idf, weight: DISTANCE[decay]! };
      const expected = sequentialScores(log, ITEMS, visit, { ...rules, more: lastInSession });
      expectScores(scoresOf(sr, visit), expected, log);
      const few = scoresOf(await fitted("sr", log, { ...options, rules: 3 }), visit);
      const alone = sequentialScores(log, ITEMS, visit, { ...rules, more: 0 });
      for (const [item, score] of best(alone, 3).entries()) {
        if (few[item]! > 0) expect(few[item]).toBeCloseTo(score, 5);
      }
    }));

  const sizes = {
    k: fc.integer({ min: 1, max: 5 }),
    sampleSize: fc.integer({ min: 1, max: 9 }),
    remind: fc.boolean(),
  };

  test("v-sknn", () => {
    const options = fc.record({
      ...sizes,
      similarity: fc.constantFrom("vec", "cosine" as const),
      weights: decays,
      decay: decays,
      idf: fc.constantFrom(0, 2.5),
      dayDecay: fc.constantFrom(1, 0.875),
    });
    return property(fc.tuple(logs, visits, options), async ([log, visit, options]) => {
      const { similarity, weights, decay, dayDecay, ...same } = options;
      const settings: KnnSettings = {
        ...same,
        ages: log.map((_, n) => log.length - 1 - n),
        weight: PLACE[weights]!,
        recency: (days) => dayDecay ** days,
        similarity: (shared, visit, neighbour) =>
          similarity === "vec" ? shared / visit.length : cosine(shared, visit, neighbour),
        share: ({ back }) => DISTANCE[decay]!(back + 1),
      };
      await expectNearest("v-sknn", log, visit, options, settings);
    });
  });

  const lambda = fc.constantFrom(0, 0.5, 3);
  const lambdas = { ...sizes, lambdaSpw: lambda, lambdaSnh: lambda, lambdaInh: lambda };

  test("stan", () =>
    property(fc.tuple(logs, visits, fc.record(lambdas)), ([log, visit, options]) =>
      expectNearest(
        "stan",
        log,
        visit,
        options,
        stanOf(log, { ...options, lambdaIpw: 0, lambdaIdf: 0 }),
      ),
    ));

  test("vstan", () => {
    const options = fc.record({ ...lambdas, lambdaIpw: lambda, lambdaIdf: lambda });
    return property(fc.tuple(logs, visits, options), ([log, visit, options]) =>
      expectNearest("vstan", log, visit, options, stanOf(log, options)),
    );
  });

  test("bpr-mf", () =>
    property(fc.tuple(logs, visits, fc.nat(1000)), async ([log, visit, seed]) => {
      const [factors, epochs, learningRate, l2] = [3, 4, 0.2, 0.01];
      const options = { factors, epochs, learningRate, l2, seed };
      const found = scoresOf(await fitted("bpr-mf", log, options), visit);
      const draws = drawsOf(log, options);
      const vectors = bprFactors(log, draws, learningRate, l2);
      const mean = vectors[0]!.map(
        (_, d) => visit.reduce((sum, item) => sum + vectors[item]![d]!, 0) / visit.length,
      );
      for (const [item, vector] of vectors.entries()) {
        const score = vector.reduce((sum, value, d) => sum + value * mean[d]!, 0);
        expect(found[item]).toBeCloseTo(score, 5);
      }
    }));
});

const cosine = (shared: number, visit: readonly number[], neighbour: readonly number[]): number =>
  shared / (Math.sqrt(visit.reduce((sum, w) => sum + w * w, 0)) * Math.sqrt(neighbour.length));

const fallen = (distance: number, lambda: number): number =>
  lambda === 0 ? 1 : Math.exp(-distance / lambda);

interface Lambdas extends Pick<KnnSettings, "k" | "sampleSize" | "remind"> {
  readonly lambdaSpw: number;
  readonly lambdaSnh: number;
  readonly lambdaInh: number;
  readonly lambdaIpw: number;
  readonly lambdaIdf: number;
}

function stanOf(log: number[][], { k, sampleSize, remind, ...by }: Lambdas): KnnSettings {
  return {
    ...{ k, sampleSize, remind },
    ages: log.map((_, n) => log.length - 1 - n),
    weight: (i, length) => fallen(length - i, by.lambdaSpw),
    similarity: cosine,
    recency: (days) => fallen(days, by.lambdaSnh),
    share: ({ item, shared, back }) =>
      fallen(Math.abs(item - shared), by.lambdaInh) * fallen(back, by.lambdaIpw),
    idf: by.lambdaIdf,
  };
}

/** Up to the highest score, by which ours are divided. Ties of similarities are decided by rounding: too near, skip. */
async function expectNearest<Kind extends "v-sknn" | "stan" | "vstan">(
  kind: Kind,
  log: number[][],
  visit: number[],
  options: BaselineOptions[Kind],
  settings: KnnSettings,
): Promise<void> {
  const scores = nearestSessions(log, ITEMS, visit, settings);
  const near = nearestSessions(log, ITEMS, visit, {
    ...settings,
    similarity: (...from) => Number(settings.similarity(...from).toPrecision(9)),
  });
  fc.pre(scores.every((score, item) => Math.abs(score - near[item]!) < 1e-6));
  const most = Math.max(...scores) || 1;
  const found = scoresOf(await fitted(kind, log, options), visit);
  expectScores(
    found,
    scores.map((score) => score / most),
    log,
  );
}

/** The numbers that a fitting draws. */
function drawsOf(
  log: number[][],
  { factors, epochs, seed }: { factors: number; epochs: number; seed: number },
): Parameters<typeof bprFactors>[1] {
  const first = new CounterRandom(seed, Stream.baseline, 0, 1);
  const vector = (): number[] =>
    Array.from({ length: factors }, () => Math.fround(0.05 * (2 * first.next() - 1)));
  const vectors = Array.from({ length: ITEMS }, vector);
  const users = log.map(vector);
  const events = log.flat().length;
  const order = [...Array(events).keys()];
  const drawn = Array.from({ length: epochs }, (_, epoch) => {
    const places = new CounterRandom(seed, Stream.baseline, epoch, 2);
    for (let i = events - 1; i > 0; --i) {
      const j = places.below(i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    const negatives = new CounterRandom(seed, Stream.baseline, epoch, 3);
    return order.map((event) => ({ event, other: negatives.below(events) }));
  });
  return { users, vectors, epochs: drawn };
}
