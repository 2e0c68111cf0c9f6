/** Every option is checked, named when it is wrong, and does something when it is right. */

import { describe, expect, test } from "vitest";
import {
  ConfigError,
  fit,
  GRU4Rec,
  MODEL_DEFAULTS,
  type ModelOptions,
  resolveTrainOptions,
  Sessions,
  TRAIN_DEFAULTS,
  type TrainOptions,
  train,
} from "../../src/index.js";
import { clicks, fingerprint } from "./clicks.js";

// Sessions whose order by id, by time and at random are three different ones.
const sessions = reordered(clicks(60, 15));

function reordered(given: Sessions): Sessions {
  const rows = Array.from(given.itemIndices, (item, event) => {
    const session = given.offsets.findIndex((offset) => offset > event) - 1;
    const start = ((session * 37) % 60) * 1000;
    return { sessionId: session, itemId: given.items.idOf(item), time: start + event };
  });
  return Sessions.from(rows);
}

async function trained(model: ModelOptions, options: TrainOptions): Promise<string> {
  const gru4rec = await GRU4Rec.create(sessions.items, { layers: [6], ...model });
  const learning = { epochs: 2, batchSize: 12, negatives: 10, threads: 0, ...options };
  await fit(gru4rec, sessions, learning);
  const bits = Object.values(weightsOf(gru4rec)).join();
  gru4rec.dispose();
  return bits;
}

/** The weights alone: options stand in the file too and would always differ. */
function weightsOf(model: GRU4Rec): Uint8Array {
  const bytes = model.toBytes();
  const header = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  return bytes.subarray(8 + header);
}

/** For each option another value, and the model in which it has a say. */
const MODEL_EFFECTS: Record<keyof typeof MODEL_DEFAULTS, readonly [ModelOptions, ModelOptions]> = {
  layers: [{}, { layers: [6, 6] }],
  cell: [{}, { cell: "rnn" }],
  resetAfter: [{}, { resetAfter: true }],
  embedding: [{}, { embedding: "separate" }],
  embeddingSize: [{ embedding: "separate" }, { embedding: "separate", embeddingSize: 9 }],
  loss: [{}, { loss: "bpr-max" }],
  finalActivation: [{ loss: "bpr" }, { loss: "bpr", finalActivation: "relu" }],
  hiddenActivation: [{}, { hiddenActivation: "leaky" }],
  windowLength: [{ windowLength: 3 }, { windowLength: 4 }],
  lossAt: [{ windowLength: 3 }, { windowLength: 3, lossAt: "every" }],
  inBatchNegatives: [{}, { inBatchNegatives: "none" }],
  padding: [
    { windowLength: 3, embedding: "separate" },
    { windowLength: 3, embedding: "separate", padding: "unmasked" },
  ],
  dropoutEmbedding: [{}, { dropoutEmbedding: 0.3 }],
  dropoutHidden: [{}, { dropoutHidden: 0.3 }],
  bprReg: [{ loss: "bpr-max" }, { loss: "bpr-max", bprReg: 0.5 }],
  eluParam: [{ loss: "bpr-max" }, { loss: "bpr-max", eluParam: 1 }],
  logQ: [{}, { logQ: 0.5 }],
  smoothing: [{}, { smoothing: 0.1 }],
  init: [{}, { init: "normal" }],
  sigma: [{}, { sigma: 0.1 }],
  seed: [{}, { seed: 43 }],
};

const TRAIN_EFFECTS: Record<keyof typeof TRAIN_DEFAULTS, readonly [TrainOptions, TrainOptions]> = {
  epochs: [{}, { epochs: 3 }],
  batchSize: [{}, { batchSize: 13 }],
  order: [{}, { order: "given" }],
  negatives: [{}, { negatives: 11 }],
  sampleAlpha: [{}, { sampleAlpha: 1 }],
  optimizer: [{}, { optimizer: "rmsprop" }],
  learningRate: [{}, { learningRate: 0.06 }],
  momentum: [{}, { momentum: 0.1 }],
  l2: [{}, { l2: 0.01 }],
  gradientCap: [{}, { gradientCap: 0.01 }],
};

