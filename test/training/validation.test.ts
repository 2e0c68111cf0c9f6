/** Early stopping: what is measured, which epoch is the best, when patience is used up. */

import { beforeAll, describe, expect, test } from "vitest";
import { GRU4Rec, Items, Sessions } from "../../src/index.js";
import type { RunOptions } from "../../src/training/run-options.js";
import { Validation } from "../../src/training/validation.js";
import { clicks } from "./clicks.js";

const validation = clicks(20, 9);
const HERE = { validation, threads: 0, numerics: "portable" } as const;
let model: GRU4Rec;

beforeAll(async () => {
  model = await GRU4Rec.create(validation.items, { layers: [5] });
});

const of = async (options: Partial<RunOptions<Sessions>> = {}): Promise<Validation> =>
  (await Validation.of(model, { ...HERE, ...options }))!;

test("there is none without data to measure on", async () => {
  expect(await Validation.of(model, {})).toBeUndefined();
});

test("data without a test case are refused before training", async () => {
  const lone = Sessions.from([{ sessionId: 1, itemId: validation.items.ids[0]!, time: 0 }]);
  await expect(of({ validation: lone })).rejects.toThrow("sessions: expected a session");
});

describe("the identity of a validation", () => {
  const named = async (options?: Partial<RunOptions<Sessions>>) => (await of(options)).identity();
  const HASH = "[0-9a-f]{16}$";

  test.each([
    [{}, "recall@20"],
    [{ monitor: "mrr@3" as const }, "mrr@3"],
    [{ lastOnly: true }, "recall@20 lastOnly"],
    [
      { excludeSeen: true, lastOnly: true, unknown: "miss" as const },
      "recall@20 excludeSeen lastOnly miss",
    ],
    [{ lastOnly: false, excludeSeen: false, unknown: "drop" as const }, "recall@20"],
  ])("names the measure and the choices of %j", async (options, names) => {
    expect(await named(options)).toMatch(new RegExp(`^${names} ${HASH}`));
  });

  test("is another one for other test cases", async () => {
    expect(await named()).toBe(await named());
    expect(await named()).not.toBe(await named({ validation: clicks(19, 9) }));
  });
});

describe("an epoch", () => {
  test("is the best while none is better; equal ones are not", async () => {
    const validation = await of({ monitor: "mrr@3" });
    const first = await validation.measure(1);
    expect(first).toMatchObject({ monitor: "mrr@3", isBest: true });
    expect(first.value).toBe(first.evaluation.mrr[3]);
    expect(Object.keys(first.evaluation.recall)).toEqual(["3"]);
    expect(first.evaluation.ties).toBe("conservative");
    expect(validation.best).toEqual({ epoch: 1, value: first.value, waited: 0 });
    for (const waited of [1, 2]) {
      expect(await validation.measure(1 + waited)).toMatchObject({ isBest: false });
      expect(validation.best).toEqual({ epoch: 1, value: first.value, waited });
    }
  });

  test("is the best again when it is better", async () => {
    const validation = await of();
    validation.best = { epoch: 4, value: -1, waited: 3 };
    const { isBest, value } = await validation.measure(8);
    expect(isBest).toBe(true);
    expect(validation.best).toEqual({ epoch: 8, value, waited: 0 });
  });

  test("is measured on the chosen test cases", async () => {
    const choices = { lastOnly: true, excludeSeen: true, unknown: "miss" } as const;
    const { evaluation } = await (await of(choices)).measure(1);
    expect(evaluation).toMatchObject(choices);
    expect(evaluation.events).toBe(validation.length);
  });

  test.each([
    [{ threads: -1 }, 'threads: expected "auto" or'],
    [{ numerics: "exact" as "fast" }, "numerics: expected"],
    [{ createWorker: (() => expect.fail("started")) as never, threads: 1 }, "outside browsers"],
  ])("is measured as training runs: option %# is handed on", async (options, message) => {
    await expect((await of(options)).measure(1)).rejects.toThrow(message);
  });

  test("is measured until it is aborted", async () => {
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    await expect((await of({ signal })).measure(1)).rejects.toBe(reason);
  });
});

test("patience is used up after as many epochs without a better one", async () => {
  const patient = await of({ patience: 2 });
  expect(patient.isOver).toBe(false);
  for (const [waited, isOver] of [
    [0, false],
    [1, false],
    [2, true],
    [3, true],
  ] as const) {
    patient.best = { epoch: 1, value: 0, waited };
    expect(patient.isOver).toBe(isOver);
  }
  const endless = await of();
  endless.best = { epoch: 1, value: 0, waited: 1e6 };
  expect(endless.isOver).toBe(false);
});

test("training ends when patience is used up", async () => {
  const { fit } = await import("../../src/index.js");
  const still = await GRU4Rec.create(Items.from(validation.items.ids), { layers: [5] });
  const options = { ...HERE, epochs: 9, patience: 2, learningRate: 1e-30, batchSize: 4 };
  expect(await fit(still, validation, options)).toHaveLength(3);
});
