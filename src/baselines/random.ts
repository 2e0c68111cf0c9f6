/** Random scores: the figures that chance alone reaches, Recall@N = N / items. */

import { checkInstance, checkInteger } from "../checks.js";
import { Items } from "../data/items.js";
import type { Scorer } from "../data/scorer.js";
import { CounterRandom, Stream } from "../random.js";

/**
 * Scores every item by chance, in [0, 1): a pure function of the seed and the history, so the same
 * visit is always shown the same items.
 */
export function randomScorer(items: Items, seed = 0): Scorer {
  checkInstance("items", items, Items, "a catalogue made by Items.from");
  checkInteger("seed", seed, 0, 2 ** 32 - 1);
  return {
    items,
    score(history, scores) {
      let visit = history.length;
      for (const item of history) visit = scramble(visit ^ Math.imul(item + 1, 0x9e3779b1));
      const word = new CounterRandom(seed, Stream.baseline, visit).word();
      for (let item = 0; item < scores.length; ++item) {
        scores[item] = (scramble(word ^ Math.imul(item + 1, 0x9e3779b1)) >>> 8) / 2 ** 24;
      }
    },
  };
}

/** Maps 32-bit words one to one, so that the images of neighbours look unrelated (the last step of murmur3). */
function scramble(word: number): number {
  let x = word;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
