/** GRU4Rec as the contract tests see it. */

import {
  evaluate,
  fit,
  GRU4Rec,
  Items,
  type ModelOptions,
  recommendAll,
  Sessions,
  train,
} from "../../src/index.js";
import { clicks } from "../training/clicks.js";
import type { Contract, Model, Options, Setting } from "./models.js";

const VISITS = [["item 1", "item 2"], ["item 3"]];

function setting(
  sessions: Sessions,
  held: Sessions,
  { items, ...model }: ModelOptions & { readonly items?: Items },
): Setting {
  return {
    create: (options) => GRU4Rec.create(items ?? sessions.items, { ...model, ...options }),
    train: (model, options) => train(model as GRU4Rec, sessions, options),
    fit: (model, options) => fit(model as GRU4Rec, sessions, options),
    data: sessions,
    events: sessions.events - sessions.length,
    held,
  };
}

/** Sessions in no order, most of one click. */
function huge(): Setting {
  const count = 1_000_000;
  const events = count + 100;
  const many = Sessions.from({
    sessionId: Array.from({ length: events }, (_, event) => event % count),
    itemId: Array.from({ length: events }, (_, event) => event % 50),
    time: Float64Array.from({ length: events }, (_, event) => (event * 7919) % 1_000_003),
  });
  return setting(many, many, { layers: [8], items: Items.from([...many.items.ids].reverse()) });
}

function reading(read: (model: GRU4Rec) => unknown): (model: Model) => string {
  return (model) => JSON.stringify(read(model as GRU4Rec));
}

async function figures(model: Model, { held }: Setting, options: object): Promise<string> {
  const { recall, mrr, ndcg, events } = await evaluate(model as GRU4Rec, held as Sessions, {
    ...{ cutoffs: [1, 5], ...options },
  });
  return JSON.stringify({ recall, mrr, ndcg, events });
}

const sessions = clicks(60, 15);
const tiny = setting(sessions, clicks(30, 15, 2), { layers: [8] });
const DEEP: ModelOptions = { embedding: "one-hot", layers: [10, 6] };
const WILDEST: Options = { optimizer: "sgd", learningRate: 1e38 };

export const gru4rec: Contract = {
  name: "GRU4Rec",
  tiny,
  small: setting(clicks(200, 40), clicks(50, 40, 2), { layers: [16] }),
  long: setting(clicks(30_000, 40), clicks(50, 40, 2), { layers: [16] }),
  wide: setting(clicks(900, 3000), clicks(900, 3000), {
    items: Items.from(Array.from({ length: 40_000 }, (_, item) => `item ${item}`)),
  }),
  larger: { layers: [256] },
  huge,
  fromBytes: (bytes) => GRU4Rec.fromBytes(bytes),
  reads: {
    recommend: reading((model) => model.recommend(["item 1", "item 2"])),
    "recommend with quantize": reading((model) =>
      model.recommend(["item 1", "item 2"], { quantize: true }),
    ),
    similarItems: reading((model) => model.similarItems("item 3")),
    "a session": reading((model) => model.session().push("item 4").recommend({ count: 3 })),
  },
  measures: {
    evaluate: (model) => figures(model, tiny, { threads: 0 }),
    recommendAll: async (model) =>
      JSON.stringify(await recommendAll(model as GRU4Rec, VISITS, { threads: 0 })),
  },
  evaluate: figures,
  kinds: {
    "cross-entropy with logQ and smoothing": { model: { logQ: 1, smoothing: 0.1 } },
    "bpr-max, separate": { model: { loss: "bpr-max", embedding: "separate", embeddingSize: 7 } },
    "top1-max, one-hot": { model: { loss: "top1-max", embedding: "one-hot" } },
    "bpr, reset after": { model: { loss: "bpr", resetAfter: true } },
    "top1, plain recurrent cells": { model: { loss: "top1", cell: "rnn" } },
    "lstm, dropout, two layers": { model: { cell: "lstm", dropoutHidden: 0.2, layers: [11, 6] } },
    "dropout, two layers": {
      model: { dropoutEmbedding: 0.3, dropoutHidden: 0.3, layers: [11, 6] },
    },
    "dropout, one-hot, three layers": {
      model: { dropoutHidden: 0.3, layers: [5, 9, 6], embedding: "one-hot" },
    },
    "windows, a loss at the last click": { model: { windowLength: 4, layers: [9, 6] } },
    "windows, a loss at every click, dropout": {
      model: { windowLength: 3, lossAt: "every", dropoutHidden: 0.2 },
      training: { order: "time", negatives: 0 },
    },
    "in-batch negatives only": { training: { negatives: 0 } },
    "a gradient cap": { training: { gradientCap: 0.05 }, model: DEEP },
    "sgd with momentum and l2": {
      training: { optimizer: "sgd", momentum: 0.3, l2: 0.01 },
      model: DEEP,
    },
    rmsprop: { training: { optimizer: "rmsprop", learningRate: 0.01 }, model: DEEP },
    adadelta: { training: { optimizer: "adadelta", momentum: 0.2 }, model: DEEP },
    adam: { training: { optimizer: "adam", learningRate: 0.01 }, model: DEEP },
    "a random order": { training: { order: "random" } },
  },
  wild: { optimizer: "sgd", learningRate: 3 },
  diverging: [
    { training: WILDEST },
    { model: { loss: "bpr-max", finalActivation: "linear" }, training: WILDEST },
    { model: { loss: "top1-max", finalActivation: "linear" }, training: WILDEST },
  ],
  // Grows step by step: a penalty of 2/η turns w into −w, a little more lets it grow.
  growing: { optimizer: "sgd", learningRate: 1, l2: 2.3 },
  watched: (onRead) =>
    Object.defineProperty((tiny.held as Sessions).over(sessions.items).sessions, "items", {
      get() {
        onRead();
        return sessions.items;
      },
    }),
  program: `
    import * as gru4rec from "DIST";
    const events = Array.from({ length: 900 }, (_, i) =>
      ({ sessionId: Math.floor(i / 9), itemId: (i * i) % 31, time: i }));
    const sessions = gru4rec.Sessions.from(events);
    const again = () => gru4rec.GRU4Rec.create(sessions.items, { layers: [16] });
    const model = await again();
    const train = (model, options) => gru4rec.train(model, sessions, options);
    const fit = (model, options) => gru4rec.fit(model, sessions, options);`,
};
