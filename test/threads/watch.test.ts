/** How long a worker may be silent. */

import { describe, expect, test, vi } from "vitest";
import { GRU4Rec } from "../../src/index.js";
import { answeringOf } from "../../src/ranking/answering.js";
import { sizeOf } from "../../src/ranking/evaluate.js";
import { patienceFor, Watch } from "../../src/threads/watch.js";

describe("patience", () => {
  test("grows with the work between two answers", () => {
    const small = { threads: 2, bytes: 1e5, products: 1e5 };
    expect(patienceFor(small).slice).toBeLessThan(1800);
    // A step of 10¹¹ multiply-adds takes ten seconds at 10 GFLOP/s a thread.
    expect(patienceFor({ ...small, products: 1e11 }).slice).toBeGreaterThan(100_000);
    expect(patienceFor({ ...small, bytes: 2 ** 32 }).other).toBeGreaterThan(100_000);
  });

  test("grows with the clicks of an evaluation's windows", async () => {
    using model = await GRU4Rec.create(["a", "b"], { layers: [1000], windowLength: 150 });
    const { reading, config: answering, products: each } = answeringOf(model)!;
    const { products } = sizeOf({ answering, reading, slots: 64, subset: 0 }, { products: each });
    expect(products).toBeGreaterThanOrEqual(64 * 150 * 6 * 1000 ** 2);
  });

  test("begins anew with every answer and ends with the last", () => {
    vi.useFakeTimers();
    let silent = 0;
    const watch = new Watch((ms) => {
      silent = ms;
    });
    for (let i = 0; i < 5; ++i) {
      watch.expect(1500);
      vi.advanceTimersByTime(1400);
    }
    watch.expect(undefined);
    vi.advanceTimersByTime(60_000);
    expect(silent).toBe(0);
    watch.expect(1500);
    vi.advanceTimersByTime(1500);
    expect(silent).toBe(1500);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});
