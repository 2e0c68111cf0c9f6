/** The options of the retrieval task and of training for it, their defaults and their bounds. */

import {
  checkBoolean,
  checkChoice,
  checkInteger,
  checkList,
  checkNumber,
  checkNumbers,
} from "../../checks.js";
import type { Id } from "../../data/events.js";
import { checkExamples, type Examples } from "../../data/examples.js";
import { type EpochOrder, Sessions } from "../../data/sessions.js";
import { type Effects, is } from "../../models/effects.js";
import { LEARNING_EFFECTS, resolvedLearning } from "../learning-options.js";
import { checkPositive, OPTIMIZER_DEFAULTS, type OptimizerOptions } from "../optimizer-options.js";
import type { RunOptions } from "../run-options.js";

/** Options that decide the result of training. ThreadOptions decide only how fast it is. */
export interface RetrievalOptions extends OptimizerOptions {
  /** Passes over the examples, ≥ 1. Default 3. */
  readonly epochs?: number;
  /** Examples of a batch, ≥ 1; clamped to the number of examples. Default 12,800. */
  readonly batchSize?: number;
  /**
   * Order of the examples in an epoch: as given (`"given"`), by the time of their targets, oldest first
   * (`"time"`), or shuffled anew in each epoch (`"random"`). With the first two every epoch has the same batches,
   * like the cached batches of the tutorial. Default `"given"`.
   */
  readonly order?: EpochOrder;
  /** Initial value of the sums of squares, ≥ 0; Adagrad only. Default 0.1, as in Keras. */
  readonly initialAccumulator?: number;
  /** Gradient of the sum over a batch, or of its mean. Default `"sum"`. */
  readonly reduction?: "sum" | "mean";
  /** Scores are divided by it, > 0. Default 1. */
  readonly temperature?: number;
  /**
   * Strength of the correction by sampling probability, ≥ 0. Subtracts logQ · ln q from the score of each
   * candidate in training (X. Yi et al., "Sampling-bias-corrected neural modeling for large corpus item
   * recommendations", RecSys 2019). q is the share of the item in the examples; of a drawn candidate, its
   * probability to be drawn. An array gives q for each item of the catalogue, with a strength of 1. Default 0.
   *
   * The same idea as `ModelOptions.logQ`; there q is a count, here a probability, clipped to [10⁻⁶, 1]
   * as in TensorFlow Recommenders.
   */
  readonly logQ?: number | ArrayLike<number>;
  /** Leaves out candidates of other examples that equal the example's target. Default false. */
  readonly removeAccidentalHits?: boolean;
  /** Candidates drawn for each batch in addition to its targets, ≥ 0. Default 0. */
  readonly negatives?: number;
  /** They are drawn with probability ∝ support^alpha, in [0, 1]; with `negatives`. Default 0.5. */
  readonly sampleAlpha?: number;
  /** Compares each example with its target and so many of its highest other candidates, ≥ 0; 0 is all. Default 0. */
  readonly hardNegatives?: number;
}

/** Options of `train` and `fit` for two towers. */
export interface TrainRetrievalOptions extends RetrievalOptions, RunOptions<Examples | Sessions> {
  /** Weight of each example's loss, ≥ 0, as many as there are examples; borrowed for the call. */
  readonly sampleWeights?: ArrayLike<number>;
  /**
   * Items that each example is never compared with, for example all that its user ever chose: one list for each
   * example, in their order. Unknown ids and the example's target are ignored.
   */
  readonly exclude?: readonly Iterable<Id>[];
}

export type ResolvedRetrievalOptions = Required<RetrievalOptions>;

/** The defaults of `RetrievalOptions`. */
export const RETRIEVAL_DEFAULTS: ResolvedRetrievalOptions = {
  epochs: 3,
  batchSize: 12_800,
  order: "given",
  ...OPTIMIZER_DEFAULTS,
  initialAccumulator: 0.1,
  reduction: "sum",
  temperature: 1,
  logQ: 0,
  removeAccidentalHits: false,
  negatives: 0,
  sampleAlpha: 0.5,
  hardNegatives: 0,
};

export const RETRIEVAL_EFFECTS: Effects = {
  initialAccumulator: [is("optimizer", "adagrad")],
  ...LEARNING_EFFECTS,
};

/**
 * Fills in defaults and checks every bound that needs no data.
 *
 * @throws ConfigError naming an option that is out of range, or has no effect beside the others
 */
export function resolveRetrievalOptions(
  given: TrainRetrievalOptions = {},
): ResolvedRetrievalOptions {
  const others = ["sampleWeights", "exclude"];
  const options = resolvedLearning(given, RETRIEVAL_DEFAULTS, RETRIEVAL_EFFECTS, others);
  const { validation } = given;
  if (validation !== undefined && !(validation instanceof Sessions)) {
    checkExamples("validation", validation);
  }
  if (given.sampleWeights !== undefined) checkNumbers("sampleWeights", given.sampleWeights);
  if (given.exclude !== undefined) checkList("exclude", given.exclude, "lists of item ids");
  checkTask(options);
  return options;
}

function checkTask(options: ResolvedRetrievalOptions): void {
  checkNumber("initialAccumulator", options.initialAccumulator, 0);
  checkChoice("reduction", options.reduction, ["sum", "mean"]);
  checkPositive("temperature", options.temperature);
  const { logQ } = options;
  if (typeof logQ === "object" && logQ !== null) checkNumbers("logQ", logQ);
  else checkNumber("logQ", logQ, 0);
  checkBoolean("removeAccidentalHits", options.removeAccidentalHits);
  checkInteger("hardNegatives", options.hardNegatives, 0);
}
