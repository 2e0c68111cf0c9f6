/** Small jobs that between them run every program of the workers, and every way to go through it. */

import {
  DivergedError,
  evaluate,
  examplesOf,
  fit,
  GRU4Rec,
  type ModelOptions,
  readRatings,
  recommendAll,
  type TowerOptions,
  type TrainOptions,
  type TrainRetrievalOptions,
  TwoTowers,
} from "../../src/index.js";
import { CounterRandom } from "../../src/random.js";
import { clicks } from "../training/clicks.js";

const ITEMS = 37;
const sessions = clicks(16, ITEMS, 4);
/** Enough items for each thread to have some of them. */
const many = clicks(60, 500, 5);
const rated = await readRatings(ratings());
const examples = examplesOf(rated, { windowLength: 3 });
const REPORTED = ["recall", "mrr", "ndcg", "recommended", "coverage"] as const;

/** What comes of a job on so many threads, as a text that is the same where all bits are. */
export type Run = (threads: number) => Promise<string>;

// biome-ignore format: one line each
export const RUNS: Readonly<Record<string, Run>> = {
  "training, stacked one-hot layers, a cap": training({ layers: [9, 6], embedding: "one-hot", logQ: 1 }, { gradientCap: 0.05 }),
  "training, shared, in-batch, dropout": training({ dropoutEmbedding: 0.2, dropoutHidden: 0.2 }, { negatives: 0, momentum: 0.2 }),
  "training, shared, a cap": training({}, { gradientCap: 0.05 }),
  "training, windows, separate": training({ windowLength: 3, embedding: "separate" }, {}),
  "training, scores that diverge": diverging({}, { learningRate: 1e38, optimizer: "sgd" }),
  "training, weights that diverge": diverging({ layers: [7, 5] }, { learningRate: 1e20, l2: 1e30, optimizer: "sgd" }),
  "training, scores that diverge later": diverging({ embedding: "one-hot", loss: "bpr" }, { learningRate: 3e38, optimizer: "sgd" }),
  "training, one-hot, profiled": training({ embedding: "one-hot", loss: "top1" }, { profile: true }),
  "training, stacked, separate, bpr-max": training({ layers: [7, 5, 9], embedding: "separate", loss: "bpr-max", resetAfter: true }, {}),
  "training, windows, every click": training({ layers: [8, 6], windowLength: 3, lossAt: "every" }, { optimizer: "adam", learningRate: 0.01 }),
  "training, windows, pads, a cap": training({ windowLength: 3, padding: "unmasked", embedding: "separate" }, { gradientCap: 0.1 }),
  "towers, masked": towers({ padding: "masked" }, {}),
  "towers, features and times, negatives, a cap": towers({ ...described(), padding: "masked" }, { negatives: 5, gradientCap: 0.1 }),
  "towers, hard negatives, exclusions, two layers": towers({ layers: [8, 12], queryLayers: [8], normalize: true, dropoutHidden: 0.2 }, { hardNegatives: 3, temperature: 0.2, exclude: Array.from({ length: examples.length }, (_, i) => [`m${i % 19}`]) }),
  "towers, features side by side": towers({ ...described(), combine: "concatenate", layers: [12], queryLayers: [8], candidateLayers: [8] }, { order: "random", momentum: 0.2 }),
  "evaluation": evaluation({}, {}),
  "evaluation, a subset, lists, two layers": evaluation({ layers: [10, 6], embedding: "separate" }, { items: many.items.ids.slice(9), lists: true, cutoffs: [3] }),
  "evaluation, windows": evaluation({ windowLength: 3 }, {}),
  "lists": lists({}),
  "lists, two layers": lists({ layers: [10, 6], windowLength: 4 }),
  "tower ranks": ranks({}),
  "tower lists, dense layers": towerLists({ queryLayers: [12], candidateLayers: [12], padding: "masked" }),
  "tower ranks, features and times": ranks({ ...described(), padding: "masked" }),
};

