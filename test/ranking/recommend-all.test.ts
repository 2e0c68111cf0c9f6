/** Recommending for many visits at once: what `recommend` gives for each, to the bit. */

import { describe, expect, test } from "vitest";
import { fit, GRU4Rec, type ModelOptions, recommendAll } from "../../src/index.js";
import { CounterRandom } from "../../src/random.js";
import "../assembly/harness.js"; // relaxed SIMD on Node 20, whose 8-bit products are others
import { withTensor } from "../models/files.js";
import { clicks } from "../training/clicks.js";

const ITEMS = 203;
const log = clicks(150, ITEMS);

/** So many visits of 0 to 12 clicks, some of which nobody knows. */
function visitsOf(count: number, seed = 1): string[][] {
  const random = new CounterRandom(seed, 7);
  return Array.from({ length: count }, () =>
    Array.from({ length: random.below(13) }, () => `item ${random.below(ITEMS + 20)}`),
  );
}

async function trained(options: ModelOptions): Promise<GRU4Rec> {
  const model = await GRU4Rec.create(log.items, { seed: 3, ...options });
  await fit(model, log, { epochs: 1, batchSize: 8, negatives: 16, threads: 0 });
  return model;
}

const models: Readonly<Record<string, ModelOptions>> = {
  "the defaults": { layers: [20] },
  "two layers and one-hot input": { layers: [9, 6], embedding: "one-hot" },
  "a plain cell and vectors of its own": { layers: [7], cell: "rnn", embedding: "separate" },
  "two states a layer": { layers: [7, 5], cell: "lstm" },
  "reset after the product": { layers: [12], resetAfter: true },
  windows: { layers: [8], windowLength: 4, embedding: "separate" },
  "windows with pads that are read": {
    ...{ layers: [8], windowLength: 5, embedding: "separate", padding: "unmasked" },
  },
};

describe("recommendAll gives the lists of recommend, items and scores", () => {
  test.each(Object.keys(models))("of a model with %s", async (name) => {
    using model = await trained(models[name]!);
    for (const count of [1, 20, ITEMS + 9]) {
      const visits = visitsOf(count === 20 ? 291 : 37);
      const lists = await recommendAll(model, visits, { count, threads: 0 });
      expect(lists).toEqual(visits.map((visit) => model.recommend(visit, { count })));
    }
  });

  test.each([1, 2, 3])("on %i threads", async (threads) => {
    using model = await trained({ layers: [20] });
    for (const size of [1, 7, 8, 300, 1100]) {
      const visits = visitsOf(size, size);
      const lists = await recommendAll(model, visits, { threads });
      expect(lists).toEqual(visits.map((visit) => model.recommend(visit)));
    }
  });

  test("with items left out, and of some items only", async () => {
    using model = await trained({ layers: [12] });
    const visits = visitsOf(40);
    const best = model.recommend(["item 1"], { count: 30 }).map(({ itemId }) => itemId);
    for (const choice of [
      { exclude: best.slice(0, 9) },
      { only: best },
      { exclude: [...best.slice(0, 9), "nobody"], only: best },
      { only: [] },
    ]) {
      const lists = await recommendAll(model, visits, { ...choice, threads: 0 });
      expect(lists).toEqual(visits.map((visit) => model.recommend(visit, choice)));
    }
  });

  const spoilt = (change: (i: number) => number, biases: (i: number) => number) =>
    async function make(): Promise<GRU4Rec> {
      const model = await GRU4Rec.create(log.items, {
        layers: [6],
        embedding: "separate",
        seed: 1,
      });
      const length = log.items.size;
      const bytes = withTensor(
        model.toBytes(),
        "Wy",
        Array.from({ length: 6 * length }, (_, i) => change(i)),
      );
      return GRU4Rec.fromBytes(
        withTensor(
          bytes,
          "By",
          Array.from({ length }, (_, i) => biases(i)),
        ),
      );
    };
  const worlds = {
    "all scores equal": spoilt(
      () => 0,
      () => 0.5,
    ),
    "many equal scores": spoilt(
      (i) => [1, 0, -1][Math.floor(i / 6) % 3]!,
      () => 0,
    ),
    "scores beyond the floats": spoilt(
      (i) => (i % 5) * 1e30,
      (i) => [3.4e38, -3.4e38, 0][i % 3]!,
    ),
    "scores that are infinite or none": spoilt(
      (i) => (i % 7 === 0 ? Math.sin(i) * 3.4e38 : Math.sin(i)),
      (i) => (i % 31 === 0 ? 3.4e38 : Math.cos(i)),
    ),
  };
  test.each(Object.keys(worlds) as (keyof typeof worlds)[])("where there are %s", async (world) => {
    using model = await worlds[world]();
    const visits = visitsOf(45);
    for (const count of [3, 20, ITEMS]) {
      const lists = await recommendAll(model, visits, { count, threads: 0 });
      expect(lists).toEqual(visits.map((visit) => model.recommend(visit, { count })));
    }
  });

  test("for nobody, for visits without a known click, and lists of nothing", async () => {
    using model = await GRU4Rec.create(log.items, { layers: [4] });
    expect(await recommendAll(model, [])).toEqual([]);
    expect(await recommendAll(model, [[], ["nobody"]])).toEqual([[], []]);
    expect(await recommendAll(model, [["item 1"]], { count: 0 })).toEqual([[]]);
    expect(await recommendAll(model, new Set([new Set(["item 1"])]), { threads: 0 })).toEqual([
      model.recommend(["item 1"]),
    ]);
  });
});

describe("recommendAll", () => {
  test("tells how far it is", async () => {
    using model = await GRU4Rec.create(log.items, { layers: [4] });
    const seen: number[] = [];
    const visits = visitsOf(900);
    const played = visits.filter((visit) => visit.some((id) => model.hasItem(id))).length;
    for (const threads of [0, 2]) {
      seen.length = 0;
      await recommendAll(model, visits, {
        threads,
        onProgress({ visits, totalVisits, visitsPerSecond }) {
          expect(totalVisits).toBe(played);
          expect(visitsPerSecond).toBeGreaterThan(0);
          seen.push(visits);
        },
      });
      expect(seen.at(-1)).toBe(played);
      expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
    }
  });

  test.each([0, 2])("ends with the signal's reason, on %i threads", async (threads) => {
    const ids = Array.from({ length: 20_000 }, (_, i) => i);
    using model = await GRU4Rec.create(ids, { layers: [16] });
    const visits = new Array<number[]>(100_000).fill([7, 8]);
    const aborted = AbortSignal.abort(new Error("before"));
    await expect(recommendAll(model, visits, { threads, signal: aborted })).rejects.toThrow(
      "before",
    );
    const control = new AbortController();
    const onProgress = (): void => control.abort(new Error("enough"));
    const { signal } = control;
    await expect(recommendAll(model, visits, { threads, signal, onProgress })).rejects.toThrow(
      "enough",
    );
  });

  test("says which visit and which click is none", async () => {
    using model = await GRU4Rec.create(log.items, { layers: [4] });
    const call = (visits: unknown): Promise<unknown> => recommendAll(model, visits as string[][]);
    await expect(call("item 1")).rejects.toThrow("visits: expected a list of visits");
    await expect(call([["item 1"], "item 2"])).rejects.toThrow(
      "visits[1]: expected a list of item ids",
    );
    await expect(call([[], ["item 1", null]])).rejects.toThrow("visits[1][1]");
    await expect(recommendAll(model, [], { count: 1025 })).rejects.toThrow("from 0 to 1024");
    model.dispose();
    await expect(call([["item 1"]])).rejects.toThrow("dispose");
  });
});
