/** Lists of any length are the head of one full sort, whichever way they were made. */

import { describe, expect, test } from "vitest";
import { TopList } from "../../src/models/top-list.js";
import { Arena } from "../../src/wasm/arena.js";
import { compileKernels, linkKernels } from "../../src/wasm/kernels.js";
import { Inputs } from "../assembly/harness.js";

const ITEMS = 2003;
const low = Number.NEGATIVE_INFINITY;

/** Scores with many ties, a few of them no numbers, some items left out. */
const scores = Float32Array.from(new Inputs(5).below(300, ITEMS), (value, item) => {
  if (item % 7 === 3) return low;
  return item % 50 === 9 ? Number.NaN : value;
});
const sorted = [...scores.keys()]
  .filter((item) => scores[item]! > low)
  .sort((a, b) => scores[b]! - scores[a]! || a - b)
  .map((item) => ({ item, score: scores[item]! }));

describe("a list of the best", () => {
  // Up to 1024 it is kept while scanning, beyond that everything is sorted.
  test.each([0, 1, 20, 1023, 1024, 1025, 1500, ITEMS, 5000])("of %i", async (count) => {
    const arena = new Arena();
    const list = new TopList(arena, ITEMS);
    const kernels = linkKernels(await compileKernels("portable", false), arena.commit(false));
    for (let twice = 0; twice < 2; ++twice) {
      list.view().set(scores);
      expect(list.take(kernels, count)).toEqual(sorted.slice(0, count));
    }
    expect(list.view()).toHaveLength(ITEMS);
  });
});
