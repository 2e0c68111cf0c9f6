/** The official PyTorch code's parameter strings: every parameter, its default, its meaning, what is refused. */

import { describe, expect, test } from "vitest";
import {
  officialOptions,
  PARAMETER_SETS,
  type PublishedName,
  resolveModelOptions,
  resolveTrainOptions,
} from "../../src/index.js";

/** The options of both parts. */
const optionsOf = (text: string): Record<string, unknown> => {
  const { model, train } = officialOptions(text);
  return { ...model, ...train };
};

describe("what is not given", () => {
  test("has the official default, whatever it is here", () => {
    const { model, train, withoutEffect } = officialOptions("n_epochs=10");
    expect(model).toEqual({
      layers: [100],
      cell: "gru",
      resetAfter: true,
      embedding: "shared",
      loss: "cross-entropy",
      hiddenActivation: "tanh",
      windowLength: 0,
      inBatchNegatives: "all",
      dropoutEmbedding: 0,
      dropoutHidden: 0,
      logQ: 0,
      smoothing: 0,
      init: "uniform",
      sigma: 0,
    });
    expect(train).toEqual({
      epochs: 10,
      batchSize: 64,
      order: "time",
      negatives: 2048,
      sampleAlpha: 0.5,
      optimizer: "adagrad",
      learningRate: 0.05,
      momentum: 0,
      l2: 0,
      gradientCap: 0,
    });
    expect(withoutEffect).toEqual([]);
  });

  test.each(["loss=cross-entropy", "loss=bpr-max", "n_sample=0", "constrained_embedding=0"])(
    "leaves nothing to defaults here but the seed, the final activation and windows: %s",
    (text) => {
      const { model, train } = officialOptions(text);
      const open = ["seed", "finalActivation", "lossAt", "padding"];
      const idle = {
        "loss=cross-entropy": ["bprReg", "eluParam", "embeddingSize"],
        "loss=bpr-max": ["logQ", "smoothing", "embeddingSize"],
        "n_sample=0": ["bprReg", "eluParam", "embeddingSize", "sampleAlpha"],
        "constrained_embedding=0": [...["bprReg", "eluParam", "embeddingSize", "dropoutEmbedding"]],
      }[text]!;
      const all = { ...resolveModelOptions(model), ...resolveTrainOptions(train) };
      const given = Object.keys({ ...model, ...train });
      const missing = Object.keys(all).filter((name) => !given.includes(name));
      expect(missing.sort()).toEqual([...open, ...idle].sort());
    },
  );
});

test.each([
  ["layers=64", { layers: [64] }],
  ["layers=64/32", { layers: [64, 32] }],
  ["loss=bpr-max", { loss: "bpr-max", bprReg: 1, eluParam: 0.5 }],
  ["batch_size=32", { batchSize: 32 }],
  ["dropout_p_embed=.1", { dropoutEmbedding: 0.1 }],
  ["dropout_p_hidden=0.4", { dropoutHidden: 0.4 }],
  ["learning_rate=1e-1", { learningRate: 0.1 }],
  ["momentum=0.2", { momentum: 0.2 }],
  ["n_sample=128", { negatives: 128 }],
  ["sample_alpha=1", { sampleAlpha: 1 }],
  ["loss=bpr-max,bpreg=1.85", { bprReg: 1.85 }],
  ["loss=bpr-max,elu_param=0", { eluParam: 0 }],
  ["logq=1", { logQ: 1 }],
  ["n_epochs=3", { epochs: 3 }],
  ["constrained_embedding=True", { embedding: "shared", resetAfter: true }],
  ["constrained_embedding=1", { embedding: "shared" }],
  [
    "constrained_embedding=False,embedding=48",
    { embedding: "separate", embeddingSize: 48, resetAfter: true },
  ],
  [
    "constrained_embedding=0,embedding=layersize",
    { embedding: "separate", embeddingSize: 0, resetAfter: true },
  ],
  ["constrained_embedding=False", { embedding: "one-hot", resetAfter: false }],
  [" layers = 64 , loss = bpr-max ", { layers: [64], loss: "bpr-max" }],
])("%s means %j", (text, options) => {
  expect(optionsOf(text)).toMatchObject(options);
});

