/**
 * The options of features, and where features stand in the vectors that the towers work on.
 *
 *     "sum"          item    id + title + genres + year                 embeddingSize columns
 *                    query   last state + time                          as many as the last state
 *     "concatenate"  item    id | title | genres | year                 embeddingSize + sizes
 *                    query   last state | time                          twice as many as the last state
 *
 * Vectors of items go into the first recurrent layer and into the candidate's head, that of the query
 * into the query's head.
 */

import { checkChoice, checkInteger, checkNames } from "../../checks.js";
import { bucketOf } from "../../data/boundaries.js";
import type { FeatureKind, FeatureReading } from "../../data/features.js";
import { ConfigError } from "../../errors.js";
import { checkEffects, type Effects, is, isNot } from "../effects.js";

/** What an item's vector is made of beside its id. */
export interface FeatureOptions {
  /**
   * `"text"`: words, in lower case, split at what is neither letter nor digit, and the mean of their
   * vectors. `"category"`: one value, any id. `"categories"`: several, and their mean. `"number"`:
   * standardised by mean and deviation of the catalogue, times a vector.
   */
  readonly kind: FeatureKind;
  /** Width of its vectors, with `combine: "concatenate"`. Default `embeddingSize`. */
  readonly size?: number;
  /**
   * Words or values that fewer items have, and those that are new, share one vector. Default 2 of a
   * text, else 1; numbers have none.
   */
  readonly minCount?: number;
}

export interface ResolvedFeature extends FeatureReading {
  readonly size: number;
}

/** How features are combined with the item's vector, and time with the state. */
export type Combination = "sum" | "concatenate";

/** The options that decide the widths of vectors. */
export interface WidthOptions {
  readonly embeddingSize: number;
  readonly layers: readonly number[];
  readonly features: Readonly<Record<string, Pick<ResolvedFeature, "size">>>;
  readonly combine: Combination;
  readonly timeBoundaries: readonly number[];
}

const NAMES = ["kind", "size", "minCount"];
const KINDS = ["text", "category", "categories", "number"];

/** Beside the `combine` of the towers. */
export const FEATURE_EFFECTS: Effects = {
  size: [is("combine", "concatenate")],
  minCount: [isNot("kind", "number")],
};

/** Fills in defaults and checks them. Throws ConfigError. */
export function resolveFeatures(
  given: Readonly<Record<string, FeatureOptions>>,
  embeddingSize: number,
  combine: Combination,
): Readonly<Record<string, ResolvedFeature>> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new ConfigError("features", "an object of features by name", given);
  }
  const resolved = Object.entries(given).map(([name, options]) => {
    const path = `features.${name}`;
    if (!/^[A-Za-z]\w*$/.test(name) || name === "itemId") {
      const expected = "names of letters, digits and _, beginning with a letter, not itemId";
      throw new ConfigError("features", expected, name);
    }
    if (typeof options !== "object" || options === null) {
      throw new ConfigError(path, 'an object such as { kind: "text" }', options);
    }
    checkNames(options, NAMES, path);
    const { kind, size = embeddingSize } = options;
    checkChoice(`${path}.kind`, kind, KINDS);
    checkInteger(`${path}.size`, size, 1);
    const usual = { size: embeddingSize, minCount: kind === "text" ? 2 : 1 };
    const { minCount = usual.minCount } = options;
    checkInteger(`${path}.minCount`, minCount, 1);
    checkEffects(FEATURE_EFFECTS, { kind, size, minCount, combine }, usual, `${path}.`);
    if (combine === "concatenate") {
      checkWhole("embeddingSize", embeddingSize);
      checkWhole(`${path}.size`, size);
    }
    return [name, Object.freeze({ kind, size, minCount })] as const;
  });
  return Object.freeze(Object.fromEntries(resolved));
}

/** Boundaries ascend; one more bucket than there are boundaries. */
export function checkBoundaries(boundaries: readonly number[]): void {
  if (!Array.isArray(boundaries)) {
    throw new ConfigError("timeBoundaries", "a list of times", boundaries);
  }
  for (const [i, time] of boundaries.entries()) {
    const path = `timeBoundaries[${i}]`;
    if (!Number.isFinite(time)) throw new ConfigError(path, "a finite number", time);
    if (i > 0 && boundaries[i - 1]! >= time) {
      throw new ConfigError(path, `a later time than ${boundaries[i - 1]}`, time);
    }
  }
}

/** The width of a vector before another one must be a multiple of 4: kernels take four columns at a time. */
export function checkWhole(path: string, width: number): void {
  if (width % 4 === 0) return;
  throw new ConfigError(path, "a multiple of 4 where features are concatenated", width);
}

/** Columns of an item's vector, and where each feature begins in it. */
export function itemColumns({ embeddingSize, features, combine }: WidthOptions): {
  readonly width: number;
  readonly places: readonly number[];
} {
  let width = embeddingSize;
  const places = Object.values(features).map(({ size }) => {
    if (combine === "sum") return 0;
    width += size;
    return width - size;
  });
  return { width, places };
}

/** Columns of the vector that the query's head begins with, and where and how wide the time is in it. */
export function queryColumns({
  layers,
  combine,
  timeBoundaries,
}: Pick<WidthOptions, "layers" | "combine" | "timeBoundaries">): {
  readonly width: number;
  readonly place: number;
  readonly size: number;
} {
  const state = layers.at(-1)!;
  if (timeBoundaries.length === 0) return { width: state, place: state, size: 0 };
  if (combine === "sum") return { width: state, place: 0, size: state };
  return { width: 2 * state, place: state, size: state };
}

/**
 * The bucket of the time at which a query is asked.
 *
 * @throws ConfigError when it is not finite, or given to a model where time does not count
 */
export function momentOf(
  { timeBoundaries }: { readonly timeBoundaries: readonly number[] },
  time: number | undefined,
): number {
  if (time !== undefined && !Number.isFinite(time)) {
    throw new ConfigError("time", "a finite number", time);
  }
  if (time === undefined || timeBoundaries.length > 0) return bucketOf(timeBoundaries, time);
  const remedy = "Create the model with `timeBoundaries`.";
  throw new ConfigError("time", "none for a model without `timeBoundaries`", time, remedy);
}
