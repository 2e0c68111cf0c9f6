/** All kinds of baselines, by the names that commands and files have for them. */

import type { Items } from "../data/items.js";
import type { Scorer } from "../data/scorer.js";
import { type AssociationRulesOptions, associationRules } from "./association-rules.js";
import { type BprMfOptions, bprMf } from "./bpr-mf.js";
import { type ItemKnnOptions, itemKnn } from "./item-knn.js";
import { type BaselineKind, checkSeed } from "./kind.js";
import { type MarkovOptions, markovChain } from "./markov.js";
import { popularityOf } from "./popularity.js";
import { randomScorer } from "./random.js";
import { type SequentialRulesOptions, sequentialRules } from "./sequential-rules.js";
import { sessionPopularity } from "./session-popularity.js";
import { type StanOptions, stan, type VstanOptions, vstan } from "./stan.js";
import { type VsknnOptions, vSknn } from "./v-sknn.js";

/** Options of random scores. */
export interface RandomOptions {
  /** An integer from 0 to 2³² − 1. Default 0. */
  readonly seed?: number;
}

/** The options of each kind of baseline. */
export interface BaselineOptions {
  /** By chance. */
  readonly random: RandomOptions;
  /** The most popular items: no options. */
  readonly pop: object;
  /** Those of the visit first: no options. */
  readonly "s-pop": object;
  /** Similar items. */
  readonly "item-knn": ItemKnnOptions;
  /** Matrix factorisation. */
  readonly "bpr-mf": BprMfOptions;
  /** A first-order Markov chain. */
  readonly markov: MarkovOptions;
  /** Association rules. */
  readonly ar: AssociationRulesOptions;
  /** Sequential rules. */
  readonly sr: SequentialRulesOptions;
  /** Similar sessions. */
  readonly "v-sknn": VsknnOptions;
  /** Similar sessions, by time and place. */
  readonly stan: StanOptions;
  /** STAN with two factors of V-SKNN. */
  readonly vstan: VstanOptions;
}

/** The name of a kind of baseline. */
export type BaselineName = keyof BaselineOptions;

type Kinds = { readonly [Name in BaselineName]: BaselineKind<BaselineOptions[Name]> };

export const KINDS: Kinds = {
  random: {
    ...withoutColumns((items, { seed }) => randomScorer(items, seed)),
    defaults: { seed: 0 },
    check: ({ seed }) => checkSeed(seed),
  },
  pop: withoutColumns(popularityOf),
  "s-pop": sessionPopularity,
  "item-knn": itemKnn,
  "bpr-mf": bprMf,
  markov: markovChain,
  ar: associationRules,
  sr: sequentialRules,
  "v-sknn": vSknn,
  stan,
  vstan,
};

/** A kind that knows no more of a log than the catalogue does. */
function withoutColumns<Options extends object>(
  scorer: (items: Items, options: Required<Options>) => Scorer,
): BaselineKind<Options> {
  return {
    defaults: {} as Required<Options>,
    check() {},
    *fit() {
      yield 0;
      return {};
    },
    *scorer(items, _columns, options) {
      yield 0;
      return scorer(items, options);
    },
  };
}
