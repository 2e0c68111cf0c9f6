/** Each place of each public function, called with a value of any kind. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as rootModule from "../../src/index.js";
import * as nodeModule from "../../src/node.js";
import { newFolder } from "../durability/processes.js";
import { clicks } from "../training/clicks.js";
import { recorded, watch } from "./recorder.js";

const root = recorded(rootModule, "");
const node = recorded(nodeModule, "node.");

export const JUNK: Readonly<Record<string, unknown>> = {
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
const parameters = join(folder, "parameters.json");
writeFileSync(parameters, "{}");
const fresh = (): Promise<rootModule.GRU4Rec> => root.GRU4Rec.create(items, { layers: [4] });
const RECORDS = { features: { a: { kind: "category" } } } as const;
const checkpoint = { save: (): void => {} };
const baseline = await root.fitBaseline("ar", sessions);
const rated = await root.readRatings(
  Array.from({ length: 20 }, (_, i) => `${i % 4}::${i % 3}::5::${i}\n`).join(""),
);
const examples = root.examplesOf(rated, { windowLength: 2 });
const towers = await root.TwoTowers.create(rated.items, {
  ...{ layers: [2], embeddingSize: 2, windowLength: 2 },
});
const freshTowers = (): Promise<rootModule.TwoTowers> =>
  root.TwoTowers.create(rated.items, { layers: [2], embeddingSize: 2, windowLength: 2 });
const index = await towers.index();
watch(Object.getPrototypeOf(model.session()), "Session#");
const table = "session,item,time\n1,2,3\n1,3,4\n";
const ratings = "1::2::3::978300760\n2::3::4::978302109\n";

/** Where text is the path of a file that is written. */
const written = (x: unknown): unknown => (x === JUNK.text ? join(newFolder(), "file") : x);

// biome-ignore lint/suspicious/noExplicitAny: a wrong kind is what the types forbid
type Call = (x: any) => unknown;

/**
 * A place of a function, what is done with a value there, and the kinds of junk that it takes. Where options
 * go, what stands beside each of them in turn.
 */
type Place = readonly [name: string, call: Call, takes: readonly string[], beside?: object];

const OPTIONS = ["undefined", "an object", "a bare object"];
const HERE = { threads: 0 } as const;
const FEW = { models: ["pop"], allowLeak: true } as const;
const SPACE = { train: { momentum: { from: 0, to: 0.9 } } } as const;

