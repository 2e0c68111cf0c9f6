import { describe, expect, test } from "vitest";
import { fitBaseline } from "../../src/baselines/baseline.js";
import { markov } from "../../src/baselines/markov.js";
import type { Scorer } from "../../src/data/scorer.js";
import { Sessions } from "../../src/data/sessions.js";
import { splitByTime } from "../../src/data/split.js";
import { ConfigError } from "../../src/errors.js";
import { type CompareOptions, compare } from "../../src/experiments/compare.js";
import type { ComparedModel } from "../../src/experiments/compared.js";
import { intervalsOf } from "../../src/experiments/intervals.js";
import { inspectSplit } from "../../src/experiments/split-flaws.js";
import { fit, TwoTowers } from "../../src/index.js";
import { CounterRandom } from "../../src/random.js";
import { evaluate } from "../../src/ranking/evaluate.js";
import { clicks } from "../training/clicks.js";

const { train: log, test: held } = splitByTime(clicks(200, 12), { testSessions: 40, whole: true });
const SMALL = { layers: [4], epochs: 1, batchSize: 8, negatives: 4 };

async function all(options: CompareOptions, test = held): Promise<ComparedModel[]> {
  const models: ComparedModel[] = [];
  for await (const model of compare(log, test, { threads: 0, ...options })) models.push(model);
  return models;
}

