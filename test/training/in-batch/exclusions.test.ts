import { describe, expect, test } from "vitest";
import type { Examples } from "../../../src/data/examples.js";
import { ConfigError, fit, Items, TwoTowers } from "../../../src/index.js";
import {
  type Exclusions,
  exclusionsOf as exclusionSteps,
} from "../../../src/training/in-batch/exclusions.js";

const items = Items.from(["a", "b", "c", "d"]);
const targets = Int32Array.of(0, 1, 3);

function exclusionsOf(...given: Parameters<typeof exclusionSteps>): Exclusions {
  const steps = exclusionSteps(...given);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

describe("exclusions", () => {
  test("are lists one behind the other, without unknown ids and the example's own item", () => {
    const lists = [["b", "a", "x"], [], new Set(["d", "a"])];
    const { excludedStarts, excluded } = exclusionsOf(items, targets, lists);
    expect([...excludedStarts]).toEqual([0, 1, 1, 2]);
    expect([...excluded]).toEqual([1, 0]);
  });

  test("are nothing where all lists are empty", () => {
    for (const lists of [undefined, [[], ["b"], ["x"]]]) {
      const { excludedStarts, excluded } = exclusionsOf(items, targets, lists);
      expect([excludedStarts.length, excluded.length]).toEqual([0, 0]);
    }
  });

  test.each([
    [[["a"]], "exclude: expected 3 lists, one an example, got 1"],
    [[["a"], "bc", []], 'exclude[1]: expected a list of item ids, got "bc"'],
    [[["a"], [], null as unknown as string[]], "exclude[2]: expected a list of item ids, got null"],
    [[["a"], [], 7 as unknown as string[]], "exclude[2]: expected a list of item ids, got 7"],
  ])("refuse %j", (lists, message) => {
    expect(() => exclusionsOf(items, targets, lists)).toThrow(ConfigError);
    expect(() => exclusionsOf(items, targets, lists)).toThrow(message);
  });

  test("of everything leave nothing to learn, and training says nothing else", async () => {
    const examples: Examples = {
      ...{ items, windowLength: 2, length: 3, targets, times: new Float64Array(3) },
      contexts: Int32Array.of(1, -1, 2, 0, 3, 3),
    };
    using model = await TwoTowers.create(items, { windowLength: 2 });
    const all = [items.ids, items.ids, items.ids];
    const [epoch] = await fit(model, examples, { epochs: 1, exclude: all, threads: 0 });
    expect(epoch!.loss).toBe(0);
    const [plain] = await fit(model, examples, { epochs: 1, threads: 0 });
    expect(plain!.loss).toBeGreaterThan(1);
  });
});