// biome-ignore format: one line each
const PLACES: readonly Place[] = [
  ["Items.from(ids)", (x) => root.Items.from(x), []],
  ["Items.from(, support)", (x) => root.Items.from([1], x), ["undefined"]],
  ["provideKernels(kernels)", (x) => root.provideKernels(x), ["an object", "a bare object"]],
  ["provideKernels({ serving })", (x) => root.provideKernels({ serving: x }), ["undefined"]],
  ["Items.arriving(ids)", (x) => [...root.Items.arriving(x)], []],
  ["Items.arriving(, support)", (x) => [...root.Items.arriving([1], x)], ["undefined"]],
  ["items.indexOf", (x) => items.indexOf(x), Object.keys(JUNK)],
  ["items.spelt", (x) => items.spelt(x), Object.keys(JUNK)],
  ["items.has", (x) => items.has(x), Object.keys(JUNK)],
  ["items.idOf", (x) => items.idOf(x), []],
  ["Sessions.from", (x) => root.Sessions.from(x), []],
  ["Sessions.from(columns)", (x) => root.Sessions.from({ sessionId: x, itemId: [1], time: [1] }), []],
  ["sessions.order(kind)", (x) => sessions.order(x), []],
  ["sessions.order(, seed)", (x) => sessions.order("random", x), ["undefined", "number"]],
  ["sessions.order(, , epoch)", (x) => sessions.order("random", 1, x), ["undefined", "number"]],
  ["sessions.over", (x) => sessions.over(x), []],
  ["sessions.select", (x) => sessions.select(x), []],
  ["sessions.select(, leftOut)", (x) => sessions.select(new Uint8Array(sessions.events), x), ["undefined", "a list", "a list of nothing"]],
  ["splitByTime(sessions)", (x) => root.splitByTime(x, { testSessions: 2 }), []],
  ["splitByTime(, options)", (x) => root.splitByTime(sessions, x), [], { testSessions: 2 }],
  ["splitLeaveOneOut(sessions)", (x) => root.splitLeaveOneOut(x), []],
  ["filterSessions(sessions)", (x) => root.filterSessions(x, {}), []],
  ["filterSessions(, options)", (x) => root.filterSessions(sessions, x), ["an object", "a bare object"], {}],
  ["resolveFilterOptions", (x) => root.resolveFilterOptions(x), ["an object", "a bare object"]],
  ["recentSessions(sessions)", (x) => root.recentSessions(x, { lastPart: 1 }), []],
  ["recentSessions(, options)", (x) => root.recentSessions(sessions, x), [], { lastPart: 1 }],
  ["readEvents(source)", (x) => root.readEvents(x), []],
  ["readEvents(, options)", (x) => root.readEvents(table, x), OPTIONS],
  ["readSessions(source)", (x) => root.readSessions(x), []],
  ["readSessions(, options)", (x) => root.readSessions(table, x), OPTIONS],
  ["readRatings(source)", (x) => root.readRatings(x), []],
  ["readRatings(, options)", (x) => root.readRatings(ratings, x), OPTIONS],
  ["readRecords(source)", (x) => root.readRecords(x, RECORDS), []],
  ["readRecords(, options)", (x) => root.readRecords("item,a\n1,2\n", x), [], RECORDS],
  ["readTitles(source)", (x) => root.readTitles(x), []],
  ["readTitles(, options)", (x) => root.readTitles("1::a::b\n", x), OPTIONS],
  ["officialSpace(loss)", (x) => root.officialSpace(x), ["undefined"]],
  ["tune(objective)", (x) => root.tune(x, { space: SPACE, trials: 1 }), ["a function"]],
  ["tuningOf(space)", (x) => root.tuningOf(x, []), [], { ...SPACE, model: SPACE.train }],
  ["tuningOf(, trials)", (x) => root.tuningOf(SPACE, x), ["a list"]],
  ["tune(, options)", (x) => root.tune(() => 1, x), [], { space: SPACE, trials: 1 }],
  ["outdoorShop(options)", (x) => root.outdoorShop(x), OPTIONS, { sessions: 3, testSessions: 3 }],
  ["markov(sessions)", (x) => root.markov(x), []],
  ["markov(, options)", (x) => root.markov(sessions, x), OPTIONS],
  ["popularity", (x) => root.popularity(x), []],
  ["fitBaseline(kind)", (x) => root.fitBaseline(x, sessions), []],
  ["fitBaseline(, sessions)", (x) => root.fitBaseline("ar", x), []],
  ["fitBaseline(, , options)", (x) => root.fitBaseline("v-sknn", sessions, x), OPTIONS],
  ["fitBaseline(, , options of bpr-mf)", (x) => root.fitBaseline("bpr-mf", sessions, x), OPTIONS, { factors: 2, epochs: 1 }],
  ["fitBaseline(, , options of vstan)", (x) => root.fitBaseline("vstan", sessions, x), OPTIONS],
  ["randomScorer(items)", (x) => root.randomScorer(x), []],
  ["randomScorer(, seed)", (x) => root.randomScorer(items, x), ["undefined", "number"]],
  ["baseline.recommend(itemIds)", (x) => baseline.recommend(x), ["a list"]],
  ["baseline.recommend(, options)", (x) => baseline.recommend(["item 1"], x), OPTIONS],
  ["Baseline.fromBytes", (x) => root.Baseline.fromBytes(x), []],
  ["compare(log)", (x) => root.compare(x, sessions, FEW).next(), []],
  ["compare(, test)", (x) => root.compare(sessions, x, FEW).next(), []],
  ["compare(, , options)", (x) => root.compare(sessions, sessions, x).next(), [], FEW],
  ["checkCompare", (x) => root.checkCompare(x), ["an object", "a bare object"]],
  ["intervalsOf(models)", (x) => root.intervalsOf(x, sessions), ["a list"]],
  ["intervalsOf(, test)", (x) => root.intervalsOf([], x), []],
  ["intervalsOf(, , options)", (x) => root.intervalsOf([], sessions, x), OPTIONS],
  ["inspectSplit(log)", (x) => root.inspectSplit(x, sessions), []],
  ["inspectSplit(, test)", (x) => root.inspectSplit(sessions, x), []],
  ["inspectSplit(, , options)", (x) => root.inspectSplit(sessions, sessions, x), OPTIONS],
  ["evaluate(model)", (x) => root.evaluate(x, sessions), []],
  ["evaluate(, sessions)", (x) => root.evaluate(model, x), []],
  ["evaluate(, , options)", (x) => root.evaluate(model, sessions, x), OPTIONS, HERE],
  ["resolveEvaluateOptions", (x) => root.resolveEvaluateOptions(x), OPTIONS],
  ["resolveModelOptions", (x) => root.resolveModelOptions(x), OPTIONS],
  ["resolveTrainOptions", (x) => root.resolveTrainOptions(x), OPTIONS],
  ["officialOptions(text)", (x) => root.officialOptions(x), []],
  ["officialOptions(, over)", (x) => root.officialOptions("layers=4", x), OPTIONS],
  ["mergeParameters(set)", (x) => root.mergeParameters(x), ["an object", "a bare object"]],
  ["mergeParameters(, over)", (x) => root.mergeParameters({ model: {}, train: {} }, x), OPTIONS],
  ["GRU4Rec.create(items)", (x) => root.GRU4Rec.create(x), []],
  ["GRU4Rec.create(, options)", (x) => root.GRU4Rec.create(items, x), OPTIONS],
  ["GRU4Rec.fromBytes", (x) => root.GRU4Rec.fromBytes(x), []],
  ["model.recommend(itemIds)", (x) => model.recommend(x), ["a list"]],
  ["model.recommend(, options)", (x) => model.recommend(["item 1"], x), OPTIONS],
  ["recommendAll(model)", (x) => root.recommendAll(x, [["item 1"]]), []],
  ["recommendAll(, visits)", (x) => root.recommendAll(model, x), ["a list"]],
  ["recommendAll(, visit)", (x) => root.recommendAll(model, [x]), ["a list"]],
  ["recommendAll(, , options)", (x) => root.recommendAll(model, [["item 1"]], x), OPTIONS, HERE],
  ["explain(model)", (x) => root.explain(x, ["item 1"]), []],
  ["explain(, itemIds)", (x) => root.explain(model, x), ["a list"]],
  ["explain(, , options)", (x) => root.explain(model, ["item 1"], x), OPTIONS],
  ["explain(index, , options)", (x) => root.explain(index, ["1"], x), OPTIONS],
  ["recommendAll(baseline, visits)", (x) => root.recommendAll(baseline, x), ["a list"]],
  ["recommendAll(baseline, , options)", (x) => root.recommendAll(baseline, [["item 1"]], x), OPTIONS, HERE],
  ["onnxStep", (x) => root.onnxStep(x), []],
  ["itemVectors(model)", (x) => root.itemVectors(x), []],
  ["visitVectors(model)", (x) => root.visitVectors(x, [["item 1"]]), []],
  ["visitVectors(, visits)", (x) => root.visitVectors(model, x), ["a list"]],
  ["visitVectors(, visit)", (x) => root.visitVectors(model, [x]), ["a list"]],
  ["visitVectors(, , options)", (x) => root.visitVectors(model, [["item 1"]], x), OPTIONS],
  ["visitVectors(towers, , options)", (x) => root.visitVectors(towers, [["1"]], x), OPTIONS],
  ["model.similarItems(itemId)", (x) => model.similarItems(x), ["number", "text", "a bigint"]],
  ["model.similarItems(, options)", (x) => model.similarItems("item 1", x), OPTIONS],
  ["model.hasItem", (x) => model.hasItem(x), Object.keys(JUNK)],
  ["session.push", (x) => model.session().push(x), ["number", "text", "a bigint"]],
  ["session.recommend", (x) => model.session().push("item 1").recommend(x), OPTIONS],
  ["checkpointPlace", (x) => root.checkpointPlace(x), []],
  ["checkpointFacts", (x) => root.checkpointFacts(x), []],
  ["inspectSessions(sessions)", (x) => root.inspectSessions(x), []],
  ["inspectSessions(, options)", (x) => root.inspectSessions(sessions, x), OPTIONS],
  ["estimateMemory(size)", (x) => root.estimateMemory(x), [], { items: 9 }],
  ["estimateMemory(, model)", (x) => root.estimateMemory({ items: 9 }, x), OPTIONS],
  ["estimateMemory(, , training)", (x) => root.estimateMemory({ items: 9 }, {}, x), OPTIONS],
  ["fit(model)", (x) => root.fit(x, sessions, QUICK), []],
  ["fit(, sessions)", (x) => root.fit(model, x, QUICK), []],
  ["fit(, , checkpoint)", async (x) => root.fit(await fresh(), sessions, { ...QUICK, checkpoint: x }), ["undefined"], checkpoint],
  ["fit(, , options)", async (x) => root.fit(await fresh(), sessions, x), OPTIONS, QUICK],
  ["train(model)", (x) => root.train(x, sessions).next(), []],
  ["TwoTowers.create(items)", (x) => root.TwoTowers.create(x), []],
  ["TwoTowers.create(, options)", (x) => root.TwoTowers.create(items, x), OPTIONS],
  ["towers.index", (x) => towers.index(x), OPTIONS],
  ["RetrievalIndex.fromBytes", (x) => root.RetrievalIndex.fromBytes(x), []],
  ["index.recommend(itemIds)", (x) => index.recommend(x), ["a list"]],
  ["index.recommend(, options)", (x) => index.recommend(["1"], x), OPTIONS],
  ["resolveTowerOptions", (x) => root.resolveTowerOptions(x), OPTIONS],
  ["examplesOf(ratings)", (x) => root.examplesOf(x), []],
  ["examplesOf(, options)", (x) => root.examplesOf(rated, x), OPTIONS],
  ["boundariesOf(times)", (x) => root.boundariesOf(x, 2), []],
  ["boundariesOf(, buckets)", (x) => root.boundariesOf([1, 2, 3], x), ["number"]],
  ["splitAtRandom(examples)", (x) => root.splitAtRandom(x), []],
  ["splitAtRandom(, options)", (x) => root.splitAtRandom(examples, x), OPTIONS],
  ["splitAtTime(examples)", (x) => root.splitAtTime(x), []],
  ["splitAtTime(, options)", (x) => root.splitAtTime(examples, x), OPTIONS],
  ["node.writeRecommendations(model)", (x) => node.writeRecommendations(x, sessions, join(folder, "l.csv"), HERE), []],
  ["node.writeRecommendations(, visits)", (x) => node.writeRecommendations(model, x, join(folder, "l.csv"), HERE), []],
  ["node.writeRecommendations(, , path)", (x) => node.writeRecommendations(model, sessions, x, HERE), []],
  ["node.writeRecommendations(, , , options)", (x) => node.writeRecommendations(model, sessions, join(folder, "l.csv"), x), OPTIONS, HERE],
  ["node.writeItemVectors(model)", (x) => node.writeItemVectors(x, join(folder, "v.npy")), []],
  ["node.writeItemVectors(, path)", (x) => node.writeItemVectors(model, x), []],
  ["node.writeVisitVectors(model)", (x) => node.writeVisitVectors(x, sessions, join(folder, "v.npy")), []],
  ["node.writeVisitVectors(, visits)", (x) => node.writeVisitVectors(model, x, join(folder, "v.npy")), []],
  ["node.writeVisitVectors(, , path)", (x) => node.writeVisitVectors(model, sessions, x), []],
  ["node.writeVisitVectors(, , , options)", (x) => node.writeVisitVectors(model, sessions, join(folder, "v.npy"), x), OPTIONS],
  ["node.fit(model)", (x) => node.fit(x, sessions, QUICK), []],
  ["node.fit(, , options)", async (x) => node.fit(await fresh(), sessions, x), OPTIONS, QUICK],
  ["node.train(, sessions)", (x) => node.train(model, x).next(), []],
  ["node.fit(, , checkpoint)", async (x) => node.fit(await fresh(), sessions, { ...QUICK, checkpoint: x }), ["undefined"], { get path() { return join(newFolder(), "ck"); } }],
  ["node.readEvents", (x) => node.readEvents(x), []],
  ["node.readEvents(, options)", (x) => node.readEvents(new TextEncoder().encode(table), x), OPTIONS],
  ["node.readSessions", (x) => node.readSessions(x), []],
  ["node.readRatings", (x) => node.readRatings(x), []],
  ["node.readRatings(, options)", (x) => node.readRatings(new TextEncoder().encode(ratings), x), OPTIONS],
  ["node.readRecords", (x) => node.readRecords(x, RECORDS), []],
  ["node.readRecords(, options)", (x) => node.readRecords(new TextEncoder().encode("item,a\n1,2\n"), x), [], RECORDS],
  ["node.readTitles", (x) => node.readTitles(x), []],
  ["node.readTitles(, options)", (x) => node.readTitles(new TextEncoder().encode("1::a::b\n"), x), OPTIONS],
  ["node.tune(objective)", (x) => node.tune(x, { space: SPACE, trials: 1 }), ["a function"]],
  ["node.tune(, options)", (x) => node.tune(() => 1, x), [], { space: SPACE, trials: 1 }],
  ["node.saveModel(model)", (x) => node.saveModel(x, join(folder, "other")), []],
  ["node.saveModel(, path)", (x) => node.saveModel(model, written(x) as string), ["text"]],
  ["node.fileKind", (x) => node.fileKind(x), []],
  ["node.readCheckpointFacts", (x) => node.readCheckpointFacts(x), []],
  ["node.loadModel", (x) => node.loadModel(x), []],
  ["node.readParameters", (x) => node.readParameters(x), []],
  ["node.readParameters(, kind)", (x) => node.readParameters(parameters, x), ["undefined"]],
  ["node.loadModel(, kind)", (x) => node.loadModel(path, x), ["undefined"]],
  ["TwoTowers.fromBytes", (x) => root.TwoTowers.fromBytes(x), []],
  ["evaluate(towers)", (x) => root.evaluate(towers, x), []],
  ["evaluate(index)", (x) => root.evaluate(index, x), []],
  ["evaluate(towers, , options)", (x) => root.evaluate(towers, examples, x), OPTIONS, HERE],
  ["evaluate(index, , options)", (x) => root.evaluate(index, examples, x), OPTIONS, HERE],
  ["recommendAll(towers, visits)", (x) => root.recommendAll(towers, x), ["a list"]],
  ["recommendAll(towers, , options)", (x) => root.recommendAll(towers, [["1"]], x), OPTIONS, HERE],
  ["recommendAll(index, , options)", (x) => root.recommendAll(index, [["1"]], x), OPTIONS, HERE],
  ["resolveTrainOptions(, two-towers)", (x) => root.resolveTrainOptions(x, "two-towers"), OPTIONS],
  ["estimateMemory(size of examples)", (x) => root.estimateMemory(x?.constructor === Object ? { examples: 0, ...x } : x), [], { items: 9, examples: 0 }],
  ...["items", "windowLength", "length", "contexts", "targets", "times"].map((column): Place => [`fit(towers, examples.${column})`, (x) => root.fit(towers, { ...examples, [column]: x }, QUICK), []]),
  ...["users", "items", "user", "item", "rating", "time", "length"].map((column): Place => [`examplesOf(ratings.${column})`, (x) => root.examplesOf({ ...rated, [column]: x }), []]),
  ["estimateMemory(, towers)", (x) => root.estimateMemory({ items: 9, examples: 0 }, x), OPTIONS],
  ["estimateMemory(, , training of towers)", (x) => root.estimateMemory({ items: 9, examples: 0 }, {}, x), OPTIONS],
  ["extendModel(model)", (x) => root.extendModel(x, sessions), []],
  ["extendModel(, sessions)", (x) => root.extendModel(model, x), []],
  ["extendModel(, , options)", (x) => root.extendModel(model, sessions, x), OPTIONS],
  ["extendModel(towers, examples)", (x) => root.extendModel(towers, x), []],
  ["extendModel(towers, , options)", (x) => root.extendModel(towers, examples, x), OPTIONS],
  ["update(model)", (x) => root.update(x, sessions, QUICK), []],
  ["update(, sessions)", (x) => root.update(model, x, QUICK), []],
  ["update(, , options)", (x) => root.update(model, sessions, x), OPTIONS, QUICK],
  ["fit(towers, examples)", (x) => root.fit(towers, x), []],
  ["fit(towers, , options)", async (x) => root.fit(await freshTowers(), examples, x), OPTIONS, QUICK],
  ["fit(towers, , checkpoint)", async (x) => root.fit(await freshTowers(), examples, { ...QUICK, checkpoint: x }), ["undefined"], checkpoint],
  ["fit(, , snapshots)", async (x) => root.fit(await fresh(), sessions, { ...QUICK, snapshots: x }), ["undefined"], { at: [1], onSnapshot: (): void => {}, weights: true }],
  ["train(towers, , options)", async (x) => root.train(await freshTowers(), examples, x).next(), OPTIONS, QUICK],
  ["train(, sessions)", (x) => root.train(model, x).next(), []],
  ["train(, , options)", async (x) => root.train(await fresh(), sessions, x).next(), OPTIONS, QUICK],
  ["resolveTrainOptions(, windowLength)", (x) => root.resolveTrainOptions({}, x), ["undefined", "number"]],
  ["evaluate(scorer, , options)", (x) => root.evaluate(root.popularity(sessions), sessions, x), OPTIONS],
  ["TwoTowers.create(, , records)", (x) => root.TwoTowers.create(items, {}, x), ["undefined", "a list"]],
  ["TwoTowers.create(, features)", (x) => root.TwoTowers.create(items, { features: x }), ["undefined", "an object", "a bare object"]],
  ["TwoTowers.create(, features.year)", (x) => root.TwoTowers.create(items, { features: { year: x } }, [{ itemId: "item 1", year: 1990 }]), [], { kind: "number" }],
  ["TwoTowers.create(, , records[0])", (x) => root.TwoTowers.create(items, { features: { year: { kind: "number" } } }, [x]), []],
  ["towers.index(records[0])", (x) => towers.index({ records: [x] }), []],
  ["index.recommend(itemIds[0])", (x) => index.recommend([x]), ["number", "text", "a bigint"]],
  ["index.recommend(, exclude[0])", (x) => index.recommend(["1"], { exclude: [x] }), ["number", "text", "a bigint"]],
  ["index.recommend(, only[0])", (x) => index.recommend(["1"], { only: [x] }), ["number", "text", "a bigint"]],
  ["model.recommend(itemIds[0])", (x) => model.recommend([x]), ["number", "text", "a bigint"]],
  ["model.recommend(, exclude[0])", (x) => model.recommend(["item 1"], { exclude: [x] }), ["number", "text", "a bigint"]],
  ["index.hasItem", (x) => index.hasItem(x), Object.keys(JUNK)],
  ["index.similarItems(itemId)", (x) => index.similarItems(x), ["number", "text", "a bigint"]],
  ["index.similarItems(, options)", (x) => index.similarItems("1", x), OPTIONS],
  ["index.session().push", (x) => index.session().push(x), ["number", "text", "a bigint"]],
  ["index.session().recommend", (x) => index.session().push("1").recommend(x), OPTIONS],
  ["node.fit(, sessions)", (x) => node.fit(model, x, QUICK), []],
  ["node.train(model)", (x) => node.train(x, sessions).next(), []],
  ["node.train(, , options)", async (x) => node.train(await fresh(), sessions, x).next(), OPTIONS, QUICK],
  ["node.readSessions(, options)", (x) => node.readSessions(new TextEncoder().encode(table), x), OPTIONS],
  ["node.checkWritable", (x) => node.checkWritable(written(x) as string), ["text"]],
];