describe("compare", () => {
  test("measures every model on the same cases, as evaluate does", async () => {
    const modelOptions = {
      gru4rec: SMALL,
      "bpr-mf": { factors: 4, epochs: 1 },
      "v-sknn": { k: 7 },
    };
    const models = await all({ modelOptions });
    expect(models.map(({ name }) => name)).toEqual([
      ...["random", "pop", "s-pop", "item-knn", "bpr-mf", "markov", "ar", "sr"],
      ...["v-sknn", "stan", "vstan", "gru4rec"],
    ]);
    const events = models.map(({ evaluation }) => evaluation!.events);
    expect(new Set(events).size).toBe(1);
    const knn = models.find(({ name }) => name === "v-sknn")!;
    expect(knn.options).toMatchObject({ k: 7, sampleSize: 1000 });
    const baseline = await fitBaseline("v-sknn", log, { k: 7 });
    const { recall } = await evaluate(baseline, held, { cutoffs: [1, 5, 10, 20] });
    expect(knn.evaluation!.recall).toEqual(recall);
    expect(models.at(-1)!.epochs).toHaveLength(1);
  }, 60_000);

  test("tells the options that a GRU4Rec of windows trained with: it has a rate and an order of its own", async () => {
    const gru4rec = { ...SMALL, windowLength: 3 };
    const [model] = await all({ models: ["gru4rec"], modelOptions: { gru4rec } });
    expect(model!.options).toMatchObject({ windowLength: 3, learningRate: 0.05, order: "random" });
  });

  test("measures models that are there already, two towers too, without a time to fit", async () => {
    const mine = await fitBaseline("sr", log);
    using towers = await TwoTowers.create(log.items, { layers: [4], embeddingSize: 4 });
    using index = await towers.index();
    const fitted = { mine, towers, index };
    const models = await all({ models: ["pop", "mine", "towers", "index"], fitted });
    for (const [i, model] of [mine, towers, index].entries()) {
      const { name, evaluation, ranks, ...costs } = models[i + 1]!;
      const { recall, mrr, events } = await evaluate(model, held, { cutoffs: [20], threads: 0 });
      expect(name).toBe(Object.keys(fitted)[i]);
      expect(evaluation!.recall[20]).toBe(recall[20]);
      const found = ranks.filter((rank) => rank <= 20);
      expect(found.reduce((sum, rank) => sum + 1 / rank, 0) / events).toBeCloseTo(mrr[20]!, 12);
      expect(Array.from(ranks, Number.isNaN)).toEqual(Array.from(models[0]!.ranks, Number.isNaN));
      expect(costs.trainSeconds).toBeUndefined();
      expect(costs.requestsPerSecond).toBeGreaterThan(0);
    }
    expect(models[1]!.bytes).toBe(mine.bytes);
  });

  test("trains two towers as they are trained alone", async () => {
    const model = { layers: [4], embeddingSize: 4, normalize: true };
    const training = { epochs: 2, batchSize: 16, temperature: 0.1 };
    const modelOptions = { "two-towers": { ...model, ...training } };
    const [found] = await all({ models: ["two-towers"], modelOptions });
    using towers = await TwoTowers.create(log.items, model);
    await fit(towers, log, { ...training, threads: 0 });
    const { recall, mrr } = await evaluate(towers, held, { cutoffs: [1, 5, 10, 20], threads: 0 });
    expect(found!.evaluation).toMatchObject({ recall, mrr });
    expect(found!.epochs).toHaveLength(2);
    expect(found!.bytes).toBe(4 * towers.parameterCount);
    expect(found!.options).toMatchObject({ ...model, ...training, windowLength: 10 });
  });

  test("gives the same side by side, in the order of the names, without times", async () => {
    const modelOptions = { gru4rec: SMALL };
    const models = ["gru4rec", "pop", "markov", "sr", "ar"];
    const one = await all({ models, modelOptions });
    const three = await all({ models, modelOptions, jobs: 3 });
    for (const [i, { name, evaluation, ranks, ...costs }] of three.entries()) {
      expect(name).toBe(models[i]);
      expect(ranks).toEqual(one[i]!.ranks);
      expect(evaluation!.ndcg).toEqual(one[i]!.evaluation!.ndcg);
      expect([costs.trainSeconds, costs.requestsPerSecond]).toEqual([undefined, undefined]);
      expect(one[i]!.trainSeconds).toBeGreaterThan(0);
    }
  });

  test("stops all that run side by side, when it is told to or when one fails", async () => {
    const modelOptions = { "bpr-mf": { epochs: 1_000_000 } };
    const models = ["pop", "bpr-mf", "markov"];
    const control = new AbortController();
    const options = { models, modelOptions, jobs: 3, signal: control.signal };
    const running = compare(log, held, options);
    expect((await running.next()).value).toMatchObject({ name: "pop" });
    control.abort(new Error("enough"));
    await expect(running.next()).rejects.toThrow("enough");
    const broken = { items: log.items, score: () => void "x".repeat(-1) };
    const more = { models: ["broken", "bpr-mf"], fitted: { broken }, modelOptions, jobs: 2 };
    await expect(all(more)).rejects.toThrow(RangeError);
    for await (const _ of compare(log, held, { models, modelOptions, jobs: 3 })) break;
  });

  test("tells a model that diverges and goes on", async () => {
    const modelOptions = { "gru4rec:wild": { ...SMALL, optimizer: "sgd", learningRate: 1e38 } };
    const [wild, pop] = await all({ models: ["gru4rec:wild", "pop"], modelOptions });
    expect(wild).toMatchObject({ name: "gru4rec:wild", evaluation: undefined });
    expect(wild!.failure!.message).toMatch(/^epoch 1, step/);
    expect(pop!.evaluation!.events).toBeGreaterThan(0);
  });

  test.each([
    [{ models: ["v-skn"] }, 'got "v-skn". Did you mean "v-sknn"?'],
    [{ models: ["zzzzzzzz"] }, 'got "zzzzzzzz"'],
    [{ models: ["pop", "pop"] }, "models: expected every name once"],
    [{ models: [] }, "models: expected at least one, got none"],
    [{ models: ["pop"], modelOptions: { ar: {} } }, "modelOptions: expected pop, got"],
    [{ models: ["ar"], modelOptions: { ar: { rule: 3 } } }, 'Did you mean "rules"?'],
    [
      { models: ["ar"], modelOptions: { ar: { rules: 0 } } },
      "options of ar: rules: expected an integer ≥ 1",
    ],
    [{ modelOptions: { gru4rec: { epoch: 3 } } }, 'Did you mean "epochs"?'],
    [{ jobs: 0 }, "jobs: expected an integer ≥ 1"],
    [
      { models: ["two-towers"], modelOptions: { "two-towers": { features: { brand: {} } } } },
      "options of two-towers: features: expected none where items are known by their ids",
    ],
    [
      { models: ["two-towers"], modelOptions: { "two-towers": { bachSize: 4 } } },
      'got an unknown name. Did you mean "batchSize"?',
    ],
    [{ fitted: { pop: markov(log) } }, "fitted: expected names that are no kinds of models"],
    [{ fitted: { a: {} as Scorer } }, "fitted.a: expected a model, a baseline or a Scorer"],
    [{ models: ["pop"], fitted: { a: markov(log) } }, 'fitted: expected pop, got "a"'],
    [
      { fitted: { a: markov(log) }, modelOptions: { a: {} } },
      "options of a: expected none, as it is fitted",
    ],
    [
      { fitted: { a: markov(clicks(50, 9)) } },
      "fitted.a: expected a model of the 12 items that are fitted on, got one of 9 items, without 3",
    ],
    [
      { models: ["gru4rec"], modelOptions: { gru4rec: { patience: 2 } } },
      "patience: expected a validation beside it",
    ],
  ] satisfies [CompareOptions, string][])(
    "refuses %o before the first model",
    async (options, message) => {
      await expect(all(options)).rejects.toThrow(ConfigError);
      await expect(all(options)).rejects.toThrow(message);
    },
  );

  test("refuses a test that comes before the end of training, unless told to or left out one by one", async () => {
    const options = { models: ["pop"] };
    await expect(all(options, log)).rejects.toThrow(
      /^test: expected test events after the last one of training/,
    );
    expect(await all({ ...options, allowLeak: true }, log)).toHaveLength(1);
    expect(await all({ ...options, leaveOneOut: true }, log)).toHaveLength(1);
  });

  test("refuses a test without a test case", async () => {
    const unknown = Sessions.from(
      [1, 2].map((time) => ({ sessionId: 1, itemId: "new", time: 1e6 + time })),
    );
    await expect(all({ models: ["pop"] }, unknown)).rejects.toThrow("got none");
  });
});

