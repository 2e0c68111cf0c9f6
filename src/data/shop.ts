/**
 * An outdoor shop that does not exist, and a click log of its visitors: synthetic data to try a model
 * on, with a known best possible predictor.
 *
 * A visitor plans a trip and walks through its departments. At every click one product is looked
 * at, a lighter or a more comfortable one as the trip asks for; then the visitor stays, moves on,
 * looks back, or takes up another trip. Departments belong to several trips, so the last click
 * alone leaves open what comes next: the clicks before it tell.
 */

import { checkInteger, checkNames } from "../checks.js";
import { ConfigError } from "../errors.js";
import { CounterRandom, Stream } from "../random.js";
import type { Event, Id } from "./events.js";
import type { Scorer } from "./scorer.js";
import { Sessions } from "./sessions.js";
import { DEPARTMENTS } from "./shop-catalogue.js";
import { bestPossible, type Process, type Shelved, visit, visitors } from "./shop-visitors.js";

/** Options of `outdoorShop`. */
export interface ShopOptions {
  /** Integer from 0 to 2³² − 1. Default 42. */
  readonly seed?: number;
  /** Visits to train on. Default 40,000, about 206,000 clicks. */
  readonly sessions?: number;
  /** Visits to test on, later than those. Default 2,000. */
  readonly testSessions?: number;
}

/** A generated shop: visits to train and to test on, and the best that any model could do. */
export interface OutdoorShop {
  /** Visits to train on. */
  readonly train: Sessions;
  /** Later visits. */
  readonly test: Sessions;
  /** What a product is called: `"dome-tent-2-persons"` → `"Dome tent, 2 persons"`. */
  name(itemId: Id): string;
  /** The department that a product is sold in. */
  departmentOf(itemId: Id): string;
  /**
   * Scores the training items by the exact probability of the next click, given all before it. No
   * other ranking has a higher expected Recall@N or MRR@N, however much it was trained.
   */
  readonly best: Scorer;
}

interface Product extends Shelved {
  readonly name: string;
}

/** The shop opens on 1 March 2024, 00:00 UTC (unix seconds); a visit begins every five minutes. */
const OPENING = 1_709_251_200;
const VISIT_EVERY = 300;

/**
 * A shop of 400 products and its visits, five clicks each on average: the same on every engine.
 *
 * Visit n is a function of the seed and n alone; the test visits follow the training visits.
 *
 * @throws ConfigError when the seed is no integer from 0 to 2³² − 1, or a number of sessions none ≥ 1.
 */
export function outdoorShop(options: ShopOptions = {}): OutdoorShop {
  checkNames(options, ["seed", "sessions", "testSessions"], "shop");
  const { seed = 42, sessions = 40_000, testSessions = 2_000 } = options;
  checkInteger("seed", seed, 0, 2 ** 32 - 1);
  checkInteger("sessions", sessions, 1);
  checkInteger("testSessions", testSessions, 1);
  const products = stock();
  const process = visitors(products, seed);
  const log = (from: number, count: number): Sessions =>
    Sessions.from(clicks(products, process, seed, from, count));
  const train = log(1, sessions);
  const test = log(1 + sessions, testSessions);

  const byId = new Map<Id, Product>(products.map((product) => [product.itemId, product]));
  const find = (itemId: Id): Product => {
    const product = byId.get(itemId);
    if (product) return product;
    throw new ConfigError("itemId", "a product of the shop", itemId);
  };
  return {
    train,
    test,
    name: (itemId) => find(itemId).name,
    departmentOf: (itemId) => find(itemId).department,
    best: bestPossible(process, products, train.items),
  };
}

/** Every kind in every variant: `"Sleeping quilt, −10 °C"` is `"sleeping-quilt-minus-10-c"`. */
function stock(): Product[] {
  return DEPARTMENTS.flatMap(({ name: department, kinds, variants }) =>
    kinds.flatMap((kind) =>
      variants.map((variant, place) => ({
        itemId: `${kind} ${variant.replace("−", "minus ")}`
          .toLowerCase()
          .replace(/[^a-z0-9]+/g, "-"),
        name: `${kind}, ${variant}`,
        department,
        comfort: place / (variants.length - 1),
      })),
    ),
  );
}

function* clicks(
  products: readonly Product[],
  process: Process,
  seed: number,
  from: number,
  count: number,
): Generator<Event> {
  for (let sessionId = from; sessionId < from + count; ++sessionId) {
    const random = new CounterRandom(seed, Stream.shop, 1, sessionId);
    let time = OPENING + sessionId * VISIT_EVERY;
    for (const product of visit(process, random)) {
      yield { sessionId, itemId: products[product]!.itemId, time };
      time += 5 + random.below(55);
    }
  }
}
