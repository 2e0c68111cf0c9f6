/**
 * The callers of the kernels keep what the kernels ask for: trainings and answers of both models on the debug
 * build, where an assert that does not hold is an error. What comes out has the bits of the other builds.
 */

import { readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { evaluate, fit, GRU4Rec, recommendAll, TwoTowers } from "../../src/index.js";
import { compileKernels, linkKernels } from "../../src/wasm/kernels.js";
import { clicks } from "./clicks.js";
import { ANSWERS, GRU4REC, TOWERS } from "./known-bits/trainings.js";

vi.mock("../../src/wasm/kernels.js", async (original) => {
  const { compileDebug, linkDebug } = await import("../assembly/debug.js");
  return { ...(await original<object>()), compileKernels: compileDebug, linkKernels: linkDebug };
});

const KNOWN = JSON.parse(
  readFileSync(new URL("./known-bits/known-bits.json", import.meta.url), "utf8"),
);

test("These are the kernels with asserts.", async () => {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 2 });
  const kernels = linkKernels(await compileKernels("fast", false), memory);
  expect(() => kernels.barrier(0, 1)).toThrow("assert: assembly/barrier.ts:");
});

test.each(
  Object.entries({ gru4rec: GRU4REC, towers: TOWERS, answers: ANSWERS }).flatMap(([kind, all]) =>
    Object.entries(all).map(([name, play]) => [kind, name, play] as const),
  ),
)("%s: %s", async (kind, name, play) => {
  expect(await play()).toEqual(KNOWN[kind][name]);
});

const HERE = { threads: 0, numerics: "portable" } as const;

// Sizes that are no multiples of 4, 8 or 64, and more items than one block of bounds has.
test("Ranks of all items and of some, lists of many visits and of one.", async () => {
  const sessions = clicks(203, 151);
  const { ids } = sessions.items;
  using model = await GRU4Rec.create(sessions.items, { layers: [10] });
  await fit(model, sessions, { epochs: 1, batchSize: 13, negatives: 9, ...HERE });
  const ranks = await evaluate(model, sessions, { lists: true, ...HERE });
  expect(ranks.events).toBeGreaterThan(0);
  await evaluate(model, sessions, { lists: true, items: ids.slice(3, 70), ...HERE });

  const visits = Array.from({ length: 21 }, (_, i) => [ids[i]!, ids[2 * i]!]);
  const lists = await recommendAll(model, visits, { count: 7, threads: 0 });
  const alone = visits.map((visit) => model.recommend(visit, { count: 7 }));
  const quantized = visits.map((visit) => model.recommend(visit, { count: 7, quantize: true }));
  expect(lists).toEqual(alone);
  expect(quantized).toEqual(alone);
});

test("Lists and similar items of a retrieval index.", async () => {
  const ids = Array.from({ length: 151 }, (_, i) => `item ${i}`);
  using towers = await TwoTowers.create(ids, { windowLength: 5, embeddingSize: 12, layers: [12] });
  using index = await towers.index();
  const visit = ids.slice(4, 7);
  const list = index.recommend(visit, { count: 9 });
  expect(index.recommend(visit, { count: 9, quantize: true })).toEqual(list);
  expect(index.similarItems(ids[8]!)).toHaveLength(20);
});
