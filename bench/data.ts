/** The click log that everything is measured on: Diginetica, or one of its size made from a seed. */

import { existsSync } from "node:fs";
import { Sessions } from "../src/index.js";
import { readSessions } from "../src/node.js";
import { ITEMS } from "./shapes.js";

export interface Clicks {
  /** "diginetica" or "generated". */
  readonly source: string;
  readonly train: Sessions;
  readonly test: Sessions;
}

/** As large as Diginetica's training set. */
const EVENTS = 906_140;
const SESSIONS = 186_670;

export async function clicks(): Promise<Clicks> {
  const folder = `${process.env.GRU4REC_DATA ?? "../shared/data"}/diginetica`;
  if (!existsSync(`${folder}/train.tsv.gz`)) {
    return {
      source: "generated",
      train: generated(ITEMS, SESSIONS, EVENTS, 1),
      test: generated(ITEMS, 15_963, 76_821, 2),
    };
  }
  const [train, test] = await Promise.all(
    ["train", "test"].map((name) => readSessions(`${folder}/${name}.tsv.gz`)),
  );
  return { source: "diginetica", train: train!, test: test! };
}

/**
 * Sessions of Zipf-distributed items: rank r with probability ∝ 1 / r^0.8, lengths geometric.
 * Every item occurs, so that the catalogue is as large as it says.
 */
export function generated(items: number, sessions: number, events: number, seed: number): Sessions {
  const random = mulberry(seed);
  const cumulated = new Float64Array(items);
  let total = 0;
  for (let item = 0; item < items; ++item) {
    total += (item + 1) ** -0.8;
    cumulated[item] = total;
  }
  const sessionId = Array.from({ length: events }, (_, i) =>
    i < 2 * sessions ? i % sessions : Math.floor(random() * sessions),
  );
  const itemId = Array.from({ length: events }, (_, i) =>
    i < items ? i : above(cumulated, random() * total),
  );
  // Items that stand for "every item occurs" are spread over the log.
  for (let i = 0; i < Math.min(items, events); ++i) {
    const other = Math.floor(random() * events);
    [itemId[i], itemId[other]] = [itemId[other]!, itemId[i]!];
  }
  const time = Float64Array.from({ length: events }, (_, i) => i);
  return Sessions.from({ sessionId, itemId, time });
}

/** First place whose cumulated weight is above. */
function above(cumulated: Float64Array, weight: number): number {
  let low = 0;
  let high = cumulated.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulated[middle]! > weight) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A small seeded generator (mulberry32): numbers in [0, 1). */
export function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
