/**
 * The parameter string of the official PyTorch code, `layers=64,loss=bpr-max,batch_size=32`, as options of this
 * library that mean the same. docs/parameters.md tells what each parameter becomes.
 *
 * What is not given has the official default, whatever the defaults here are.
 */

import { checkChoice, checkInteger, checkNumber } from "../checks.js";
import { ConfigError, words } from "../errors.js";
import { nearest } from "../nearest.js";
import { checkPositive } from "./optimizer-options.js";
import { type MergedParameters, mergeParameters, type ParameterSet } from "./parameters.js";

/** The official defaults: every parameter that there is. */
const DEFAULTS = {
  layers: [100] as readonly number[],
  loss: "cross-entropy" as "cross-entropy" | "bpr-max",
  batch_size: 64,
  dropout_p_embed: 0,
  dropout_p_hidden: 0,
  learning_rate: 0.05,
  momentum: 0,
  n_sample: 2048,
  sample_alpha: 0.5,
  bpreg: 1,
  elu_param: 0.5,
  logq: 0,
  embedding: 0 as number | "layersize",
  constrained_embedding: true,
  n_epochs: 10,
};

type Official = typeof DEFAULTS;
type Reader<Value> = (path: string, text: string) => Value;

const READERS: { readonly [Name in keyof Official]: Reader<Official[Name]> } = {
  layers: (path, text) => text.split("/").map((part) => integer(1)(path, part)),
  loss: (path, text) => {
    checkChoice(path, text, ["cross-entropy", "bpr-max"]);
    return text as Official["loss"];
  },
  batch_size: integer(1),
  dropout_p_embed: numeric(share),
  dropout_p_hidden: numeric(share),
  learning_rate: numeric(checkPositive),
  momentum: numeric(share),
  n_sample: integer(0),
  sample_alpha: numeric((path, value) => checkNumber(path, value, 0, 1, true)),
  bpreg: numeric(notNegative),
  elu_param: numeric(notNegative),
  logq: numeric(notNegative),
  embedding: (path, text) => (text === "layersize" ? text : integer(0)(path, text)),
  constrained_embedding: (path, text) => {
    checkChoice(path, text, ["True", "False", "1", "0"]);
    return text === "True" || text === "1";
  },
  n_epochs: integer(1),
};

/** Parameters of the official Theano code alone, and the options that they are here. */
const THEANO: Readonly<Record<string, string>> = {
  final_act: "finalActivation",
  hidden_act: "hiddenActivation",
  adapt: "optimizer",
  lmbd: "l2",
  grad_cap: "gradientCap",
  smoothing: "smoothing",
  sigma: "sigma",
  init_as_normal: "init",
  train_random_order: "order",
  time_sort: "order",
};

/** The official names of options that may be left out because they have no effect. */
const NAMES: Readonly<Record<string, keyof Official>> = {
  bprReg: "bpreg",
  eluParam: "elu_param",
  logQ: "logq",
  sampleAlpha: "sample_alpha",
  embeddingSize: "embedding",
};
/** A one-hot input is never dropped: the official code drops units of its layer instead, by dropout_p_embed. */
const namesFor = (official: Official): typeof NAMES => ({
  ...NAMES,
  dropoutEmbedding: isOneHot(official) ? "dropout_p_hidden" : "dropout_p_embed",
});

const isOneHot = ({ constrained_embedding: isShared, embedding: width }: Official): boolean =>
  !isShared && width === 0;

/**
 * The options that mean what a parameter string of the official PyTorch code means there, its defaults included. What
 * has no effect there has none here: it is left out, and its official name stands in `withoutEffect`.
 *
 * @param text `name=value` between commas; lists with `/`, truths as `True`, `False`, `1` or `0`
 * @param over options that win over those of the text
 * @throws ConfigError naming a parameter that there is not, or with a value that it cannot have
 */