test("one-hot inputs are dropped nowhere, and their layer by dropout_p_embed, as there", () => {
  const text = "constrained_embedding=False,dropout_p_embed=0.3,dropout_p_hidden=0.1";
  const { model, withoutEffect } = officialOptions(text);
  expect(model).toMatchObject({ embedding: "one-hot", dropoutHidden: 0.3 });
  expect(model).not.toHaveProperty("dropoutEmbedding");
  expect(withoutEffect).toEqual(["dropout_p_hidden"]);
});

describe("what has no effect there", () => {
  test.each([
    ["loss=bpr-max,logq=1", ["logq"]],
    ["bpreg=0.5,elu_param=1", ["bpreg", "elu_param"]],
    ["n_sample=0,sample_alpha=0.75", ["sample_alpha"]],
    ["embedding=32", ["embedding"]],
    ["embedding=layersize,constrained_embedding=True", ["embedding"]],
  ])("has none here, and is told: %s", (text, names) => {
    const { model, train, withoutEffect } = officialOptions(text);
    expect([...withoutEffect].sort()).toEqual(names);
    resolveTrainOptions(train, resolveModelOptions(model).windowLength);
  });

  test("is not told where it is the default", () => {
    expect(officialOptions("loss=bpr-max,logq=0").withoutEffect).toEqual([]);
    expect(officialOptions("bpreg=1,elu_param=0.5,embedding=0").withoutEffect).toEqual([]);
  });
});

describe("options beside the text", () => {
  test("win, whatever they are", () => {
    const over = { model: { layers: [8] }, train: { epochs: 2, momentum: 0.5 } };
    const { model, train } = officialOptions("layers=64,momentum=0.1,n_epochs=7", over);
    expect(model.layers).toEqual([8]);
    expect(train).toMatchObject({ epochs: 2, momentum: 0.5, batchSize: 64 });
  });

  test("decide what has an effect", () => {
    const over = { model: { loss: "bpr-max" } } as const;
    const { model, withoutEffect } = officialOptions("bpreg=1.85,logq=1", over);
    expect(model).toMatchObject({ loss: "bpr-max", bprReg: 1.85 });
    expect(withoutEffect).toEqual(["logq"]);
  });

  test("stay to be refused by the model, when they have none", () => {
    const over = { model: { logQ: 1 } };
    const { model } = officialOptions("loss=bpr-max", over);
    expect(() => resolveModelOptions(model)).toThrow("logQ: expected 0 unless `loss` is");
  });
});