const NUMBERS = [
  ...["threads", "windowLength", "count", "epochs", "batchSize", "negatives", "learningRate", "l2"],
  ...["gradientCap", "every", "seed", "sigma", "logQ", "minSupport", "minLength", "minRating"],
  ...[
    "sessions",
    "testSessions",
    "validationSeconds",
    "validationSessions",
    "gap",
    "examples",
    "successors",
    "temperature",
    "hardNegatives",
  ],
  "initialAccumulator",
  ...["k", "sampleSize", "idf", "lastInSession", "factors"],
  ...["trials", "round", "jobs"],
  ...["lambdaSpw", "lambdaSnh", "lambdaInh", "lambdaIpw", "lambdaIdf"],
];
const SWITCHES = [
  ...["lists", "quantize", "profile", "resetAfter", "dropRepeats", "dropAllRepeats", "normalize"],
  ...[
    "allowLeak",
    "keepOptimizer",
    "halving",
    "leaveOneOut",
    "removeAccidentalHits",
    "remind",
    "strict",
    "skipBadRows",
    "header",
    "whole",
  ],
];
/** Trainings want a validation beside them. */
const MEASURED = ["lastOnly", "excludeSeen"];
const FUNCTIONS = [
  "onProgress",
  "onWarning",
  "createWorker",
  "save",
  "onResumed",
  "onFailure",
  "onSaved",
  "onTrial",
  "onResume",
];
const LISTS = [
  "exclude",
  "only",
  "drop",
  "done",
  "files",
  "queryLayers",
  "candidateLayers",
  "timeBoundaries",
  "records",
];
const REQUIRED = ["save", "path", "kind", "space"];

