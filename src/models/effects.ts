/**
 * When an option has an effect: one table for both models, their training and their features.
 *
 * An option that would do nothing is refused, so that nobody believes it did something. The value that
 * is the default is always allowed. Options that are not listed always have an effect.
 */

import { ConfigError } from "../errors.js";
import { CELLS, type CellName } from "../network/cells/forward.js";
import { lossesWith } from "../network/losses.js";

/** What another option must be. */
interface Need {
  /** After "unless", e.g. '`loss` is "cross-entropy"'. */
  readonly words: string;
  holds(options: Readonly<Record<string, unknown>>): boolean;
}

const is = (name: string, ...wanted: readonly string[]): Need => ({
  words: `\`${name}\` is ${wanted.map((value) => JSON.stringify(value)).join(" or ")}`,
  holds: (options) => wanted.includes(options[name] as string),
});

const isNot = (name: string, other: string): Need => ({
  words: `\`${name}\` is not ${JSON.stringify(other)}`,
  holds: (options) => options[name] !== other,
});

const atLeast = (name: string, least: number): Need => ({
  words: `\`${name}\` is at least ${least}`,
  holds: (options) => Number(options[name]) >= least,
});

/** A list or an object with so many entries. */
const holdsMany = (name: string, least: number): Need => ({
  words: `\`${name}\` has ${least} or more`,
  holds: (options) => Object.keys(Object(options[name])).length >= least,
});

const isGiven = (name: string): Need => ({
  words: `\`${name}\` is given`,
  holds: (options) => options[name] !== undefined,
});

const either = (one: Need, other: Need): Need => ({
  words: `${one.words} or ${other.words}`,
  holds: (options) => one.holds(options) || other.holds(options),
});

const RESETTING = Object.keys(CELLS).filter((cell) => CELLS[cell as CellName].hasReset);

/** Options that are given together. */
export type OptionKind = "model" | "training" | "towers" | "feature" | "retrieval";

/** Everything that an option needs, by its name. */
type Effects = Readonly<Record<string, readonly Need[]>>;

export const EFFECTS: Readonly<Record<OptionKind, Effects>> = {
  /** `ModelOptions` */
  model: {
    resetAfter: [is("cell", ...RESETTING)],
    embeddingSize: [is("embedding", "separate")],
    finalActivation: [isNot("loss", "cross-entropy")],
    dropoutEmbedding: [isNot("embedding", "one-hot")],
    lossAt: [atLeast("windowLength", 2)],
    // A pad is a row of the separate table, and stands behind the last click: no target comes after it.
    padding: [atLeast("windowLength", 1), is("lossAt", "last"), is("embedding", "separate")],
    bprReg: [is("loss", ...lossesWith("bprReg"))],
    eluParam: [either(is("finalActivation", "elu"), is("hiddenActivation", "elu"))],
    logQ: [is("loss", ...lossesWith("logQ"))],
    smoothing: [is("loss", ...lossesWith("smoothing"))],
  },
  /** `TrainOptions`. Every optimiser has a momentum. */
  training: {
    sampleAlpha: [atLeast("negatives", 1)],
    learningRate: [isNot("optimizer", "adadelta")],
    patience: [isGiven("validation")],
    monitor: [isGiven("validation")],
  },
  /** `TowerOptions`. Their padding also decides what an unknown item is, so it always has an effect. */
  towers: {
    resetAfter: [is("cell", ...RESETTING)],
    // The last dense layer of a tower is linear.
    denseActivation: [either(holdsMany("queryLayers", 2), holdsMany("candidateLayers", 2))],
    combine: [either(holdsMany("features", 1), holdsMany("timeBoundaries", 1))],
  },
  /** `FeatureOptions`, beside the `combine` of the towers. */
  feature: {
    size: [is("combine", "concatenate")],
    minCount: [isNot("kind", "number")],
  },
  /** `TrainRetrievalOptions` */
  retrieval: {
    learningRate: [isNot("optimizer", "adadelta")],
    initialAccumulator: [is("optimizer", "adagrad")],
    sampleAlpha: [atLeast("negatives", 1)],
    patience: [isGiven("validation")],
    monitor: [isGiven("validation")],
  },
};

/**
 * @param options  with nothing left open, and what else they depend on
 * @param defaults of the options of this kind; one that is missing is `undefined`
 * @param prefix   stands before the name in an error
 * @throws ConfigError naming an option that has no effect, and what would give it one
 */
export function checkEffects(
  kind: OptionKind,
  options: object,
  defaults: object,
  prefix = "",
): void {
  for (const { name, usual, value, unmet } of idle(kind, options, defaults)) {
    const expected = usual === undefined ? "nothing" : JSON.stringify(usual);
    throw new ConfigError(`${prefix}${name}`, `${expected} unless ${unmet.words}`, value);
  }
}

/**
 * Options as they were saved, those without an effect put back to their defaults: a file made before an
 * option was refused can still be read, and tells only what was so.
 */
export function withoutIdle(kind: OptionKind, options: object, defaults: object): object {
  const settled: [string, unknown][] = [];
  const whole = { ...defaults, ...options };
  for (const { name, usual } of idle(kind, whole, defaults)) settled.push([name, usual]);
  return { ...options, ...Object.fromEntries(settled) };
}

/** Options that are neither their default nor have an effect. */
function* idle(kind: OptionKind, options: object, defaults: object) {
  const all = options as Readonly<Record<string, unknown>>;
  for (const [name, needs] of Object.entries(EFFECTS[kind])) {
    const value = Object.hasOwn(all, name) ? all[name] : undefined;
    const usual = (defaults as Readonly<Record<string, unknown>>)[name];
    if (value === undefined || value === usual) continue;
    const unmet = needs.find((need) => !need.holds(all));
    if (unmet) yield { name, usual, value, unmet };
  }
}
