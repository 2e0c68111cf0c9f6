/** Models that look back on windows: trained, evaluated and asked as they say. */

import { describe, expect, test } from "vitest";
import {
  ConfigError,
  DivergedError,
  evaluate,
  fit,
  GRU4Rec,
  type ModelOptions,
  type Scorer,
  Sessions,
  type TrainOptions,
  type TrainProgress,
  train,
} from "../../src/index.js";
import { partsOf, tensorOf } from "../models/files.js";
import { PLAIN } from "../plain.js";
import { clicks, cycle, fingerprint } from "./clicks.js";

const sessions = clicks(120, 20);

/** The weights alone: options stand in the file too. */
function weightsOf(model: GRU4Rec): string {
  return Buffer.from(partsOf(model.toBytes()).data).toString("base64");
}

async function trained(
  model: ModelOptions,
  options: TrainOptions,
  log = sessions,
): Promise<GRU4Rec> {
  const gru4rec = await GRU4Rec.create(log.items, { layers: [10], ...model });
  await fit(gru4rec, log, { epochs: 1, batchSize: 30, negatives: 9, threads: 0, ...options });
  return gru4rec;
}

const MODELS: Readonly<Record<string, ModelOptions>> = {
  "cross-entropy, in-batch shares": { windowLength: 4 },
  "a loss at every position": { windowLength: 4, lossAt: "every", logQ: 0.5 },
  "pads that are read": { windowLength: 5, padding: "unmasked", embedding: "separate" },
  "two layers, reset after": { windowLength: 3, layers: [11, 6], resetAfter: true },
  "bpr-max, one-hot, three layers, every position": {
    ...{ windowLength: 6, lossAt: "every", loss: "bpr-max", embedding: "one-hot" },
    layers: [5, 9, 6],
  },
  "plain recurrent cells": { windowLength: 4, cell: "rnn", loss: "top1" },
  "lstm, two layers": { windowLength: 4, cell: "lstm", layers: [9, 6], lossAt: "every" },
  dropout: { windowLength: 4, dropoutEmbedding: 0.3, dropoutHidden: 0.3, lossAt: "every" },
  "targets of other windows": { windowLength: 4, lossAt: "every", inBatchNegatives: "others" },
  "negatives alone": { windowLength: 4, lossAt: "every", inBatchNegatives: "none", logQ: 1 },
  "top1-max, separate": { windowLength: 7, loss: "top1-max", embedding: "separate" },
};

