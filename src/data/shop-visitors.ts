/**
 * How visitors of the invented shop click: a hidden Markov model (Rabiner 1989), and the best
 * predictor that there is for it.
 *
 *     hidden   (trip, stage)  →  (trip, stage)  →  …       54 states
 *     seen       product           product                 Zipf, by department and trip
 *
 * The same seed gives the same clicks on every engine: counted random numbers and + − × ÷ alone.
 */

import { CounterRandom, Stream } from "../random.js";
import type { Items } from "./items.js";
import type { Scorer } from "./scorer.js";
import { TRIPS } from "./shop-catalogue.js";

/** What the process needs to know of a product. */
export interface Shelved {
  readonly itemId: string;
  readonly department: string;
  /** 0 the lightest and hardiest of its department … 1 the most comfortable. */
  readonly comfort: number;
}

/** A hidden Markov model of S states, each a stage of a trip. */
export interface Process {
  /** f64[S]: chances of the first state. */
  readonly start: Float64Array;
  /** f64[S] a state: chances of the state after it. */
  readonly next: readonly Float64Array[];
  /** By state: numbers of the products that it shows, and f64 of their chances. */
  readonly shown: readonly { readonly products: Int32Array; readonly chances: Float64Array }[];
}

/** Chances of the next move along the trip's departments; the way is a round. */
const MOVES = [
  { steps: 0, chance: 0.32 },
  { steps: 1, chance: 0.56 },
  { steps: 2, chance: 0.05 },
  { steps: -1, chance: 0.04 },
] as const;
/** Chance that a trip is taken up anew instead, mostly another one. */
const SWITCH = 0.03;
/** Share of trips that are taken up at their first department; the others anywhere. */
const START_AT_FIRST = 0.7;
/** Zipf's law, flattened: the n-th of its department or of the trips is wanted like 1 / (n + 2). */
const FLATTENING = 2;
/** A product two thirds of a department too light or too comfortable is wanted 1 / (1 + 16 · 4/9). */
const PICKINESS = 16;
/** Chance that a visit of at least two clicks goes on, and its longest length. */
const GO_ON = 0.76;
const LONGEST = 20;

/** The process of a seed; the seed decides which products are popular. */
export function visitors(products: readonly Shelved[], seed: number): Process {
  const popularity = zipf(products, new CounterRandom(seed, Stream.shop));
  const states = TRIPS.flatMap((trip, rank) =>
    trip.departments.map((department, stage) => ({ trip, rank, stage, department })),
  );

  const start = normalized(
    states.map(({ trip, rank, stage }) => {
      const anywhere = (1 - START_AT_FIRST) / trip.departments.length;
      return (anywhere + (stage === 0 ? START_AT_FIRST : 0)) / (rank + 1 + FLATTENING);
    }),
  );
  const next = states.map(({ trip, rank, stage }) => {
    const first = states.findIndex((state) => state.rank === rank);
    const stages = trip.departments.length;
    const chances = start.map((chance) => SWITCH * chance);
    for (const { steps, chance } of MOVES) {
      chances[first + ((stage + steps + stages) % stages)]! += chance;
    }
    return normalized(chances);
  });
  const shown = states.map(({ trip, department }) => {
    const shelf = [...products.keys()].filter((n) => products[n]!.department === department);
    const wanted = shelf.map((n) => {
      const distance = products[n]!.comfort - trip.comfort;
      return popularity[n]! / (1 + PICKINESS * distance * distance);
    });
    return { products: Int32Array.from(shelf), chances: normalized(wanted) };
  });
  return { start, next, shown };
}

/** Numbers of the products that a visit looks at, 2 to 20 of them. */
export function* visit({ start, next, shown }: Process, random: CounterRandom): Generator<number> {
  let state = pick(start, random);
  for (let click = 1; ; ++click) {
    const { products, chances } = shown[state]!;
    yield products[pick(chances, random)]!;
    if (click === LONGEST || (click >= 2 && random.next() >= GO_ON)) return;
    state = pick(next[state]!, random);
  }
}

/**
 * Scores items by their exact probability of being clicked next (the forward algorithm):
 *
 *   b(s) ∝ P(click | s) · Σ_r b(r) · P(s | r)            belief over the states, click by click
 *   score(i) = Σ_s P(i | s) · Σ_r b(r) · P(s | r)
 *
 * When a visit ends does not depend on the state, so this is also the probability given that there
 * is a next click. No other ranking has a higher expected Recall@N or MRR@N.
 */
export function bestPossible(
  { start, next, shown }: Process,
  products: readonly Shelved[],
  items: Items,
): Scorer {
  const row = products.map(({ itemId }) => items.indexOf(itemId));
  const chanceOf = shown.map(({ products, chances }) => {
    const ofRow = new Float64Array(items.size);
    for (const [place, n] of products.entries()) {
      if (row[n]! >= 0) ofRow[row[n]!] = chances[place]!;
    }
    return ofRow;
  });

  const step = (belief: Float64Array): Float64Array => {
    const ahead = new Float64Array(belief.length);
    for (let r = 0; r < belief.length; ++r) {
      for (let s = 0; s < ahead.length; ++s) ahead[s]! += belief[r]! * next[r]![s]!;
    }
    return ahead;
  };

  return {
    items,
    score(history, scores) {
      let ahead = start;
      for (const item of history) {
        ahead = step(normalized(ahead.map((chance, s) => chance * chanceOf[s]![item]!)));
      }
      const chances = new Float64Array(items.size);
      for (let s = 0; s < ahead.length; ++s) {
        for (let i = 0; i < chances.length; ++i) chances[i]! += ahead[s]! * chanceOf[s]![i]!;
      }
      scores.set(chances);
    },
  };
}

/** f64[products]: Zipf's law within each department, the places by chance. */
function zipf(products: readonly Shelved[], random: CounterRandom): Float64Array {
  const luck = products.map(() => random.word());
  return Float64Array.from(products, ({ department }, n) => {
    const place = products.filter((p, m) => p.department === department && luck[m]! >= luck[n]!);
    return 1 / (place.length + FLATTENING);
  });
}

function normalized(weights: ArrayLike<number>): Float64Array {
  const chances = Float64Array.from(weights);
  const sum = chances.reduce((total, weight) => total + weight, 0);
  return chances.map((weight) => weight / sum);
}

/** An index by chance; `chances` sum to 1. */
function pick(chances: Float64Array, random: CounterRandom): number {
  const last = chances.length - 1;
  let left = random.next();
  for (let i = 0; i < last; ++i) {
    left -= chances[i]!;
    if (left < 0) return i;
  }
  return last;
}
