/**
 * What a tuning may choose: a document of the options of a model and of its training, in which ranges and lists of
 * choices stand where a value would.
 *
 *     { "model": { "layers": [{ "from": 64, "to": 512, "step": 32 }], "loss": "bpr-max" },
 *       "train": { "learningRate": { "from": 0.01, "to": 0.25, "step": 0.005 }, "epochs": 10 } }
 */

import { checkBoolean, checkNames, checkNumber, checkObject } from "../checks.js";
import { ConfigError } from "../errors.js";

/** Numbers from one to another, both included. */
export interface SpaceRange {
  /** The least. */
  readonly from: number;
  /** The most, > `from`. */
  readonly to: number;
  /** Between two neighbours, > 0; it divides `to − from`. Not given: any number between. */
  readonly step?: number;
  /** Whether small numbers count as much as large ones: drawn by their logarithm. Without `step`; `from` > 0. */
  readonly log?: boolean;
  /** Whole numbers only. */
  readonly integer?: boolean;
}

/** One of a few values. */
export interface SpaceChoices {
  /** Two or more values, of any kind that JSON has. */
  readonly choices: readonly unknown[];
}

/** A value, a range, choices, or a list or an object of these. */
export type SpaceValue =
  | string
  | number
  | boolean
  | null
  | SpaceRange
  | SpaceChoices
  | readonly SpaceValue[]
  | { readonly [name: string]: SpaceValue };

/** Options of a model and of its training, fixed or to be chosen. */
export interface Space {
  /** As `GRU4Rec.create` takes them. */
  readonly model?: { readonly [name: string]: SpaceValue };
  /** As `train` takes them. */
  readonly train?: { readonly [name: string]: SpaceValue };
}

/** Options that were chosen, in the form of a file of parameters. */
export interface TrialParameters {
  /** As `GRU4Rec.create` takes them. */
  readonly model: Readonly<Record<string, unknown>>;
  /** As `train` takes them. */
  readonly train: Readonly<Record<string, unknown>>;
}

/** A range of a space, and where it stands. */
export interface RangeDimension extends SpaceRange {
  /** Numbers between two bounds. */
  readonly kind: "range";
  /** Where: `train.learningRate`, `model.layers[0]`. */
  readonly path: string;
}

/** Choices of a space, and where they stand. */
export interface ChoicesDimension extends SpaceChoices {
  /** One of a list. */
  readonly kind: "choices";
  /** Where: `model.finalActivation`. */
  readonly path: string;
}

/** Something to choose. */
export type Dimension = RangeDimension | ChoicesDimension;

const PARTS = ["model", "train"] as const;
const MOST_DEPTH = 8;

/** All that is to be chosen, in the order of the document. @throws ConfigError naming the place */
export function dimensionsOf(space: Space): readonly Dimension[] {
  checkObject("space", space, "an object with model and train");
  checkNames(space, PARTS, "space");
  const found: Dimension[] = [];
  for (const part of PARTS) {
    if (space[part] === undefined) continue;
    checkObject(part, space[part], "an object of options");
    collect(space[part], part, found, 0);
  }
  if (found.length > 0) return found;
  const remedy =
    'Give one a range, as { "from": 0, "to": 0.5, "step": 0.05 }, or { "choices": [] }.';
  throw new ConfigError("space", "at least one option to choose", space, remedy);
}

function collect(value: unknown, path: string, found: Dimension[], depth: number): void {
  if (typeof value !== "object" || value === null) {
    const isPlain = typeof value === "string" || typeof value === "boolean" || value === null;
    if (isPlain || Number.isFinite(value)) return;
    throw new ConfigError(path, "a value that JSON has, a range or choices", value);
  }
  if (depth > MOST_DEPTH) throw new ConfigError(path, `at most ${MOST_DEPTH} levels`, value);
  if ("choices" in value) found.push({ kind: "choices", path, ...checkedChoices(value, path) });
  else if ("from" in value || "to" in value) {
    found.push({ kind: "range", path, ...checkedRange(value as SpaceRange, path) });
  } else {
    const isList = Array.isArray(value);
    for (const [name, own] of Object.entries(value)) {
      collect(own, isList ? `${path}[${name}]` : `${path}.${name}`, found, depth + 1);
    }
  }
}

function checkedChoices(value: object, path: string): SpaceChoices {
  checkNames(value, ["choices"], path);
  const { choices } = value as SpaceChoices;
  if (Array.isArray(choices) && choices.length > 1) {
    const texts = choices.map((choice) => JSON.stringify(choice));
    if (new Set(texts).size === texts.length) return { choices };
  }
  throw new ConfigError(`${path}.choices`, "a list of two or more values, all different", choices);
}

function checkedRange(range: SpaceRange, path: string): SpaceRange {
  checkNames(range, ["from", "to", "step", "log", "integer"], path);
  const { from, to, step, log = false, integer = false } = range;
  checkNumber(`${path}.from`, from, Number.NEGATIVE_INFINITY);
  checkNumber(`${path}.to`, to, Number.NEGATIVE_INFINITY);
  checkBoolean(`${path}.log`, log);
  checkBoolean(`${path}.integer`, integer);
  if (!(to > from)) throw new ConfigError(`${path}.to`, `a number > from, ${from}`, to);
  if (log && !(from > 0)) throw new ConfigError(`${path}.from`, "a number > 0, with log", from);
  if (integer) {
    for (const [name, bound] of Object.entries({ from, to })) {
      if (!Number.isSafeInteger(bound))
        throw new ConfigError(`${path}.${name}`, "an integer", bound);
    }
  }
  if (step !== undefined) checkStep(range, path);
  return step === undefined && integer && !log ? { ...range, step: 1 } : range;
}

function checkStep({ from, to, step = 0, log, integer }: SpaceRange, path: string): void {
  const where = `${path}.step`;
  if (log) throw new ConfigError(where, "none beside log", step);
  if (typeof step !== "number" || !(step > 0 && step <= to - from)) {
    throw new ConfigError(where, `a number in (0, ${to - from}]`, step);
  }
  const steps = (to - from) / step;
  if (Math.abs(steps - Math.round(steps)) > 1e-6) {
    throw new ConfigError(where, `a divisor of ${to - from}, from ${from} to ${to}`, step);
  }
  if (integer && !Number.isSafeInteger(step)) throw new ConfigError(where, "an integer", step);
}

/** The document with a value in each place. @param values in the order of the dimensions */
export function filled(space: Space, values: readonly unknown[]): TrialParameters {
  let next = 0;
  const fill = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if ("choices" in value || "from" in value) return values[next++];
    if (Array.isArray(value)) return value.map(fill);
    return Object.fromEntries(Object.entries(value).map(([name, own]) => [name, fill(own)]));
  };
  const { model = {}, train = {} } = space;
  const chosen = fill(model) as TrialParameters["model"];
  return { model: chosen, train: fill(train) as TrialParameters["train"] };
}