describe("inspectSplit", () => {
  test("warns of what leaks, of leave-one-out, and of sessions without order", async () => {
    const { leakedEvents, leakedShare, warnings } = await inspectSplit(log, log);
    expect(leakedEvents).toBe(log.events - 1);
    expect(leakedShare).toBeCloseTo(1, 2);
    expect(warnings[0]).toMatch(/come before the end of training/);
    expect((await inspectSplit(log, held)).leakedEvents).toBe(0);
    const {
      warnings: [first],
    } = await inspectSplit(log, held, { leaveOneOut: true });
    expect(first).toMatch(/^Leave-one-out trains on what others did later/);
    const still = Sessions.from(
      Array.from({ length: 40 }, (_, i) => ({ sessionId: i >> 2, itemId: i % 3, time: 5 })),
    );
    expect((await inspectSplit(still, still)).warnings.join("\n")).toMatch(
      /have the time of the click before/,
    );
  });
});

describe("intervalsOf", () => {
  /** Sessions of two clicks, and models that find a share of the second ones. */
  const N = 2000;
  const two = Sessions.from(
    Array.from({ length: 2 * N }, (_, i) => ({ sessionId: i >> 1, itemId: i % 7, time: i })),
  );
  const modelOf = (name: string, isHit: (session: number) => boolean): ComparedModel => ({
    ...{
      name,
      options: {},
      trainSeconds: 0,
      requestsPerSecond: 1,
      bytes: 0,
      epochs: [],
      evaluation: undefined,
      failure: undefined,
    },
    ranks: Float64Array.from({ length: 2 * N }, (_, i) =>
      i % 2 === 0 ? Number.NaN : isHit(i >> 1) ? 2 : Number.POSITIVE_INFINITY,
    ),
  });
  const random = new CounterRandom(3, 99);
  const hits = Array.from({ length: N }, () => random.next() < 0.3);

  test("spread as the binomial does, and mark what is surely lower only", async () => {
    const best = modelOf("best", (s) => hits[s]!);
    const near = modelOf("near", (s) => hits[s]! && s !== hits.indexOf(true));
    const worse = modelOf("worse", (s) => hits[s]! && s % 5 > 0);
    const found = await intervalsOf([near, best, worse], two, { cutoffs: [1, 5] });
    const [a, b, c] = found.map(({ recall }) => recall[5]!);
    const p = hits.filter(Boolean).length / N;
    expect(b!.value).toBeCloseTo(p, 12);
    const width = 2 * 1.96 * Math.sqrt((p * (1 - p)) / N);
    expect((b!.high - b!.low) / width).toBeGreaterThan(0.9);
    expect((b!.high - b!.low) / width).toBeLessThan(1.1);
    expect([a, b, c].map((one) => one!.isBest)).toEqual([false, true, false]);
    expect([a, b, c].map((one) => one!.isWorse)).toEqual([false, false, true]);
    expect(found[1]!.mrr[5]!.value).toBeCloseTo(p / 2, 12);
    expect(found[1]!.ndcg[5]!.value).toBeCloseTo(p / Math.log2(3), 12);
    expect(found[1]!.recall[1]!.value).toBe(0);
  });

  test("are a function of the seed", async () => {
    const models = [modelOf("one", (s) => hits[s]!)];
    const [first, again, other] = await Promise.all(
      [1, 1, 2].map((seed) => intervalsOf(models, two, { seed, samples: 100 })),
    );
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
  });
});
