/** A fitted baseline: anything that `evaluate` takes, and recommends as a model does. */

import { checkFunction, checkNames, checkObject, checkSignal, withDefaults } from "../checks.js";
import type { Id } from "../data/events.js";
import type { Items } from "../data/items.js";
import type { ListOptions, Recommendation } from "../data/recommendations.js";
import type { FewScores, Scorer } from "../data/scorer.js";
import { checkSessions, type Sessions } from "../data/sessions.js";
import { ConfigError } from "../errors.js";
import { pace } from "../pause.js";
import type { Bytes, Signal } from "../platform.js";
import { decodeBaseline, encodeBaseline } from "./file.js";
import type { BaselineKind, Columns } from "./kind.js";
import { type BaselineName, type BaselineOptions, KINDS } from "./kinds.js";
import { listOf } from "./list.js";
import { nearestOf } from "./unknown-names.js";

/** How a fitting is watched. */
export interface FitWatch {
  /** Ends the work; its reason is thrown. */
  readonly signal?: Signal | undefined;
  /** Called with the share of the work that is done, from 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** A baseline that `fitBaseline` made. */
export class Baseline implements Scorer {
  /** Which kind it is. */
  readonly kind: BaselineName;
  /** Its options, defaults included. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The catalogue that it was fitted on. */
  readonly items: Items;
  /** How many of the last clicks it reads; 0 for all. */
  readonly windowLength: number;
  /** Writes a score for every item, as any `Scorer`. */
  readonly score: Scorer["score"];
  /** The same scores, where it scores few items. */
  readonly few: FewScores | undefined;
  readonly #columns: Columns;

  /** @internal */
  constructor(kind: BaselineName, options: object, columns: Columns, scorer: Scorer) {
    this.kind = kind;
    this.options = { ...options };
    this.items = scorer.items;
    this.windowLength = scorer.windowLength ?? 0;
    this.score = scorer.score;
    this.few = scorer.few;
    this.#columns = columns;
  }

  /**
   * A baseline from the bytes of `toBytes`.
   *
   * @throws FormatError naming the field that is not as it must be
   */
  static async fromBytes(bytes: Uint8Array | ArrayBuffer): Promise<Baseline> {
    const { options, items, columns } = await decodeBaseline(bytes, (given) => {
      const { baseline, ...own } = given as { readonly baseline?: string };
      return { ...checkBaseline(baseline, own), baseline: String(baseline) };
    });
    const { baseline, ...own } = options;
    return scoring(baseline as BaselineName, items, own, columns);
  }

  /** The whole baseline as one safetensors file; nearest neighbours keep the sessions themselves. */
  toBytes(): Bytes {
    const options = { ...this.options, baseline: this.kind };
    return encodeBaseline({ options, items: this.items, columns: this.#columns });
  }

  /**
   * The best items after a visit, as a model recommends them: equal scores list the item first that came first in the
   * catalogue. Unknown items of the visit are skipped; without a known one the list is empty.
   *
   * @throws ConfigError when an option is out of range
   */
  recommend(itemIds: Iterable<Id>, options: ListOptions = {}): readonly Recommendation[] {
    return listOf(this, itemIds, options);
  }

  /** Nothing is held that must be released; so every model is disposed of alike. */
  [Symbol.dispose](): void {}

  /** Bytes of what was fitted, without the catalogue. */
  get bytes(): number {
    return Object.values(this.#columns).reduce((sum, { byteLength }) => sum + byteLength, 0);
  }
}

/**
 * Fits a baseline on a log. The event loop has its turn meanwhile.
 *
 * | kind | what it recommends |
 * |---|---|
 * | `"random"` | anything |
 * | `"pop"` | the most popular items |
 * | `"s-pop"` | the items of the visit, then the most popular ones |
 * | `"item-knn"` | what shares sessions with the last click, for its popularity |
 * | `"bpr-mf"` | what matrix factorisation finds near the visit's items |
 * | `"markov"` | what came directly after the last click |
 * | `"ar"` | what was clicked in the sessions of the last click |
 * | `"sr"` | what came some clicks after the last click |
 * | `"v-sknn"` | what the sessions have that are most like the visit |
 * | `"stan"`, `"vstan"` | the same, by time and place of the clicks too |
 *
 * @param kind    which one
 * @param options of this kind, and how the work is watched
 * @throws ConfigError naming the nearest name when a kind or an option is unknown, or one that is out of range; the
 *   signal's reason when aborted
 */
export async function fitBaseline<Kind extends BaselineName>(
  kind: Kind,
  sessions: Sessions,
  options: BaselineOptions[Kind] & FitWatch = {},
): Promise<Baseline> {
  const { signal, onProgress, ...given } = checkWatch(options);
  const all = checkBaseline(kind, given);
  checkSessions("sessions", sessions);
  const columns = await driven(kindOf(kind).fit(sessions, all), { signal, onProgress });
  return scoring(kind, sessions.items, all, columns, signal);
}

function checkWatch<Options extends object>(options: Options & FitWatch): Options & FitWatch {
  checkObject("baseline options", options, "an object");
  checkSignal(options.signal);
  checkFunction("onProgress", options.onProgress);
  return options;
}

/** A baseline from what was fitted. */
export async function scoring(
  kind: BaselineName,
  items: Items,
  options: object,
  columns: Columns,
  signal?: Signal,
): Promise<Baseline> {
  const scorer = await driven(kindOf(kind).scorer(items, columns, options), { signal });
  return new Baseline(kind, options, columns, scorer);
}

/**
 * The options of a baseline with defaults filled in.
 *
 * @throws ConfigError as `fitBaseline`
 */
export function checkBaseline(name: unknown, options: object): object {
  if (typeof name !== "string" || !Object.hasOwn(KINDS, name)) {
    const names = Object.keys(KINDS);
    throw new ConfigError("kind", names.join(", "), name, nearestOf(name, names));
  }
  const kind = kindOf(name as BaselineName);
  checkNames(options, Object.keys(kind.defaults), name);
  const all = withDefaults(kind.defaults, options);
  kind.check(all);
  return all;
}

function kindOf(name: BaselineName): BaselineKind<object> {
  return KINDS[name] as BaselineKind<object>;
}

async function driven<Result>(
  steps: Generator<number, Result>,
  { signal, onProgress }: FitWatch,
): Promise<Result> {
  for (let share = 0; ; ) {
    signal?.throwIfAborted();
    const { done, value } = steps.next();
    if (done) return value;
    share = Math.max(share, value);
    if (await pace(signal)) onProgress?.(share);
  }
}