describe("training on windows", () => {
  test.each(Object.keys(MODELS))("gives the same bits with %s on 0 to 4 threads", async (name) => {
    const bits = async (threads: number, options: TrainOptions): Promise<string> =>
      fingerprint(await trained(MODELS[name]!, { ...options, threads }));
    const least = MODELS[name]!.inBatchNegatives ? 3 : 0;
    const other = { negatives: least, gradientCap: 0.1, optimizer: "adam" } as const;
    for (const options of [{}, other]) {
      const expected = await bits(0, options);
      for (const threads of [1, 2, 4]) {
        expect(await bits(threads, options), `${threads} threads`).toBe(expected);
      }
    }
  });

  test.each([
    ["one layer", { layers: [64], windowLength: 6 }],
    [
      "one-hot inputs and a loss at every position",
      MODELS["bpr-max, one-hot, three layers, every position"]!,
    ],
  ] as const)("has no race between more threads than cores with %s", async (_, model) => {
    const options = { batchSize: 96, epochs: 4, negatives: 0 };
    const expected = fingerprint(await trained(model, options));
    for (const threads of [2, 5, 8]) {
      expect(fingerprint(await trained(model, { ...options, threads })), `${threads}`).toBe(
        expected,
      );
    }
  });

  test("of one click is session-parallel training on sessions of two", async () => {
    // As many sessions as fill whole mini-batches: then no slot ever closes.
    const events = Array.from({ length: 120 }, (_, i) => ({
      ...{ sessionId: i >> 1, itemId: (7 * i + (i >> 3)) % 13, time: i },
    }));
    const pairs = Sessions.from(events);
    const batches = { batchSize: 20, negatives: 11, epochs: 3 };
    const options = { ...batches, order: "time", learningRate: 0.05 } as const;
    for (const model of [{}, { loss: "bpr-max", dropoutHidden: 0.2, layers: [8, 6] }] as const) {
      const bySession = weightsOf(await trained(model, options, pairs));
      const windowed = await trained({ ...model, windowLength: 1 }, options, pairs);
      expect(weightsOf(windowed)).toBe(bySession);
    }
  });

  test.each([
    [{}],
    [{ lossAt: "every" }],
    [{ padding: "unmasked", embedding: "separate" }],
    [{ lossAt: "every", cell: "rnn" }],
    [{ resetAfter: true, layers: [12, 12] }],
  ] as const)("learns what only a click long past tells: %o", async (model) => {
    // a x x x b, c x x x d.
    const log = Sessions.from(
      Array.from({ length: 40 }, (_, s) =>
        (s % 2 ? "axxxb" : "cxxxd").split("").map((itemId, i) => ({
          ...{ sessionId: s, itemId, time: 5 * s + i },
        })),
      ).flat(),
    );
    const learning = { epochs: 60, batchSize: 16, negatives: 6, learningRate: 0.2 };
    const gru4rec = await trained(
      { layers: [12], windowLength: 4, ...PLAIN, ...model },
      learning,
      log,
    );
    expect(gru4rec.recommend(["a", "x", "x", "x"], { count: 1 })[0]!.itemId).toBe("b");
    expect(gru4rec.recommend(["c", "x", "x", "x"], { count: 1 })[0]!.itemId).toBe("d");
  });

  test("plays every target of an epoch once, and shuffles anew in each unless told an order", async () => {
    const model = await GRU4Rec.create(sessions.items, { layers: [6], windowLength: 3 });
    const seen: TrainProgress[] = [];
    const options = { epochs: 2, batchSize: 7, negatives: 5, threads: 0 } as const;
    const reports = await fit(model, sessions, { ...options, onProgress: (p) => seen.push(p) });
    const targets = sessions.events - sessions.length;
    for (const { events, steps } of reports) {
      expect(events).toBe(targets);
      expect(steps).toBe(Math.ceil(targets / 7));
    }
    expect(seen.at(-1)).toMatchObject({ events: targets, totalEvents: targets, epoch: 2 });
    const orders = ["random", "time", "given"] as const;
    const weights = await Promise.all(
      orders.map(async (order) => weightsOf(await trained({ windowLength: 3 }, { order }))),
    );
    const byDefault = weightsOf(await trained({ windowLength: 3 }, {}));
    expect(byDefault).toBe(weights[0]);
    expect(weights[1]).not.toBe(weights[0]);
  });

  test.each([0, 2])(
    "stops within a slice on %i threads and leaves the model whole",
    async (threads) => {
      const model = await GRU4Rec.create(sessions.items, { layers: [6], windowLength: 3 });
      const stop = new AbortController();
      const onProgress = ({ epoch }: TrainProgress): void => {
        if (epoch === 3) stop.abort(new Error("enough"));
      };
      const learning = { batchSize: 16, negatives: 8, threads };
      const options = { ...learning, epochs: 1e6, signal: stop.signal, onProgress };
      let whole = 0;
      await expect(async () => {
        for await (const { epoch } of train(model, sessions, options)) whole = epoch;
      }).rejects.toThrow("enough");
      const same = await trained({ layers: [6], windowLength: 3 }, { ...learning, epochs: whole });
      expect(fingerprint(model)).toBe(fingerprint(same));
    },
  );

  test.each([
    [{}],
    [{ lossAt: "every", layers: [6, 5] }],
    [{ lossAt: "every", inBatchNegatives: "none" }],
    [{ padding: "unmasked", embedding: "separate" }],
  ] as const)("ends where numbers run away, on any number of threads: %o", async (model) => {
    const learning = { optimizer: "sgd", learningRate: 1e37, batchSize: 16, negatives: 8 } as const;
    const found = await Promise.all(
      [0, 1, 2, 3].map(async (threads) => {
        const error = await trained({ windowLength: 3, ...model }, { ...learning, threads }).catch(
          (e) => e,
        );
        expect(error).toBeInstanceOf(DivergedError);
        return error.message;
      }),
    );
    expect(new Set(found).size).toBe(1);
  });

  test("is refused where a lone target has nothing to be compared with", async () => {
    const one = Sessions.from(["a", "b"].map((itemId, time) => ({ sessionId: 1, itemId, time })));
    const error = await trained({ windowLength: 3 }, { negatives: 0 }, one).catch((e) => e);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toBe(
      "sessions: expected two clicks or more to predict, got 1. Raise `negatives`: a lone target has no other to be compared with.",
    );
  });

  test.each([
    [
      { inBatchNegatives: "others" },
      5,
      'inBatchNegatives: expected "all" or "none" unless `lossAt` is "every"',
    ],
    [
      { inBatchNegatives: "none" },
      0,
      'negatives: expected an integer ≥ 1 with `inBatchNegatives` "none", got 0',
    ],
    [
      { inBatchNegatives: "none", loss: "top1" },
      5,
      'inBatchNegatives: expected "all" unless `loss` is not "top1"',
    ],
    [
      { inBatchNegatives: "none", smoothing: 0.1 },
      5,
      "smoothing: expected 0 unless `inBatchNegatives` is",
    ],
    [
      { inBatchNegatives: "some" as "none" },
      5,
      'inBatchNegatives: expected "all", "others" or "none", got "some"',
    ],
  ] as const)(
    "is refused where nothing is left to compare with: %o",
    async (model, negatives, message) => {
      const error = await trained({ windowLength: 3, ...model }, { negatives }).catch((e) => e);
      expect(error).toBeInstanceOf(ConfigError);
      expect(error.message).toContain(message);
    },
  );

  test("works where windows are longer than all sessions, and batches larger than the data", async () => {
    const log = cycle(6, 4);
    const model = { layers: [8], windowLength: 50 };
    const learning = { batchSize: 1000, epochs: 80, negatives: 4, learningRate: 0.3 };
    for (const lossAt of ["last", "every"] as const) {
      const gru4rec = await trained({ ...model, lossAt }, learning, log);
      expect(gru4rec.recommend(["a", "b"], { count: 1 })[0]!.itemId).toBe("c");
    }
  });
});