describe("a text that says something else", () => {
  const NO_PAIRS = "official: expected name=value between commas";
  test.each([
    ["", NO_PAIRS],
    ["layers", NO_PAIRS],
    ["layers=", NO_PAIRS],
    ["=3", NO_PAIRS],
    ["layers=100,,loss=bpr-max", NO_PAIRS],
    ["layers=100;loss=bpr-max", 'official.layers: expected an integer ≥ 1, got "100;loss=bpr-max"'],
    ["layers=100,layers=50", "official.layers: expected it once, got it twice"],
    ["layers=100/0", "official.layers: expected an integer ≥ 1, got 0"],
    ["layers=100/", 'official.layers: expected an integer ≥ 1, got ""'],
    ["layers=1.5", "official.layers: expected an integer ≥ 1, got 1.5"],
    ["loss=top1", 'official.loss: expected "cross-entropy" or "bpr-max", got "top1"'],
    ["batch_size=0", "official.batch_size: expected an integer ≥ 1, got 0"],
    ["batch_size=0x10", 'official.batch_size: expected an integer ≥ 1, got "0x10"'],
    ["dropout_p_embed=1", "official.dropout_p_embed: expected a number in [0, 1), got 1"],
    ["dropout_p_hidden=-0.1", "official.dropout_p_hidden: expected a number in [0, 1), got -0.1"],
    ["learning_rate=0", "official.learning_rate: expected a number > 0, got 0"],
    ["learning_rate=high", 'official.learning_rate: expected a number > 0, got "high"'],
    ["learning_rate=1e999", "official.learning_rate: expected a number > 0, got Infinity"],
    ["momentum=1", "official.momentum: expected a number in [0, 1), got 1"],
    ["n_sample=-1", "official.n_sample: expected an integer ≥ 0, got -1"],
    ["sample_alpha=1.1", "official.sample_alpha: expected a number in [0, 1], got 1.1"],
    ["bpreg=-1", "official.bpreg: expected a number ≥ 0, got -1"],
    ["elu_param=-1", "official.elu_param: expected a number ≥ 0, got -1"],
    ["logq=-1", "official.logq: expected a number ≥ 0, got -1"],
    ["embedding=all", 'official.embedding: expected an integer ≥ 0, got "all"'],
    ["constrained_embedding=true", "official.constrained_embedding: expected"],
    ["n_epochs=0", "official.n_epochs: expected an integer ≥ 1, got 0"],
    ["lr=0.1", 'got "lr". Did you mean learning_rate?'],
    ["dropout_hidden=0.1", "Did you mean dropout_p_hidden?"],
    ["toString=1", "Did you mean"],
    ["final_act=elu-1", "It is of the official Theano code: set `finalActivation` beside it."],
    [
      "layers=64/64,constrained_embedding=False",
      "official.layers: expected one layer on a one-hot input, got [64, 64]",
    ],
  ])("is refused: %s", (text, message) => {
    expect(() => officialOptions(text)).toThrow(message);
  });
});

describe("the published parameter sets", () => {
  /** As the authors published them. */
  const PUBLISHED: Readonly<Record<PublishedName, string>> = {
    rsc15:
      "loss=cross-entropy,layers=100,batch_size=32,dropout_p_embed=0,dropout_p_hidden=0.4,learning_rate=0.2,momentum=0.2,sample_alpha=0.5,bpreg=0,logq=1",
    yoochoose:
      "loss=cross-entropy,layers=480,batch_size=48,dropout_p_embed=0,dropout_p_hidden=0.2,learning_rate=0.07,momentum=0,sample_alpha=0.2,bpreg=0,logq=1",
    rees46:
      "loss=cross-entropy,layers=512,batch_size=240,dropout_p_embed=0.45,dropout_p_hidden=0,learning_rate=0.065,momentum=0,sample_alpha=0.5,bpreg=0,logq=1",
    coveo:
      "loss=bpr-max,elu_param=1,layers=512,batch_size=144,dropout_p_embed=0.35,dropout_p_hidden=0,learning_rate=0.05,momentum=0.4,sample_alpha=0.2,bpreg=1.85,logq=0",
    retailrocket:
      "loss=bpr-max,elu_param=0.5,layers=224,batch_size=80,dropout_p_embed=0.5,dropout_p_hidden=0.05,learning_rate=0.05,momentum=0.4,sample_alpha=0.4,bpreg=1.95,logq=0",
    diginetica:
      "loss=bpr-max,elu_param=1,layers=512,batch_size=128,dropout_p_embed=0.5,dropout_p_hidden=0.3,learning_rate=0.05,momentum=0.15,sample_alpha=0.3,bpreg=0.9,logq=0",
  };

  test("are all there", () => {
    expect(Object.keys(PARAMETER_SETS).sort()).toEqual(Object.keys(PUBLISHED).sort());
  });

  test.each(Object.entries(PUBLISHED))("%s is what its published string means", (name, text) => {
    const whole = `${text},constrained_embedding=True,n_sample=2048,n_epochs=10`;
    const { model, train } = officialOptions(whole);
    expect(PARAMETER_SETS[name as PublishedName]).toEqual({ model, train });
  });
});
