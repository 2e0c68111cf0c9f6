/** How far a training is, as a checkpoint tells it: what cannot be is refused by name. */

import { describe, expect, test } from "vitest";
import { checkedProgress } from "../../src/training/checked-progress.js";
import { placeOf } from "../../src/training/progress.js";

const within = { events: 9, steps: 3, loss: -2.5, seconds: 0 };
const best = { epoch: 3, value: 0.5, waited: 2 };

describe("a progress", () => {
  test.each([
    { epochs: 0 },
    { epochs: 5, within },
    { epochs: 5, within: { events: 3, steps: 3, loss: 0, seconds: 1.5 } },
    { epochs: 5, within: { events: 0, steps: 0, loss: 0, seconds: 0 } },
    { epochs: 5, best },
    { epochs: 1, best: { epoch: 1, value: 0, waited: 0 } },
    { epochs: 2, best: { epoch: 1, value: 1, waited: 1 }, within },
  ])("is taken as it is: %j", (progress) => {
    expect(checkedProgress(progress)).toEqual(progress);
  });

  test.each([
    [{}, "epochs: expected an integer ≥ 0, got undefined"],
    [{ epochs: -1 }, "epochs: expected an integer ≥ 0, got -1"],
    [{ epochs: 0.5 }, "epochs: expected an integer ≥ 0, got 0.5"],
    [{ epochs: 1, within: null }, "within: expected an object, got null"],
    [{ epochs: 1, within: 7 }, "within: expected an object, got 7"],
    [
      { epochs: 1, within: { ...within, events: -1 } },
      "within.events: expected an integer ≥ 0, got -1",
    ],
    [
      { epochs: 1, within: { ...within, steps: -1 } },
      "within.steps: expected an integer from 0 to 9, got -1",
    ],
    [
      { epochs: 1, within: { ...within, steps: 10 } },
      "within.steps: expected an integer from 0 to 9, got 10",
    ],
    [
      { epochs: 1, within: { ...within, loss: null } },
      "within.loss: expected a finite number, got null",
    ],
    [
      { epochs: 1, within: { ...within, seconds: -1 } },
      "within.seconds: expected a number ≥ 0, got -1",
    ],
    [{ epochs: 1, best: null }, "best: expected an object, got null"],
    [
      { epochs: 5, best: { ...best, epoch: 0 } },
      "best.epoch: expected an integer from 1 to 5, got 0",
    ],
    [
      { epochs: 5, best: { ...best, epoch: 6 } },
      "best.epoch: expected an integer from 1 to 5, got 6",
    ],
    [
      { epochs: 5, best: { ...best, value: -0.1 } },
      "best.value: expected a number in [0, 1], got -0.1",
    ],
    [
      { epochs: 5, best: { ...best, value: 1.1 } },
      "best.value: expected a number in [0, 1], got 1.1",
    ],
    [{ epochs: 5, best: { ...best, waited: 1 } }, "best.waited: expected 2, got 1"],
    [{ epochs: 5, best: { ...best, waited: 3 } }, "best.waited: expected 2, got 3"],
  ])("is refused by name: %j", (progress, message) => {
    expect(() => checkedProgress(progress)).toThrow(`progress.${message}`);
  });

  test("is a place for users", () => {
    expect(placeOf({ epochs: 4 })).toEqual({ epochs: 4, step: 0 });
    expect(placeOf({ epochs: 4, within })).toEqual({ epochs: 4, step: 3 });
    expect(placeOf({ epochs: 4, within, best })).toEqual({ epochs: 4, step: 3, best: 3 });
  });
});
