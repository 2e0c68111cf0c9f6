/**
 * Matrix factorisation with the BPR criterion (Rendle et al. 2009), each session a user, as Hidasi et al. 2016, §4,
 * compare with: "the average of item feature vectors of the session" stands for a visit's user vector.
 */

import { checkInteger, checkNumber } from "../checks.js";
import { exp } from "../portable-math.js";
import { CounterRandom, Stream } from "../random.js";
import { type BaselineKind, checkSeed, PIECE } from "./kind.js";

/** Options of BPR-MF. */
export interface BprMfOptions {
  /** Length of the vectors. Default 100. */
  readonly factors?: number;
  /** Times over the events. Default 10. */
  readonly epochs?: number;
  /** Step of gradient descent. Default 0.01. */
  readonly learningRate?: number;
  /** Decay of the vectors with each step that they take. Default 0. */
  readonly l2?: number;
  /** Seed of the first vectors, the order of events and the negatives, from 0 to 2³² − 1. Default 0. */
  readonly seed?: number;
}

/** First vectors are uniform in ±WIDTH. */
const WIDTH = 0.05;
/** What a stream of numbers is for. */
const DRAWN = { vectors: 1, order: 2, negatives: 3 } as const;

/**
 * For each event of user u and item i, in an order that is drawn anew for each epoch, and the item j of an event that
 * is drawn from all:
 *
 *     g = σ(−u·(i − j))      u += η(g(i − j) − λu)      i += η(gu − λi)      j += η(−gu − λj)
 *
 * all three at once, and none where j is i. An item scores its product with the mean of the visit's item vectors. Vectors are f32, sums f64,
 * so that the bits are the same everywhere. There are no biases, because a bias that is never learnt changes nothing;
 * and a negative may be any event, where other code draws among the first ones only.
 */
export const bprMf: BaselineKind<BprMfOptions> = {
  defaults: { factors: 100, epochs: 10, learningRate: 0.01, l2: 0, seed: 0 },
  check({ factors, epochs, learningRate, l2, seed }) {
    checkInteger("factors", factors, 1);
    checkInteger("epochs", epochs, 1);
    checkNumber("learningRate", learningRate, 0);
    checkNumber("l2", l2, 0);
    checkSeed(seed);
  },
  *fit({ items, itemIndices, offsets, length }, { factors: D, epochs, learningRate, l2, seed }) {
    const first = new CounterRandom(seed, Stream.baseline, 0, DRAWN.vectors);
    const vectors = yield* drawnVectors(items.size * D, first);
    const users = yield* drawnVectors(length * D, first);
    const userOf = new Int32Array(itemIndices.length);
    const { length: events } = itemIndices;
    const order = new Int32Array(events);
    for (let user = 0; user < length; ++user) {
      userOf.fill(user, offsets[user], offsets[user + 1]);
      for (let event = offsets[user]!; event < offsets[user + 1]!; ++event) order[event] = event;
      if (user % PIECE === 0) yield 0;
    }
    const learn = { vectors, users, D, learningRate, l2 };
    for (let epoch = 0; epoch < epochs; ++epoch) {
      yield* shuffle(order, new CounterRandom(seed, Stream.baseline, epoch, DRAWN.order));
      const negatives = new CounterRandom(seed, Stream.baseline, epoch, DRAWN.negatives);
      for (let n = 0; n < events; ++n) {
        const event = order[n]!;
        const other = itemIndices[negatives.below(events)]!;
        const item = itemIndices[event]!;
        if (item !== other) step(learn, userOf[event]!, item, other);
        if (n % EVENTS === 0) yield (epoch + n / events) / epochs;
      }
    }
    return { vectors };
  },
  *scorer(items, columns) {
    yield 0;
    const { vectors } = columns as { readonly vectors: Float32Array };
    const D = vectors.length / items.size;
    const user = new Float64Array(D);
    return {
      items,
      score(history, scores) {
        user.fill(0);
        for (const row of history) {
          for (let d = 0; d < D; ++d) user[d]! += vectors[row * D + d]! / history.length;
        }
        for (let row = 0, at = 0; row < scores.length; ++row) {
          let sum = 0;
          for (let d = 0; d < D; ++d) sum += user[d]! * vectors[at++]!;
          scores[row] = sum;
        }
      },
    };
  },
};

/** Events that are learnt in about a millisecond. */
const EVENTS = 2 ** 10;

interface Learning {
  readonly vectors: Float32Array;
  readonly users: Float32Array;
  readonly D: number;
  readonly learningRate: number;
  readonly l2: number;
}

function step(
  { vectors, users, D, learningRate, l2 }: Learning,
  user: number,
  item: number,
  other: number,
): void {
  const [u, i, j] = [user * D, item * D, other * D];
  let product = 0;
  for (let d = 0; d < D; ++d) product += users[u + d]! * (vectors[i + d]! - vectors[j + d]!);
  const g = 1 / (1 + exp(product));
  for (let d = 0; d < D; ++d) {
    const pu = users[u + d]!;
    const qi = vectors[i + d]!;
    const qj = vectors[j + d]!;
    users[u + d] = pu + learningRate * (g * (qi - qj) - l2 * pu);
    vectors[i + d] = qi + learningRate * (g * pu - l2 * qi);
    vectors[j + d] = qj + learningRate * (-g * pu - l2 * qj);
  }
}

function* drawnVectors(length: number, random: CounterRandom): Generator<number, Float32Array> {
  const values = new Float32Array(length);
  for (let i = 0; i < length; ++i) {
    values[i] = WIDTH * (2 * random.next() - 1);
    if (i % PIECE === 0) yield 0;
  }
  return values;
}

/** A random order (Fisher & Yates). */
function* shuffle(order: Int32Array, random: CounterRandom): Generator<number, void> {
  for (let i = order.length - 1; i > 0; --i) {
    const j = random.below(i + 1);
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
    if (i % PIECE === 0) yield 0;
  }
}
