/** The options of a model, their defaults and their bounds: one table, checked in one place. */

import {
  checkChoice,
  checkInteger,
  checkNames,
  checkNumber,
  frozen,
  withDefaults,
} from "../../checks.js";
import { LONGEST_WINDOW, type LossAt } from "../../data/windows.js";
import { ConfigError } from "../../errors.js";
import { type ActivationName, activationOf } from "../../network/activations.js";
import { type CellName, checkCell } from "../../network/cells/forward.js";
import { LOSSES, type Loss, lossesWith } from "../../network/losses.js";
import { atLeast, checkEffects, type Effects, either, hasReset, is, isNot } from "../effects.js";

export type { Loss };

/** Options of `GRU4Rec.create`. */
export interface ModelOptions {
  /** Hidden units of each recurrent layer, bottom first; each ≥ 1. Default `[100]`. */
  readonly layers?: readonly number[];
  /**
   * The recurrent cell. `"gru"`: gated recurrent unit (Hidasi et al. 2016, eq. 1–4). `"rnn"`: plain recurrent
   * layer h′ = act(Wx + Uh + b). `"lstm"`: long short-term memory as in torch.nn.LSTM, but the bias of the
   * forget gate starts at 1. Default `"gru"`.
   */
  readonly cell?: CellName;
  /**
   * Where the reset gate acts: before the recurrent product (false, the paper) or after it (true,
   * PyTorch and Keras, with a separate recurrent bias). `"gru"` only. Default false.
   */
  readonly resetAfter?: boolean;
  /**
   * Input of the first layer: the output weights of the item (`"shared"`; the official code calls it
   * constrained embedding), a second table of item vectors (`"separate"`), or the item as a one-hot vector
   * (`"one-hot"`). Default `"shared"`.
   */
  readonly embedding?: "shared" | "separate" | "one-hot";
  /** Width of the `"separate"` item vectors, ≥ 0; 0 takes the size of the first layer. Default 0. */
  readonly embeddingSize?: number;
  /** The loss of the scores of each target and the negatives. Default `"cross-entropy"`. */
  readonly loss?: Loss;
  /**
   * Activation of the scores in training. Cross-entropy takes "softmax" only. The other losses take "linear",
   * "relu", "tanh", "leaky", "leaky-a", "elu", "selu" or "selu-λ-a", where a and λ are numbers.
   * Default by loss: softmax; elu for the max losses; tanh for bpr and top1.
   */
  readonly finalActivation?: ActivationName | "softmax";
  /** Activation of the candidate state, and of an LSTM's cell state. Default `"tanh"`. */
  readonly hiddenActivation?: ActivationName;
  /**
   * Number of clicks that the model looks back on, from 0 to 1024.
   * 0: all clicks, by a hidden state that is carried from click to click. Training plays sessions side by side,
   * one click in each step, without back-propagation through time (the official GRU4Rec).
   * n ≥ 1: the last n clicks, read from a hidden state of 0. Training plays windows of up to n clicks with full
   * back-propagation through time. Default 0.
   */
  readonly windowLength?: number;
  /**
   * Which targets of a window count. `"last"`: each target has a window of the clicks before it. `"every"`:
   * sessions are cut into pieces, and each click of a piece predicts the next one; several times faster, with
   * less context on average. Needs a `windowLength` ≥ 2. Default `"last"`.
   */
  readonly lossAt?: LossAt;
  /**
   * Which other targets of the mini-batch an output is compared with, besides the `negatives` drawn: `"all"`;
   * `"others"`, those of other windows only (needs `lossAt: "every"`: an output's own window holds what the
   * visitor clicks next); or `"none"`, which saves their share of a step. The last two need `negatives`; not
   * with `"top1"`, which is a mean over all. Default `"all"`.
   */
  readonly inBatchNegatives?: "all" | "others" | "none";
  /**
   * How windows shorter than `windowLength` are read. `"masked"`: they end early. `"unmasked"`: pads follow the
   * last click and have a vector, as in the sequential tutorial of TensorFlow Recommenders; needs
   * `embedding: "separate"` and `lossAt: "last"`. Default `"masked"`.
   */
  readonly padding?: "masked" | "unmasked";
  /**
   * Share of the input units of the first layer that are dropped in training, in [0, 1); not with `"one-hot"`.
   * Default 0.45, with `"one-hot"` 0.
   */
  readonly dropoutEmbedding?: number;
  /**
   * Share of the output units of each layer that are dropped in training, in [0, 1). Session-parallel training
   * drops the state that is carried to the next click, too, as the official code does; a window does not.
   * Default 0.2.
   */
  readonly dropoutHidden?: number;
  /** Weight of the score regularisation (Hidasi & Karatzoglou 2018), ≥ 0; `"bpr-max"` only. Default 1. */
  readonly bprReg?: number;
  /** The a of an `"elu"`, ≥ 0; 0 makes it linear. Only with such an activation. Default 0.5. */
  readonly eluParam?: number;
  /**
   * Strength of the correction by sampling probability, ≥ 0; cross-entropy only, in training only. Subtracts
   * logQ · ln q from the score of each item. q is the support of a target and support^sampleAlpha of a negative:
   * counts suffice, because the softmax cancels their common divisor. Default 1.
   */
  readonly logQ?: number;
  /** Label smoothing, in [0, 1); cross-entropy only. Default 0. */
  readonly smoothing?: number;
  /** Distribution of the initial weights. Default `"uniform"`. */
  readonly init?: "uniform" | "normal";
  /** Half width (uniform) or standard deviation (normal) of that distribution, ≥ 0; 0 is Glorot's, per gate. Default 0. */
  readonly sigma?: number;
  /** Seed of all random numbers, an integer from 0 to 2³² − 1. Default 42. */
  readonly seed?: number;
}