const HOW = { numerics: "portable", epochs: 1, batchSize: 9 } as const;

function training(model: ModelOptions, options: TrainOptions): Run {
  return async (threads) => {
    using trained = await GRU4Rec.create(sessions.items, { layers: [10], ...model });
    const reports = await fit(trained, sessions, { negatives: 9, ...HOW, ...options, threads });
    return bits(
      trained.toBytes(),
      reports.map(({ loss }) => loss),
    );
  };
}

/** The same words, whoever finds it first. */
function diverging(model: ModelOptions, options: TrainOptions): Run {
  return async (threads) => {
    const error: unknown = await training(model, options)(threads).catch((error) => error);
    if (!(error instanceof DivergedError)) throw error;
    return error.message;
  };
}

function towers(model: TowerOptions, options: TrainRetrievalOptions): Run {
  return async (threads) => {
    using trained = await newTowers(model);
    const reports = await fit(trained, examples, { ...HOW, ...options, threads });
    return bits(
      trained.toBytes(),
      reports.map(({ loss }) => loss),
    );
  };
}

function evaluation(model: ModelOptions, options: object): Run {
  return async (threads) => {
    using untrained = await GRU4Rec.create(many.items, { layers: [10], ...model });
    const figures = await evaluate(untrained, many, { ...options, threads });
    return JSON.stringify(REPORTED.map((name) => (figures as object)[name as never] ?? 0));
  };
}

function lists(model: ModelOptions): Run {
  return async (threads) => {
    using untrained = await GRU4Rec.create(many.items, { layers: [10], ...model });
    const { ids } = many.items;
    const visits = Array.from({ length: 1100 }, (_, i) =>
      [ids[i % ids.length]!, ids[(i * 7) % ids.length]!].slice(i % 2),
    );
    return JSON.stringify(await recommendAll(untrained, visits, { count: 5, threads }));
  };
}

function ranks(model: TowerOptions): Run {
  return async (threads) => {
    using untrained = await newTowers(model);
    const options = { cutoffs: [1, 3, 10], threads, numerics: "portable" } as const;
    const figures = await evaluate(untrained, examples, options);
    return JSON.stringify(REPORTED.map((name) => (figures as object)[name as never] ?? 0));
  };
}

function towerLists(model: TowerOptions): Run {
  return async (threads) => {
    using untrained = await newTowers(model);
    const { ids } = examples.items;
    const visits = Array.from({ length: 1100 }, (_, i) =>
      [ids[i % ids.length]!, ids[(i * 7) % ids.length]!].slice(i % 2),
    );
    return JSON.stringify(await recommendAll(untrained, visits, { count: 5, threads }));
  };
}

function newTowers(model: TowerOptions): Promise<TwoTowers> {
  const records = rated.items.map((itemId, i) => ({
    itemId,
    title: `w${i % 5} w${i % 3}`,
    kind: i % 4,
  }));
  const options = { embeddingSize: 8, layers: [8], windowLength: 3, ...model };
  return TwoTowers.create(examples.items, options, model.features ? records : []);
}

function described(): TowerOptions {
  const features = { title: { kind: "text" }, kind: { kind: "category" } } as const;
  return { features, timeBoundaries: [100, 200] };
}

function ratings(): string {
  const random = new CounterRandom(6, 99);
  const lines: string[] = [];
  for (let user = 0; user < 18; ++user) {
    let item = random.below(19);
    for (let left = 3 + random.below(6); left > 0; --left) {
      lines.push(`${user}::m${item}::4::${lines.length}`);
      item = (item + 1 + random.below(3)) % 19;
    }
  }
  return `${lines.join("\n")}\n`;
}

function bits(bytes: Uint8Array, losses: readonly number[]): string {
  return `${losses.join(" ")} ${Buffer.from(bytes).toString("base64")}`;
}