export function officialOptions(text: string, over: Partial<ParameterSet> = {}): MergedParameters {
  const given = read(text);
  const official = { ...DEFAULTS, ...given };
  const { model, train } = mergeParameters(translated(official), over);
  const options = { ...model, ...train };
  const idle = Object.entries(namesFor(official)).filter(([name]) => !Object.hasOwn(options, name));
  const isTold = (name: keyof Official): boolean =>
    given[name] !== undefined && given[name] !== DEFAULTS[name];
  return { model, train, withoutEffect: idle.map(([, name]) => name).filter(isTold) };
}

/** The parameters in a text. */
function read(text: string): Partial<Official> {
  const expected = "name=value between commas, such as layers=100,loss=bpr-max";
  if (typeof text !== "string") throw new ConfigError("official", expected, text);
  const given = new Map<string, unknown>();
  for (const part of text.split(",")) {
    const [, name = "", value = ""] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(part) ?? [];
    if (value === "") throw new ConfigError("official", expected, part);
    if (!Object.hasOwn(READERS, name)) throw unknown(name);
    if (given.has(name)) throw new ConfigError(`official.${name}`, "it once", words("it twice"));
    given.set(name, READERS[name as keyof Official](`official.${name}`, value));
  }
  return Object.fromEntries(given);
}

function unknown(name: string): ConfigError {
  const own = Object.hasOwn(THEANO, name) ? THEANO[name] : undefined;
  const remedy = own
    ? `It is of the official Theano code: set \`${own}\` beside it.`
    : `Did you mean ${nearest(name, Object.keys(READERS))}?`;
  const expected = `a parameter of the official PyTorch code (${Object.keys(READERS).join(", ")})`;
  return new ConfigError("official", expected, name, remedy);
}

/** All that the official code does with these parameters. */
function translated(official: Official): ParameterSet {
  const { layers, embedding: width, constrained_embedding: isShared } = official;
  const { dropout_p_embed: embedded, dropout_p_hidden: hidden } = official;
  const oneHot = isOneHot(official);
  if (oneHot && layers.length > 1) {
    const remedy = "There it ends with an IndexError. Set constrained_embedding or embedding.";
    throw new ConfigError("official.layers", "one layer on a one-hot input", layers, remedy);
  }
  return {
    model: {
      layers,
      cell: "gru",
      resetAfter: !oneHot, // torch.nn.GRUCell; with a one-hot input a cell of its own
      embedding: isShared ? "shared" : oneHot ? "one-hot" : "separate",
      embeddingSize: width === "layersize" ? 0 : width,
      loss: official.loss,
      hiddenActivation: "tanh",
      windowLength: 0,
      inBatchNegatives: "all",
      ...(oneHot
        ? { dropoutHidden: embedded }
        : { dropoutEmbedding: embedded, dropoutHidden: hidden }),
      bprReg: official.bpreg,
      eluParam: official.elu_param,
      logQ: official.logq,
      smoothing: 0,
      init: "uniform",
      sigma: 0,
    },
    train: {
      epochs: official.n_epochs,
      batchSize: official.batch_size,
      order: "time",
      negatives: official.n_sample,
      sampleAlpha: official.sample_alpha,
      optimizer: "adagrad",
      learningRate: official.learning_rate,
      momentum: official.momentum,
      l2: 0,
      gradientCap: 0,
    },
  };
}

/** Reads a number as Python writes it. Any other text is left to the check, whose error shows it. */
function numeric(check: (path: string, value: number) => void): Reader<number> {
  return (path, text) => {
    const isNumber = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text);
    const value = (isNumber ? Number(text) : text) as number;
    check(path, value);
    return value;
  };
}

function integer(least: number): Reader<number> {
  return numeric((path, value) => checkInteger(path, value, least));
}

function share(path: string, value: number): void {
  checkNumber(path, value, 0, 1);
}

function notNegative(path: string, value: number): void {
  checkNumber(path, value, 0);
}