/** `ModelOptions` with all defaults filled in. */
export type ResolvedModelOptions = Required<ModelOptions>;

/** The defaults of `ModelOptions`; bench/README.md has the settings that they were chosen from. */
export const MODEL_DEFAULTS: ResolvedModelOptions = {
  layers: [100],
  cell: "gru",
  resetAfter: false,
  embedding: "shared",
  embeddingSize: 0,
  loss: "cross-entropy",
  finalActivation: "softmax",
  hiddenActivation: "tanh",
  windowLength: 0,
  lossAt: "last",
  inBatchNegatives: "all",
  padding: "masked",
  dropoutEmbedding: 0.45,
  dropoutHidden: 0.2,
  bprReg: 1,
  eluParam: 0.5,
  logQ: 1,
  smoothing: 0,
  init: "uniform",
  sigma: 0,
  seed: 42,
};

export const MODEL_EFFECTS: Effects = {
  resetAfter: [hasReset],
  embeddingSize: [is("embedding", "separate")],
  finalActivation: [isNot("loss", "cross-entropy")],
  dropoutEmbedding: [isNot("embedding", "one-hot")],
  lossAt: [atLeast("windowLength", 2)],
  inBatchNegatives: [isNot("loss", "top1")],
  // A pad is a row of the separate table, and stands behind the last click: no target comes after it.
  padding: [atLeast("windowLength", 1), is("lossAt", "last"), is("embedding", "separate")],
  bprReg: [is("loss", ...lossesWith("bprReg"))],
  eluParam: [either(is("finalActivation", "elu"), is("hiddenActivation", "elu"))],
  logQ: [is("loss", ...lossesWith("logQ"))],
  smoothing: [is("loss", ...lossesWith("smoothing")), is("inBatchNegatives", "all")],
};

/**
 * Fills in defaults and checks every bound.
 *
 * @throws ConfigError naming an option that is out of range, or has no effect beside the others
 */
export function resolveModelOptions(given: ModelOptions = {}): ResolvedModelOptions {
  checkNames(given, Object.keys(MODEL_DEFAULTS), "model");
  const { loss = MODEL_DEFAULTS.loss } = given;
  checkChoice("loss", loss, Object.keys(LOSSES));
  const defaults = modelDefaults(given);
  const resolved = withDefaults<ResolvedModelOptions>(defaults, given);
  checkLayers(resolved);
  checkLoss(resolved);
  checkWindows(resolved);
  checkNumber("dropoutEmbedding", resolved.dropoutEmbedding, 0, 1);
  checkNumber("dropoutHidden", resolved.dropoutHidden, 0, 1);
  checkChoice("init", resolved.init, ["uniform", "normal"]);
  checkNumber("sigma", resolved.sigma, 0);
  checkInteger("seed", resolved.seed, 0, 2 ** 32 - 1);
  checkEffects(MODEL_EFFECTS, resolved, defaults);
  return frozen(resolved);
}

/** The defaults beside given options: some depend on the loss, which there must be, and on the embedding. */
export function modelDefaults({
  loss = MODEL_DEFAULTS.loss,
  embedding,
}: ModelOptions): ResolvedModelOptions {
  return {
    ...MODEL_DEFAULTS,
    finalActivation: LOSSES[loss].finalActivation,
    logQ: lossesWith("logQ").includes(loss) ? MODEL_DEFAULTS.logQ : 0,
    dropoutEmbedding: embedding === "one-hot" ? 0 : MODEL_DEFAULTS.dropoutEmbedding,
  };
}

function checkLayers(options: ResolvedModelOptions): void {
  const { layers } = options;
  if (!Array.isArray(layers) || layers.length === 0) {
    throw new ConfigError("layers", "a list of at least one hidden size", layers);
  }
  for (const [i, size] of layers.entries()) checkInteger(`layers[${i}]`, size, 1);
  checkCell(options.cell, options.resetAfter);
  checkChoice("embedding", options.embedding, ["shared", "separate", "one-hot"]);
  checkInteger("embeddingSize", options.embeddingSize, 0);
  activationOf(options.hiddenActivation, options.eluParam, "hiddenActivation");
}

/** 0, or so many clicks. Throws ConfigError. */
export function checkWindowLength(value: unknown): void {
  checkInteger("windowLength", value, 0, LONGEST_WINDOW);
}

function checkWindows({ windowLength, lossAt, padding }: ResolvedModelOptions): void {
  checkWindowLength(windowLength);
  checkChoice("lossAt", lossAt, ["last", "every"]);
  checkChoice("padding", padding, ["masked", "unmasked"]);
}

function checkInBatch({ inBatchNegatives, lossAt }: ResolvedModelOptions): void {
  checkChoice("inBatchNegatives", inBatchNegatives, ["all", "others", "none"]);
  if (inBatchNegatives !== "others" || lossAt === "every") return;
  const expected = '"all" or "none" unless `lossAt` is "every"';
  throw new ConfigError("inBatchNegatives", expected, inBatchNegatives);
}

function checkLoss(options: ResolvedModelOptions): void {
  checkNumber("eluParam", options.eluParam, 0);
  checkNumber("bprReg", options.bprReg, 0);
  checkNumber("logQ", options.logQ, 0);
  checkNumber("smoothing", options.smoothing, 0, 1);
  checkInBatch(options);
  if (LOSSES[options.loss].finalActivation === "softmax") return;
  if (options.finalActivation === "softmax") {
    const expected = `anything but "softmax" with ${options.loss}`;
    throw new ConfigError("finalActivation", expected, options.finalActivation);
  }
  activationOf(options.finalActivation, options.eluParam, "finalActivation");
}
