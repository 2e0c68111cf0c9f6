/**
 * One feature of items as weighted rows of its table:
 *
 *     text        "The Tent, the stove"   → the tent the stove      each word's row, 1/4 each
 *     categories  ["Comedy", "Horror"]    → each value's row, 1/2 each (several at a time)
 *     category    "Comedy"                → its row, 1
 *     number      1995                    → row 0, (1995 − mean) / deviation, within ±5
 *
 * Words and values that too few items of the catalogue have share row 0 with words and values that are
 * new. An unknown value has no rows: it adds the zero vector, and stands for the mean of a number.
 *
 * A number is standardised and multiplies one vector, so values that no item had need no new weights.
 * Where more is not always better or always worse, pass ranges of the number as a category.
 */

import { ConfigError, words } from "../errors.js";
import { checkId, type Id } from "./events.js";

/** How a feature is read: words of a text, one value, several values, or a number. */
export type FeatureKind = "text" | "category" | "categories" | "number";

/** A value that is not known is `undefined` or `null`, or `""` for a text, or `[]` for categories. */
export type FeatureValue = Id | Iterable<Id> | null | undefined;

/** What is known of an item: its id, and values of some features by name. */
export interface ItemRecord {
  /** The item that the record is of. */
  readonly itemId: Id;
  readonly [feature: string]: FeatureValue;
}

/** How a feature is read. */
export interface FeatureReading {
  readonly kind: FeatureKind;
  /** Words or values that fewer items have share row 0; without meaning for numbers. */
  readonly minCount: number;
}

/** A row of the feature's table and its weight. */
export interface Entry {
  readonly row: number;
  readonly weight: number;
}

/** What a feature has read from the catalogue: its values, or mean and deviation. */
export type FeatureState =
  | { readonly values: readonly Id[] }
  | { readonly mean: number; readonly deviation: number };

/** Standardised numbers are cut off at ±5, so that an outlier does not outweigh all else. */
const FARTHEST = 5;
/** The sum of the squares of larger numbers could overflow. */
const LARGEST = 1e100;
const NO_ENTRIES: readonly Entry[] = [];

/** Lower case, split at everything that is neither letter nor digit. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}

/**
 * The words, values or the number of a feature; empty where it is not known.
 *
 * @param path names the value in errors
 */
export function partsOf(kind: FeatureKind, value: FeatureValue, path: string): readonly Id[] {
  if (value === undefined || value === null) return [];
  switch (kind) {
    case "text":
      if (typeof value !== "string") throw new ConfigError(path, "a text", value);
      return wordsOf(value);
    case "number":
      return [checkedNumber(value, path)];
    case "category":
      if (typeof value === "object") {
        const remedy = 'Several values make a feature of kind "categories".';
        throw new ConfigError(path, "one value", words("a list"), remedy);
      }
      return [checkId(value, () => path)];
    case "categories":
      return listOf(value, path).map((one, i) => checkId(one, () => `${path}[${i}]`));
  }
}

function checkedNumber(value: FeatureValue, path: string): number {
  if (typeof value === "number" && Math.abs(value) <= LARGEST) return value;
  const remedy = "Leave it out where it is not known.";
  throw new ConfigError(path, `a number within ±${LARGEST}`, value, remedy);
}

function listOf(value: FeatureValue, path: string): Id[] {
  if (typeof value === "object" && value !== null && Symbol.iterator in value) return [...value];
  throw new ConfigError(path, "a list of values", value, 'One value makes a "category".');
}

/** A feature with what it learnt. */
export class Feature {
  readonly name: string;
  readonly kind: FeatureKind;
  readonly state: FeatureState;
  readonly #rows: ReadonlyMap<Id, number>;

  constructor(name: string, kind: FeatureKind, state: FeatureState) {
    this.name = name;
    this.kind = kind;
    this.state = state;
    const values = "values" in state ? state.values : [];
    this.#rows = new Map(values.map((value, i) => [value, i + 1]));
  }

  /** @param parts of every item of the catalogue, in its order, as `partsOf` gives them */
  static learnt(
    name: string,
    { kind, minCount }: FeatureReading,
    parts: readonly (readonly Id[])[],
  ): Feature {
    if (kind === "number") return new Feature(name, kind, scaleOf(parts.flat() as number[]));
    const counts = new Map<Id, number>();
    for (const list of parts) {
      for (const value of new Set(list)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const values = [...counts.keys()].filter((value) => counts.get(value)! >= minCount);
    return new Feature(name, kind, { values });
  }

  /** Rows of its table. */
  get rows(): number {
    return this.#rows.size + 1;
  }

  /** Rows and weights of one item. */
  entriesOf(parts: readonly Id[]): readonly Entry[] {
    if (parts.length === 0) return NO_ENTRIES;
    if ("mean" in this.state) {
      const { mean, deviation } = this.state;
      const z = ((parts[0] as number) - mean) / deviation;
      return [{ row: 0, weight: Math.max(-FARTHEST, Math.min(FARTHEST, z)) }];
    }
    const weight = 1 / parts.length;
    return parts.map((value) => ({ row: this.#rows.get(value) ?? 0, weight }));
  }
}

/** Mean and deviation; 0 and 1 of no numbers, and a deviation of 1 where all are the same. */
function scaleOf(numbers: readonly number[]): { mean: number; deviation: number } {
  const n = Math.max(1, numbers.length);
  const mean = numbers.reduce((sum, x) => sum + x, 0) / n;
  const variance = numbers.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / n;
  return { mean, deviation: Math.sqrt(variance) || 1 };
}