/** Kinds that an option of this name takes at this place. */
function took(option: string, place: string): readonly string[] {
  const found = TOOK[`${place}.${option}`];
  if (found) return found;
  const kinds = [
    ...(REQUIRED.includes(option) ? [] : ["undefined"]),
    ...(NUMBERS.includes(option) ? ["number"] : []),
    ...(SWITCHES.includes(option) ? ["true"] : []),
    ...(MEASURED.includes(option) && /^(evaluate|resolveEvaluate|compare|checkCompare)/.test(place)
      ? ["true"]
      : []),
    ...(FUNCTIONS.includes(option) ? ["a function"] : []),
    ...(LISTS.includes(option) ? ["a list"] : []),
    ...(["name", "path", "comment"].includes(option) ? ["text"] : []),
    ...(["features", "model", "train"].includes(option) ? ["an object", "a bare object"] : []),
  ];
  return kinds;
}

/** Where that is another than elsewhere. */
const TOOK: Readonly<Record<string, readonly string[]>> = {
  "node.fit(, , checkpoint).resume": ["undefined", "true"],
  "estimateMemory(size).events": ["undefined", "number"],
  "estimateMemory(size of examples).examples": ["number"],
  "estimateMemory(size).items": ["number"],
  "splitByTime(, options).testSessions": ["number"],
  "recentSessions(, options).lastPart": [],
  "readRecords(, options).features": [],
  "readRecords(, options).columns": ["undefined", "an object", "a bare object"],
  "readRecords(, options).separator": ["undefined", "text"],
  "node.readRecords(, options).features": [],
  "node.readRecords(, options).columns": ["undefined", "an object", "a bare object"],
  "node.readRecords(, options).separator": ["undefined", "text"],
  "examplesOf(, options).minRating": ["undefined"],
  "examplesOf(, options).minLength": ["undefined"],
  "evaluate(towers, , options).windowLength": ["undefined"],
  "evaluate(towers, , options).lastOnly": ["undefined"],
  "evaluate(index, , options).lastOnly": ["undefined"],
  "evaluate(index, , options).windowLength": ["undefined"],
  "resolveTrainOptions(, two-towers).logQ": ["undefined", "number", "a list"],
  "resolveTrainOptions(, two-towers).exclude": ["undefined", "a list", "a list of nothing"],
  "resolveTrainOptions(, two-towers).sampleWeights": ["undefined", "a list"],
  "estimateMemory(, , training of towers).logQ": ["undefined", "number", "a list"],
  "estimateMemory(, , training of towers).exclude": ["undefined", "a list", "a list of nothing"],
  "estimateMemory(, , training of towers).sampleWeights": ["undefined", "a list"],
  "estimateMemory(size of examples).items": ["number"],
  "fit(, , snapshots).at": ["a list"],
  "fit(, , snapshots).onSnapshot": ["a function"],
  "fit(, , snapshots).weights": ["undefined", "true"],
  "fit(towers, , options).exclude": ["undefined"],
  "train(towers, , options).exclude": ["undefined"],
  "compare(, , options).modelOptions": ["undefined", "an object", "a bare object"],
  "compare(, , options).fitted": ["undefined", "an object", "a bare object"],
  "compare(, , options).allowLeak": ["true"],
  "checkCompare.modelOptions": ["undefined", "an object", "a bare object"],
  "checkCompare.fitted": ["undefined", "an object", "a bare object"],
  "resolveEvaluateOptions.items": ["undefined", "a list", "a list of nothing"],
};

/** The names of options that go into a place; none where it takes no options. */
async function optionsOf(call: Call): Promise<readonly string[]> {
  const error: unknown = await Promise.resolve({ "no such name": 1 })
    .then(call)
    .catch((error) => error);
  const message = error instanceof rootModule.ConfigError ? error.message : "";
  const [, names] = /expected one of the .* options: (.*), got an unknown name/.exec(message) ?? [];
  return names?.split(", ") ?? [];
}

/** The place of each option of a place. */
async function placesIn([name, call, , beside = {}]: Place): Promise<Place[]> {
  const own = await optionsOf(call);
  return own.map((option): Place => {
    const set = (x: unknown): unknown =>
      call({ ...beside, [option]: option === "path" ? written(x) : x });
    return [`${name}.${option}`, set, took(option, name)];
  });
}

export const CALLS: readonly Place[] = [
  ...PLACES,
  ...(await Promise.all(PLACES.map(placesIn))).flat(),
];