describe("a model with a windowLength", () => {
  const shape = { layers: [9], resetAfter: true, seed: 5 } as const;
  const visit = ["item 3", "item 4", "item 9", "item 11", "item 2", "item 5"];

  test("recommends from its last clicks, as one without would from those alone", async () => {
    const all = await GRU4Rec.create(sessions.items, shape);
    const last = await GRU4Rec.create(sessions.items, { ...shape, windowLength: 4 });
    expect(weightsOf(last)).toBe(weightsOf(all));
    expect(last.recommend(visit)).toEqual(all.recommend(visit.slice(-4)));
    expect(last.recommend(visit.slice(0, 3))).toEqual(all.recommend(visit.slice(0, 3)));
    expect(last.recommend(visit)).not.toEqual(all.recommend(visit));
    const session = last.session();
    for (const [i, itemId] of visit.entries()) {
      expect(session.push(itemId).recommend({ count: 7 })).toEqual(
        last.recommend(visit.slice(0, i + 1), { count: 7 }),
      );
    }
    expect(session.push("unknown").recommend({ count: 7 })).toEqual(
      last.recommend(visit, { count: 7 }),
    );
    expect(session.reset().push("item 3").recommend({ count: 5 })).toEqual(
      last.recommend(["item 3"], { count: 5 }),
    );
  });

  test("reads its pads behind the last click where they are not masked", async () => {
    const model = await GRU4Rec.create(sessions.items, {
      ...{ ...shape, embedding: "separate", windowLength: 4, padding: "unmasked" },
    });
    const E = tensorOf(model.toBytes(), "E");
    expect(E.length).toBe(9 * (sessions.items.size + 1));
    const loaded = await GRU4Rec.fromBytes(model.toBytes());
    expect(loaded.options).toEqual(model.options);
    expect(loaded.recommend(visit.slice(0, 2))).toEqual(model.recommend(visit.slice(0, 2)));
    const masked = await GRU4Rec.create(sessions.items, {
      ...{ ...shape, embedding: "separate", windowLength: 4 },
    });
    expect(loaded.recommend(visit.slice(0, 2))).not.toEqual(masked.recommend(visit.slice(0, 2)));
  });

  test.each([
    [{ windowLength: 3 }],
    [{ windowLength: 3, lossAt: "every" }],
    [{ windowLength: 4, embedding: "separate", padding: "unmasked" }],
    [{ windowLength: 2, cell: "rnn", layers: [6, 5], resetAfter: false }],
    [{ windowLength: 3, cell: "lstm", layers: [6, 5], resetAfter: false }],
  ] as const)("is evaluated as it recommends: %o", async (model) => {
    const gru4rec = await trained({ ...shape, ...model }, { epochs: 2 });
    const oneByOne: Scorer = {
      items: gru4rec.items,
      score(history, scores) {
        const ids = Array.from(history, (item) => gru4rec.items.idOf(item));
        for (const { itemId, score } of gru4rec.recommend(ids, { count: scores.length })) {
          scores[gru4rec.items.indexOf(itemId)] = score;
        }
      },
    };
    const options = { cutoffs: [1, 5], numerics: "portable" } as const;
    const single = await evaluate(oneByOne, sessions, options);
    for (const threads of [0, 1, 3]) {
      const { recall, mrr, events } = await evaluate(gru4rec, sessions, { ...options, threads });
      expect(events).toBe(single.events);
      for (const cutoff of [1, 5]) {
        // A score may round otherwise in a batch: a neighbour or two change places.
        expect(Math.abs(recall[cutoff]! - single.recall[cutoff]!)).toBeLessThan(0.005);
        expect(Math.abs(mrr[cutoff]! - single.mrr[cutoff]!)).toBeLessThan(0.005);
      }
    }
  });

  test("is evaluated by its running hidden state, or another length, when told so", async () => {
    const windowed = await trained({ ...shape, windowLength: 3 }, {});
    const running = await GRU4Rec.fromBytes(windowed.toBytes());
    const options = { cutoffs: [5], threads: 0 } as const;
    const figures = async (model: GRU4Rec, windowLength?: number) => {
      const given = windowLength === undefined ? options : { ...options, windowLength };
      return (await evaluate(model, sessions, given)).mrr[5];
    };
    expect(await figures(windowed, 3)).toBe(await figures(windowed));
    expect(await figures(running, 0)).not.toBe(await figures(running));
    expect(await figures(windowed, 1)).not.toBe(await figures(windowed, 2));
    // Sessions have at most 9 clicks: longer windows hold them all.
    expect(await figures(windowed, 20)).toBeCloseTo((await figures(windowed, 0))!, 2);
    await expect(figures(windowed, -1)).rejects.toThrow("windowLength: expected an integer");
  });

  test("and a scorer both see no more than they are told", async () => {
    const seen: number[] = [];
    const scorer: Scorer = {
      items: sessions.items,
      score: (history, scores) => {
        seen.push(history.length);
        scores.fill(0);
      },
    };
    await evaluate(scorer, sessions, { windowLength: 2 });
    expect(new Set(seen)).toEqual(new Set([1, 2]));
  });
});
