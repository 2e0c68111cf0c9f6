/**
 * Every public function, called with a value of a wrong kind in each of its places: what it cannot take it
 * refuses with an error of this library that says where, what was expected and what was found.
 */

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as root from "../src/index.js";
import * as node from "../src/node.js";
import { newFolder } from "./durability/processes.js";
import { clicks } from "./training/clicks.js";

const JUNK: Readonly<Record<string, unknown>> = {
  ...{ null: null, undefined: undefined, number: 7, text: "x", "a list": [], "an object": {} },
  ...{
    true: true,
    "a function": () => {},
    "a symbol": Symbol("s"),
    "a bare object": Object.create(null),
  },
  ...{ "a list of nothing": [null], "a bigint": 7n, NaN: Number.NaN },
};

const sessions = clicks(20, 6);
const { items } = sessions;
const QUICK = { epochs: 1, batchSize: 4, negatives: 4, threads: 0 } as const;
const folder = newFolder();
const path = join(folder, "model");
const model = await root.GRU4Rec.create(items, { layers: [4] });
await node.saveModel(model, path);
const fresh = (): Promise<root.GRU4Rec> => root.GRU4Rec.create(items, { layers: [4] });
const checkpoint = { save: (): void => {} };
const rated = await root.readRatings(
  Array.from({ length: 20 }, (_, i) => `${i % 4}::${i % 3}::5::${i}\n`).join(""),
);
const examples = root.examplesOf(rated, { windowLength: 2 });
const towers = await root.TwoTowers.create(rated.items, {
  ...{ layers: [2], embeddingSize: 2, windowLength: 2 },
});
const index = await towers.index();
const table = "session,item,time\n1,2,3\n1,3,4\n";
const ratings = "1::2::3::978300760\n2::3::4::978302109\n";

/** Where text is the path of a file that is written. */
const written = (x: unknown): unknown => (x === JUNK.text ? join(newFolder(), "file") : x);

// biome-ignore lint/suspicious/noExplicitAny: a wrong kind is what the types forbid
type Call = (x: any) => unknown;

