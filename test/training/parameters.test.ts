/** Parameter sets with some options changed. */

import { describe, expect, test } from "vitest";
import {
  mergeParameters,
  PARAMETER_SETS,
  resolveModelOptions,
  resolveTrainOptions,
} from "../../src/index.js";

const SET = {
  model: { loss: "bpr-max", layers: [8], bprReg: 0.5, eluParam: 1 },
  train: { epochs: 4, negatives: 16, sampleAlpha: 0.25 },
} as const;

test("a set beside which nothing is given is as it was", () => {
  expect(mergeParameters(SET)).toEqual({ ...SET, withoutEffect: [] });
});

test.each(Object.entries(PARAMETER_SETS))("%s is valid by itself", (_, set) => {
  expect(mergeParameters(set)).toEqual({ ...set, withoutEffect: [] });
  resolveTrainOptions(set.train, resolveModelOptions(set.model).windowLength);
});

describe("what is given beside a set", () => {
  test("wins, and joins what is not in it", () => {
    const over = { model: { layers: [4, 4] }, train: { epochs: 1, momentum: 0.1 } };
    expect(mergeParameters(SET, over)).toEqual({
      model: { ...SET.model, layers: [4, 4] },
      train: { ...SET.train, epochs: 1, momentum: 0.1 },
      withoutEffect: [],
    });
    expect(SET.model.layers).toEqual([8]);
  });

  test("counts for nothing when it is undefined", () => {
    const over = { model: { layers: undefined }, train: undefined } as object;
    expect(mergeParameters(SET, over)).toEqual({ ...SET, withoutEffect: [] });
  });

  test.each([
    [{ model: { loss: "cross-entropy" } }, ["bprReg", "eluParam"]],
    [{ model: { loss: "top1" } }, ["bprReg", "eluParam"]],
    [{ model: { loss: "top1-max" } }, ["bprReg"]],
    [{ train: { negatives: 0 } }, ["sampleAlpha"]],
    [{ model: { finalActivation: "linear" } }, ["eluParam"]],
    [{ model: { finalActivation: "linear", hiddenActivation: "elu" } }, []],
  ] as const)("takes the effect of options of the set: %j", (over, names) => {
    const { model, train, withoutEffect } = mergeParameters(SET, over as object);
    expect([...withoutEffect].sort()).toEqual(names);
    for (const name of names) expect({ ...model, ...train }).not.toHaveProperty(name);
    resolveTrainOptions(train, resolveModelOptions(model).windowLength);
  });

  test("stays though it has no effect, to be refused", () => {
    const { model } = mergeParameters(SET, { model: { loss: "cross-entropy", bprReg: 2 } });
    expect(model.bprReg).toBe(2);
    expect(() => resolveModelOptions(model)).toThrow("bprReg: expected 1 unless");
  });
});

test("an option that gave another one its effect takes it along", () => {
  const set = { model: { loss: "bpr-max", finalActivation: "elu", eluParam: 1 }, train: {} };
  const { model, withoutEffect } = mergeParameters(set as never, { model: { loss: "top1-max" } });
  expect(model).toEqual({ loss: "top1-max", finalActivation: "elu", eluParam: 1 });
  expect(withoutEffect).toEqual([]);
  const over = { model: { loss: "cross-entropy" } } as const;
  expect(mergeParameters(set as never, over)).toEqual({
    model: { loss: "cross-entropy" },
    train: {},
    withoutEffect: ["eluParam"], // its activation is what the loss has anyway
  });
});

test.each([
  [{ model: { layer: [8] }, train: {} }, {}, "layer: expected one of the set.model options"],
  [SET, { train: { epoch: 1 } }, "epoch: expected one of the over.train options"],
  [SET, { kind: "gru4rec" }, "kind: expected one of the over options: model, train"],
  [SET, { model: [] }, "over.model options: expected an object"],
])("what there is not is refused: %#", (set, over, message) => {
  expect(() => mergeParameters(set as never, over as never)).toThrow(message);
});