describe("options have an effect:", () => {
  test.each(Object.keys(MODEL_DEFAULTS))("%s", async (name) => {
    const [before, after] = MODEL_EFFECTS[name as keyof typeof MODEL_DEFAULTS];
    expect(await trained(before, {})).not.toBe(await trained(after, {}));
  });

  test.each(Object.keys(TRAIN_DEFAULTS))("%s", async (name) => {
    const [before, after] = TRAIN_EFFECTS[name as keyof typeof TRAIN_DEFAULTS];
    expect(await trained({}, before)).not.toBe(await trained({}, after));
  });

  test.each([
    [
      "dropoutEmbedding of a separate embedding",
      { embedding: "separate" },
      { dropoutEmbedding: 0.3 },
    ],
    ["eluParam of the hidden activation", { hiddenActivation: "elu" }, { eluParam: 1 }],
    ["the slope in a name", { hiddenActivation: "leaky" }, { hiddenActivation: "leaky-0.5" }],
    ["sigma of normal weights", { init: "normal" }, { sigma: 0.1 }],
    ["dropoutHidden of plain cells", { cell: "rnn" }, { dropoutHidden: 0.3 }],
  ] as const)("%s", async (_, model, more) => {
    expect(await trained(model, {})).not.toBe(await trained({ ...model, ...more }, {}));
  });

  test("each order of sessions gives a result of its own", async () => {
    const results = await Promise.all(
      (["time", "given", "random"] as const).map((order) => trained({}, { order })),
    );
    expect(new Set(results).size).toBe(3);
  });

  test("each optimiser gives a result of its own", async () => {
    const names = ["adagrad", "sgd", "rmsprop", "adadelta", "adam"] as const;
    const results = await Promise.all(names.map((optimizer) => trained({}, { optimizer })));
    expect(new Set(results).size).toBe(5);
  });

  test("the defaults are those of the table", async () => {
    const given = await GRU4Rec.create(sessions.items, MODEL_DEFAULTS);
    const none = await GRU4Rec.create(sessions.items);
    expect(fingerprint(given)).toBe(fingerprint(none));
    expect(resolveTrainOptions()).toEqual(TRAIN_DEFAULTS);
    expect(resolveTrainOptions({ epochs: undefined as unknown as number })).toEqual(TRAIN_DEFAULTS);
  });
});

describe("training options are checked:", () => {
  test.each([
    [{ epochs: 0 }, "epochs: expected an integer ≥ 1, got 0"],
    [{ epochs: 1.5 }, "epochs: expected an integer ≥ 1, got 1.5"],
    [{ batchSize: 0 }, "batchSize: expected an integer ≥ 1, got 0"],
    [{ order: "shuffled" }, 'order: expected "time", "given" or "random", got "shuffled"'],
    [{ negatives: -1 }, "negatives: expected an integer ≥ 0, got -1"],
    [{ negatives: Number.NaN }, "negatives: expected an integer ≥ 0, got NaN"],
    [{ sampleAlpha: 1.1 }, "sampleAlpha: expected a number in [0, 1], got 1.1"],
    [{ optimizer: "adamw" }, 'optimizer: expected "adagrad", "sgd"'],
    [{ learningRate: 0 }, "learningRate: expected a number > 0, got 0"],
    [{ learningRate: -1 }, "learningRate: expected a number > 0, got -1"],
    [{ learningRate: Number.POSITIVE_INFINITY }, "learningRate: expected a number"],
    [{ momentum: 1 }, "momentum: expected a number in [0, 1), got 1"],
    [{ l2: -0.1 }, "l2: expected a number ≥ 0, got -0.1"],
    [{ gradientCap: "5" }, 'gradientCap: expected a number ≥ 0, got "5"'],
    [{ batchSize: 1, negatives: 0 }, "batchSize: expected an integer ≥ 2 without negatives"],
    [{ learning_rate: 1 }, "learning_rate: expected one of the training options"],
    [{ threads: -1 }, 'threads: expected "auto" or an integer from 0 to 64, got -1'],
    [{ threads: 65 }, 'threads: expected "auto" or an integer from 0 to 64, got 65'],
    [{ threads: "2" }, 'threads: expected "auto" or an integer from 0 to 64, got "2"'],
    [
      { monitor: "hits@5" as "mrr@5" },
      'monitor: expected "recall@20" or another of recall, mrr and ndcg, got "hits@5"',
    ],
    [{ numerics: "exact" }, 'numerics: expected "fast" or "portable", got "exact"'],
  ])("%o", async (options, message) => {
    const model = await GRU4Rec.create(sessions.items, { layers: [4] });
    const error = await fit(model, sessions, options as TrainOptions).catch((error) => error);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain(message);
    expect(error.path).toBe(message.slice(0, message.indexOf(":")));
  });

  test("before anything is started", async () => {
    const model = await GRU4Rec.create(sessions.items, { layers: [4] });
    const training = train(model, sessions, { epochs: -1 });
    await expect(training.next()).rejects.toThrow("epochs");
  });
});