/** Each place of each function, and the kinds of junk that it does take. */
// biome-ignore format: one line each
const CALLS: readonly (readonly [string, Call, readonly string[]])[] = [
  ["Items.from(ids)", (x) => root.Items.from(x), []],
  ["Items.from(, support)", (x) => root.Items.from([1], x), ["undefined"]],
  ["items.indexOf", (x) => items.indexOf(x), Object.keys(JUNK)],
  ["items.has", (x) => items.has(x), Object.keys(JUNK)],
  ["items.idOf", (x) => items.idOf(x), []],
  ["Sessions.from", (x) => root.Sessions.from(x), []],
  ["Sessions.from(columns)", (x) => root.Sessions.from({ sessionId: x, itemId: [1], time: [1] }), []],
  ["sessions.order(kind)", (x) => sessions.order(x), []],
  ["sessions.order(, seed)", (x) => sessions.order("random", x), ["undefined", "number"]],
  ["sessions.order(, , epoch)", (x) => sessions.order("random", 1, x), ["undefined", "number"]],
  ["sessions.over", (x) => sessions.over(x), []],
  ["sessions.select", (x) => sessions.select(x), []],
  ["splitByTime(sessions)", (x) => root.splitByTime(x, { testSessions: 2 }), []],
  ["splitByTime(, options)", (x) => root.splitByTime(sessions, x), []],
  ["splitByTime(, testSessions)", (x) => root.splitByTime(sessions, { testSessions: x }), ["number"]],
  ["splitByTime(, testSeconds)", (x) => root.splitByTime(sessions, { testSeconds: x }), ["number"]],
  ["filterSessions(sessions)", (x) => root.filterSessions(x, {}), []],
  ["filterSessions(, options)", (x) => root.filterSessions(sessions, x), ["an object", "a bare object"]],
  ["filterSessions(, minLength)", (x) => root.filterSessions(sessions, { minLength: x }), ["undefined", "number"]],
  ["filterSessions(, minSupport)", (x) => root.filterSessions(sessions, { minSupport: x }), ["undefined", "number"]],
  ["filterSessions(, dropRepeats)", (x) => root.filterSessions(sessions, { dropRepeats: x }), ["undefined", "true"]],
  ["readEvents(source)", (x) => root.readEvents(x), []],
  ["readEvents(, options)", (x) => root.readEvents(table, x), ["undefined", "an object", "a bare object"]],
  ["readEvents(, delimiter)", (x) => root.readEvents(table, { delimiter: x }), ["undefined"]],
  ["readEvents(, name)", (x) => root.readEvents(table, { name: x }), ["undefined", "text"]],
  ["readEvents(, timeUnit)", (x) => root.readEvents(table, { timeUnit: x }), ["undefined"]],
  ["readEvents(, itemColumn)", (x) => root.readEvents(table, { itemColumn: x }), ["undefined"]],
  ["readSessions(source)", (x) => root.readSessions(x), []],
  ["readSessions(, options)", (x) => root.readSessions(table, x), ["undefined", "an object", "a bare object"]],
  ["readRatings(source)", (x) => root.readRatings(x), []],
  ["readRatings(, options)", (x) => root.readRatings(ratings, x), ["undefined", "an object", "a bare object"]],
  ["readRatings(, name)", (x) => root.readRatings(ratings, { name: x }), ["undefined", "text"]],
  ["readTitles(source)", (x) => root.readTitles(x), []],
  ["readTitles(, options)", (x) => root.readTitles("1::a::b\n", x), ["undefined", "an object", "a bare object"]],
  ["outdoorShop(options)", (x) => root.outdoorShop(x && typeof x === "object" && !Array.isArray(x) ? { ...x, sessions: 3, testSessions: 3 } : (x ?? null)), ["an object", "a bare object"]],
  ["outdoorShop(sessions)", (x) => root.outdoorShop({ sessions: x ?? null, testSessions: 3 }), ["number"]],
  ["markov(sessions)", (x) => root.markov(x), []],
  ["markov(, options)", (x) => root.markov(sessions, x), ["undefined", "an object", "a bare object"]],
  ["popularity", (x) => root.popularity(x), []],
  ["randomScorer(items)", (x) => root.randomScorer(x), []],
  ["randomScorer(, seed)", (x) => root.randomScorer(items, x), ["undefined", "number"]],
  ["evaluate(model)", (x) => root.evaluate(x, sessions), []],
  ["evaluate(, sessions)", (x) => root.evaluate(model, x), []],
  ["evaluate(, , options)", (x) => root.evaluate(model, sessions, x), ["undefined", "an object", "a bare object"]],
  ...["cutoffs", "ties", "items", "lists", "windowLength", "signal", "onProgress", "threads", "numerics", "createWorker", "onWarning"].map(
    (name) => [`evaluate(, , ${name})`, (x: unknown) => root.evaluate(model, sessions, { threads: 0, [name]: x }), took(name)] as const,
  ),
  ...["cutoffs", "items", "signal", "onProgress"].map(
    (name) => [`evaluate(scorer, , ${name})`, (x: unknown) => root.evaluate(root.popularity(sessions), sessions, { [name]: x }), took(name)] as const,
  ),
  ["resolveEvaluateOptions", (x) => root.resolveEvaluateOptions(x), ["undefined", "an object", "a bare object"]],
  ["resolveModelOptions", (x) => root.resolveModelOptions(x), ["undefined", "an object", "a bare object"]],
  ["resolveTrainOptions", (x) => root.resolveTrainOptions(x), ["undefined", "an object", "a bare object"]],
  ["GRU4Rec.create(items)", (x) => root.GRU4Rec.create(x), []],
  ["GRU4Rec.create(, options)", (x) => root.GRU4Rec.create(items, x), ["undefined", "an object", "a bare object"]],
  ...Object.keys(root.MODEL_DEFAULTS).map(
    (name) => [`GRU4Rec.create(, ${name})`, (x: unknown) => root.GRU4Rec.create(items, { [name]: x }), took(name)] as const,
  ),
  ["GRU4Rec.fromBytes", (x) => root.GRU4Rec.fromBytes(x), []],
  ["model.recommend(itemIds)", (x) => model.recommend(x), ["a list"]],
  ["model.recommend(, options)", (x) => model.recommend(["item 1"], x), ["undefined", "an object", "a bare object"]],
  ...["count", "exclude", "only", "quantize"].map(
    (name) => [`model.recommend(, ${name})`, (x: unknown) => model.recommend(["item 1"], { [name]: x }), took(name)] as const,
  ),
  ["recommendAll(model)", (x) => root.recommendAll(x, [["item 1"]]), []],
  ["recommendAll(, visits)", (x) => root.recommendAll(model, x), ["a list"]],
  ["recommendAll(, visit)", (x) => root.recommendAll(model, [x]), ["a list"]],
  ["recommendAll(, , options)", (x) => root.recommendAll(model, [["item 1"]], x), ["undefined", "an object", "a bare object"]],
  ...["count", "exclude", "only", "signal", "onProgress", "threads", "createWorker", "onWarning"].map(
    (name) => [`recommendAll(, , ${name})`, (x: unknown) => root.recommendAll(model, [["item 1"]], { threads: 0, [name]: x }), took(name)] as const,
  ),
  ["model.similarItems(itemId)", (x) => model.similarItems(x), ["number", "text", "a bigint"]],
  ["model.similarItems(, options)", (x) => model.similarItems("item 1", x), ["undefined", "an object", "a bare object"]],
  ["model.similarItems(, count)", (x) => model.similarItems("item 1", { count: x }), ["undefined", "number"]],
  ["model.hasItem", (x) => model.hasItem(x), Object.keys(JUNK)],
  ["session.push", (x) => model.session().push(x), ["number", "text", "a bigint"]],
  ["session.recommend", (x) => model.session().push("item 1").recommend(x), ["undefined", "an object", "a bare object"]],
  ["checkpointPlace", (x) => root.checkpointPlace(x), []],
  ["estimateMemory(size)", (x) => root.estimateMemory(x), []],
  ["estimateMemory(, model)", (x) => root.estimateMemory({ items: 9 }, x), ["undefined", "an object", "a bare object"]],
  ["estimateMemory(, , training)", (x) => root.estimateMemory({ items: 9 }, {}, x), ["undefined", "an object", "a bare object"]],
  ["fit(model)", (x) => root.fit(x, sessions, QUICK), []],
  ["fit(, sessions)", (x) => root.fit(model, x, QUICK), []],
  ["fit(, , options)", async (x) => root.fit(await fresh(), sessions, x), ["undefined", "an object", "a bare object"]],
  ["train(model)", (x) => root.train(x, sessions).next(), []],
  ...[...Object.keys(root.TRAIN_DEFAULTS), "threads", "numerics", "createWorker", "signal", "profile", "onProgress", "onWarning", "validation", "patience", "monitor", "checkpoint"].map(
    (name) => [`fit(, , ${name})`, async (x: unknown) => root.fit(await fresh(), sessions, { ...QUICK, [name]: x }), took(name)] as const,
  ),
  ...["save", "every", "resume", "onResumed", "onFailure"].map(
    (name) => [`fit(, , checkpoint.${name})`, async (x: unknown) => root.fit(await fresh(), sessions, { ...QUICK, checkpoint: { ...checkpoint, [name]: x } }), took(name)] as const,
  ),
  ["TwoTowers.create(items)", (x) => root.TwoTowers.create(x), []],
  ["TwoTowers.create(, options)", (x) => root.TwoTowers.create(items, x), ["undefined", "an object", "a bare object"]],
  ["towers.index", (x) => towers.index(x), ["undefined", "an object", "a bare object"]],
  ["towers.index(items)", (x) => towers.index({ items: x }), ["undefined"]],
  ["RetrievalIndex.fromBytes", (x) => root.RetrievalIndex.fromBytes(x), []],
  ["index.recommend(itemIds)", (x) => index.recommend(x), ["a list"]],
  ["index.recommend(, options)", (x) => index.recommend(["1"], x), ["undefined", "an object", "a bare object"]],
  ...["count", "exclude", "only", "quantize"].map(
    (name) => [`index.recommend(, ${name})`, (x: unknown) => index.recommend(["1"], { [name]: x }), took(name)] as const,
  ),
  ["resolveTowerOptions", (x) => root.resolveTowerOptions(x), ["undefined", "an object", "a bare object"]],
  ["resolveTrainOptions(, two-towers)", (x) => root.resolveTrainOptions(x, "two-towers"), ["undefined", "an object", "a bare object"]],
  ["estimateMemory(examples)", (x) => root.estimateMemory({ items: 9, examples: x }), ["number"]],
  ["estimateMemory(, towers)", (x) => root.estimateMemory({ items: 9, examples: 0 }, x), ["undefined", "an object", "a bare object"]],
  ["estimateMemory(, , towers' training)", (x) => root.estimateMemory({ items: 9, examples: 0 }, {}, x), ["undefined", "an object", "a bare object"]],
  ["fit(, examples)", (x) => root.fit(towers, x), []],
  ["fit(towers, , options)", (x) => root.fit(towers, examples, x), ["undefined", "an object", "a bare object"]],
  ["evaluate(towers)", (x) => root.evaluate(towers, x), []],
  ["evaluate(index)", (x) => root.evaluate(index, x), []],
  ["evaluate(towers, , items)", (x) => root.evaluate(towers, examples, { items: x }), ["undefined"]],
  ["recommendAll(towers, visits)", (x) => root.recommendAll(towers, x), ["a list"]],
  ["recommendAll(towers, , time)", (x) => root.recommendAll(towers, [["1"]], { time: x }), ["undefined"]],
  ["examplesOf(ratings)", (x) => root.examplesOf(x), []],
  ["examplesOf(, options)", (x) => root.examplesOf(rated, x), ["undefined", "an object", "a bare object"]],
  ["boundariesOf(times)", (x) => root.boundariesOf(x, 2), []],
  ["boundariesOf(, buckets)", (x) => root.boundariesOf([1, 2, 3], x), ["number"]],
  ["splitAtRandom(examples)", (x) => root.splitAtRandom(x), []],
  ["splitAtRandom(, options)", (x) => root.splitAtRandom(examples, x), ["undefined", "an object", "a bare object"]],
  ["splitAtTime(examples)", (x) => root.splitAtTime(x), []],
  ["splitAtTime(, options)", (x) => root.splitAtTime(examples, x), ["undefined", "an object", "a bare object"]],
  ["node.fit(model)", (x) => node.fit(x, sessions, QUICK), []],
  ["node.fit(, , options)", async (x) => node.fit(await fresh(), sessions, x), ["undefined", "an object", "a bare object"]],
  ["node.train(, sessions)", (x) => node.train(model, x).next(), []],
  ["node.fit(, , checkpoint)", async (x) => node.fit(await fresh(), sessions, { ...QUICK, checkpoint: x }), ["undefined"]],
  ...["path", "every", "resume", "onResumed", "onSaved", "onFailure"].map(
    (name) => [`node.fit(, , checkpoint.${name})`, async (x: unknown) => node.fit(await fresh(), sessions, { ...QUICK, checkpoint: { path: join(newFolder(), "ck"), [name]: name === "path" ? written(x) : x } }), took(`node ${name}`)] as const,
  ),
  ["node.readEvents", (x) => node.readEvents(x), []],
  ["node.readEvents(, options)", (x) => node.readEvents(new TextEncoder().encode(table), x), ["undefined", "an object", "a bare object"]],
  ["node.readSessions", (x) => node.readSessions(x), []],
  ["node.readRatings", (x) => node.readRatings(x), []],
  ["node.readTitles", (x) => node.readTitles(x), []],
  ["node.saveModel(model)", (x) => node.saveModel(x, join(folder, "other")), []],
  ["node.saveModel(, path)", (x) => node.saveModel(model, written(x) as string), ["text"]],
  ["node.loadModel", (x) => node.loadModel(x), []],
  ["node.loadModel(, kind)", (x) => node.loadModel(path, x), ["undefined"]],
  ["TwoTowers.fromBytes", (x) => root.TwoTowers.fromBytes(x), []],
  ["node.checkWritable", (x) => node.checkWritable(written(x) as string), ["text"]],
];

