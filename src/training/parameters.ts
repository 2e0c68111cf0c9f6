/**
 * Parameter sets of a GRU4Rec: the options of the model and of its training as one object, as published, as found
 * by a search, or as a user wrote them down.
 */

import { checkNames, withDefaults } from "../checks.js";
import {
  MODEL_DEFAULTS,
  MODEL_EFFECTS,
  type ModelOptions,
  modelDefaults,
} from "../models/gru4rec/options.js";
import { LOSSES } from "../network/losses.js";
import { LEARNING_EFFECTS } from "./learning-options.js";
import { type LearningOptions, TRAIN_DEFAULTS } from "./options.js";

/** Options of a GRU4Rec and of its training. */
export interface ParameterSet {
  /** Options of `GRU4Rec.create`. */
  readonly model: ModelOptions;
  /** Options of `train` that decide the result. */
  readonly train: LearningOptions;
}

/** A parameter set, and what was left out of it. */
export interface MergedParameters extends ParameterSet {
  /** Names of options that were left out, because they would have no effect, and are no defaults. */
  readonly withoutEffect: readonly string[];
}

const EFFECTS = { ...MODEL_EFFECTS, ...LEARNING_EFFECTS };

/**
 * A parameter set with some options changed. Options of the set that have no effect beside the changed ones are
 * left out: `bprReg` of a set for BPR-max, when the loss is changed to cross-entropy. Values are checked by
 * whoever takes the options.
 *
 * @param set  is left as it is
 * @param over options that win over those of the set, and stay whether they have an effect or not
 * @throws ConfigError naming an option that there is not
 */
export function mergeParameters(
  set: ParameterSet,
  over: Partial<ParameterSet> = {},
): MergedParameters {
  const before = flat("set", set);
  const changed = flat("over", over);
  const options: Record<string, unknown> = withDefaults(before, changed);
  const left: string[] = [];
  // What is left out may have been what gave another one its effect.
  for (let more = true; more; ) {
    const idle = idleOptions(options).filter((name) => changed[name] === undefined);
    for (const name of idle) delete options[name];
    const defaults = defaultsBeside(before);
    left.push(...idle.filter((name) => before[name] !== defaults[name]));
    more = idle.length > 0;
  }
  const entries = Object.entries(options);
  const isTrain = ([name]: [string, unknown]): boolean => Object.hasOwn(TRAIN_DEFAULTS, name);
  return {
    model: Object.fromEntries(entries.filter((entry) => !isTrain(entry))),
    train: Object.fromEntries(entries.filter(isTrain)),
    withoutEffect: left,
  };
}

/** The options of both parts: no name is in both. */
function flat(path: string, set: Partial<ParameterSet>): Record<string, unknown> {
  checkNames(set, ["model", "train"], path);
  const { model = {}, train = {} } = set;
  checkNames(model, Object.keys(MODEL_DEFAULTS), `${path}.model`);
  checkNames(train, Object.keys(TRAIN_DEFAULTS), `${path}.train`);
  return { ...model, ...train };
}

/** Names of given options that have no effect beside the others and the defaults. */
function idleOptions(options: Readonly<Record<string, unknown>>): string[] {
  const all = { ...defaultsBeside(options), ...options };
  return Object.keys(options).filter((name) => EFFECTS[name]?.some((need) => !need.holds(all)));
}

/** The defaults beside given options. A loss that there is not is found by whoever takes the options. */
function defaultsBeside(options: ModelOptions): Readonly<Record<string, unknown>> {
  const isLoss = Object.hasOwn(LOSSES, options.loss ?? "");
  return { ...modelDefaults(isLoss ? options : {}), ...TRAIN_DEFAULTS };
}
