/** Two towers as the contract tests see them. */

import {
  type Examples,
  evaluate,
  fit,
  type ItemRecord,
  Items,
  recommendAll,
  type TowerOptions,
  type TrainRetrievalOptions,
  TwoTowers,
  train,
} from "../../src/index.js";
import { CounterRandom } from "../../src/random.js";
import type { Contract, Model, Setting } from "./models.js";

const WINDOW = 4;

/** Contexts of 1 to 4 items, most of which go on to one of the next three. */
function examplesOf(items: Items, length: number, seed: number): Examples {
  const random = new CounterRandom(seed, 98);
  const contexts = new Int32Array(length * WINDOW).fill(-1);
  const targets = new Int32Array(length);
  for (let n = 0; n < length; ++n) {
    let item = random.below(items.size);
    const clicks = 1 + random.below(WINDOW);
    for (let t = 0; t < clicks; ++t) {
      contexts[n * WINDOW + t] = item;
      item = (item + 1 + random.below(3)) % items.size;
    }
    targets[n] = item;
  }
  const times = Float64Array.from({ length }, (_, n) => n);
  return { items, windowLength: WINDOW, length, contexts, targets, times };
}

function catalogue(size: number): Items {
  return Items.from(Array.from({ length: size }, (_, item) => `item ${item}`));
}

function setting(
  items: Items,
  [length, held]: readonly [number, number],
  towers: TowerOptions,
): Setting {
  const examples = examplesOf(items, length, 1);
  const options = { windowLength: WINDOW, ...towers };
  return {
    create: (given) => newTowers(items, { ...options, ...given }),
    train: (model, given) => train(model as TwoTowers, examples, given as TrainRetrievalOptions),
    fit: (model, given) => fit(model as TwoTowers, examples, given as TrainRetrievalOptions),
    data: examples,
    events: length,
    held: examplesOf(items, held, 2),
  };
}

function newTowers(items: Items, options: TowerOptions): Promise<TwoTowers> {
  const records = items.ids.map(
    (itemId, i): ItemRecord => ({ itemId, title: `w${i % 5} w${i % 3}`, kind: i % 4 }),
  );
  return TwoTowers.create(items, options, options.features ? records : []);
}

/** A million examples over a catalogue that is not the model's, nor in its order. */
function huge(): Setting {
  const items = catalogue(50);
  const examples = examplesOf(Items.from([...items.ids].reverse()), 1_000_000, 1);
  const small = setting(items, [10, 10], SMALL);
  const run = (model: Model, given: object) => train(model as TwoTowers, examples, given);
  return {
    ...small,
    train: run,
    fit: async (model, given) => {
      const reports = [];
      for await (const report of run(model, given)) reports.push(report);
      return reports;
    },
    events: examples.length,
  };
}

async function figures(model: Model, { held }: Setting, options: object): Promise<string> {
  const { recall, mrr, ndcg, events } = await evaluate(model as TwoTowers, held as Examples, {
    ...{ cutoffs: [1, 5], ...options },
  });
  return JSON.stringify({ recall, mrr, ndcg, events });
}

const SMALL: TowerOptions = { layers: [8], embeddingSize: 8 };
const FEATURES = { title: { kind: "text" }, kind: { kind: "category" } } as const;
const DESCRIBED: TowerOptions = { features: FEATURES, timeBoundaries: [50, 100] };
const WILDEST = { optimizer: "sgd", learningRate: 1e38 } as const;
const VISITS = [["item 1", "item 2"], ["item 3"]];

const tiny = setting(catalogue(15), [170, 60], SMALL);

export const twoTowers: Contract = {
  name: "TwoTowers",
  tiny,
  small: setting(catalogue(40), [600, 150], { layers: [16], embeddingSize: 16 }),
  long: setting(catalogue(40), [100_000, 150], { layers: [16], embeddingSize: 16 }),
  wide: setting(catalogue(20_000), [3000, 3000], { layers: [100], embeddingSize: 100 }),
  larger: { layers: [256], embeddingSize: 256 },
  huge,
  fromBytes: (bytes) => TwoTowers.fromBytes(bytes),
  reads: {},
  measures: {
    evaluate: (model) => figures(model, tiny, { threads: 0 }),
    recommendAll: async (model) =>
      JSON.stringify(await recommendAll(model as TwoTowers, VISITS, { threads: 0 })),
    "an index": async (model) => {
      using index = await (model as TwoTowers).index();
      return JSON.stringify(index.recommend(["item 1", "item 2"]));
    },
  },
  evaluate: figures,
  kinds: {
    "padding, adagrad": {},
    "masked, two layers, dropout": {
      model: { padding: "masked", layers: [11, 8], dropoutHidden: 0.3 },
    },
    "features and times": { model: DESCRIBED, training: { gradientCap: 0.1 } },
    "features side by side, dense layers, cosines": {
      model: {
        ...DESCRIBED,
        combine: "concatenate",
        queryLayers: [8],
        candidateLayers: [8],
        normalize: true,
      },
      training: { temperature: 0.2 },
    },
    "plain recurrent cells": { model: { cell: "rnn", resetAfter: false } },
    "negatives, corrected": { training: { logQ: 1 } },
    "hard negatives, accidental hits": {
      training: { hardNegatives: 3, removeAccidentalHits: true },
    },
    "a random order, momentum": { training: { order: "random", momentum: 0.3, optimizer: "sgd" } },
    adam: { training: { optimizer: "adam", learningRate: 0.01 } },
    rmsprop: { training: { optimizer: "rmsprop", learningRate: 0.01, reduction: "mean" } },
    adadelta: { training: { optimizer: "adadelta" } },
  },
  wild: { optimizer: "sgd", learningRate: 3 },
  diverging: [
    { training: WILDEST },
    { model: { normalize: true }, training: WILDEST },
    { model: { queryLayers: [16], candidateLayers: [16] }, training: WILDEST },
  ],
  growing: { optimizer: "sgd", learningRate: 1, l2: 2.3, reduction: "mean" },
  watched: (onRead) => {
    const held = tiny.held as Examples;
    return Object.defineProperty({ ...held }, "contexts", {
      get() {
        onRead();
        return held.contexts;
      },
      enumerable: true,
    });
  },
  program: `
    import * as gru4rec from "DIST";
    const ids = Array.from({ length: 31 }, (_, item) => item);
    const length = 600;
    const examples = {
      items: gru4rec.Items.from(ids), windowLength: 2, length, times: new Float64Array(length),
      contexts: Int32Array.from({ length: 2 * length }, (_, i) => (i * i) % 31),
      targets: Int32Array.from({ length }, (_, i) => (i * 7) % 31),
    };
    const again = () =>
      gru4rec.TwoTowers.create(ids, { windowLength: 2, embeddingSize: 16, layers: [16] });
    const model = await again();
    const own = (options) => ({ batchSize: 32, ...options });
    const train = (model, options) => gru4rec.train(model, examples, own(options));
    const fit = (model, options) => gru4rec.fit(model, examples, own(options));`,
};