/** Constants and errors are no functions that are called with something. */
const PLAIN = /Error$|_DEFAULTS$/;
test("No public function is forgotten", () => {
  const called = CALLS.map(([name]) => name).join("\n");
  const own = [...Object.keys(root), ...Object.keys(node).map((name) => `node.${name}`)];
  const forgotten = own.filter((name) => !PLAIN.test(name) && !called.includes(name));
  expect(forgotten).toEqual([]);
});

/** Kinds of junk that an option of this name takes. */
function took(name: string): readonly string[] {
  const by: Readonly<Record<string, readonly string[]>> = {
    ...{ items: [], cutoffs: [], exclude: ["a list"], only: ["a list"] },
    ...{
      onProgress: ["a function"],
      onWarning: ["a function"],
      createWorker: ["a function"],
      save: ["a function"],
    },
    ...{ "node path": ["text"], "node resume": ["true"], "node every": ["number"] },
    ...{
      "node onResumed": ["a function"],
      "node onSaved": ["a function"],
      "node onFailure": ["a function"],
    },
    ...{ onResumed: ["a function"], onFailure: ["a function"] },
    ...{ lists: ["true"], quantize: ["true"], profile: ["true"], resetAfter: ["true"], resume: [] },
    ...{ threads: ["number"], windowLength: ["number"], count: ["number"], epochs: ["number"] },
    ...{ batchSize: ["number"], negatives: ["number"], learningRate: ["number"], l2: ["number"] },
    ...{
      gradientCap: ["number"],
      every: ["number"],
      path: [],
      seed: ["number"],
      sigma: ["number"],
    },
    ...{ bprReg: [], eluParam: [], logQ: ["number"], embeddingSize: [] },
  };
  const required = ["save", "node path"].includes(name) ? [] : ["undefined"];
  return [...required, ...(by[name] ?? [])];
}

/** `where: expected what, got value`, and a sentence of advice or none; nothing of an engine's own words. */
const GRAMMAR = /^[^\n]{1,300}: expected [^\n]+, got [^\n]+$/;
const RAW =
  /is not (a function|iterable|an object|defined)|Cannot |undefined \(reading|\[object|The ".*" argument/;

describe.each(CALLS)("%s", (_, call, takes) => {
  test.each(Object.keys(JUNK))("%s", async (kind) => {
    let error: unknown;
    try {
      await call(JUNK[kind]);
    } catch (thrown) {
      error = thrown;
    }
    if (takes.includes(kind)) return expect(error).toBeUndefined();
    expect(error, "it was taken").toBeDefined();
    // Ids and times of a wrong kind are a TypeError, in the same words.
    const kinds = [root.ConfigError, root.FormatError, TypeError];
    const { message } = error as Error;
    expect(
      kinds.some((own) => error instanceof own),
      String(error),
    ).toBe(true);
    expect(message).toMatch(GRAMMAR);
    expect(message).not.toMatch(RAW);
  });
});
