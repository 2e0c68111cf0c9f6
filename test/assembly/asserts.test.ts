/** Kernels check what they are called with, in the debug build: a broken promise names the line. */

import { beforeAll, describe, expect, test } from "vitest";
import type { Kernels } from "../../src/wasm/abi.js";
import { Bench } from "./harness.js";

describe("the debug build", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.create({ numerics: "debug", shared: false });
  });

  test("knows no kernel that takes null pointers", () => {
    const names = Object.keys(bench.kernels) as (keyof Kernels)[];
    expect(names.length).toBeGreaterThan(60);
    for (const name of names) {
      const kernel = bench.kernels[name] as (...values: number[]) => unknown;
      expect(() => kernel(...new Array(kernel.length).fill(0)), name).toThrow(
        /^assert: assembly\/[\w-]+\.ts:\d+$/,
      );
    }
    expect(bench.intact()).toBe(true);
  });

  const at = 65536;
  const wrong: Record<string, (kernels: Kernels) => unknown> = {
    "columns that are no multiple of 4": (k) => k.addRow(at, 8, at, 6, 0, 1),
    "more columns than a row has": (k) => k.addRow(at, 8, at, 12, 0, 1),
    "an address that is no multiple of 4": (k) => k.addRow(at + 2, 8, at, 8, 0, 1),
    "an address in page 0": (k) => k.addRow(at, 8, at - 4, 8, 0, 1),
    "an end before the begin": (k) => k.gemmABt(at, 4, at, 4, at, 4, 4, 4, false, at, 1, 0),
    "rows of C without room for whole vectors": (k) =>
      k.gemmABt(at, 5, at, 4, at, 4, 5, 4, false, at, 0, 1),
    "an activation that there is not": (k) => k.activate(6, 0, 0, at, 4, 4, 0, 1),
    "a first slot that is no multiple of 4": (k) => k.crossEntropy(at, 8, 8, at, 0, 8, 1, 2, 8),
    "fewer rows than targets": (k) => k.crossEntropy(at, 8, 7, at, 0, 8, 1, 0, 8),
    "a list of no items": (k) => k.topK(at, 4, at, at, 0),
    "a velocity within the weights": (k) => k.sgdRows(at, 16, at, at, 8, 4, 1, 0, 0, 1, 0, 0),
    "a row without room for its state": (k) =>
      k.adagradRows(at, 12, 8, at, at, 8, 0, 1, 0, 0, 1, 0, 0),
    "more threads than a memory of one thread has": (k) => k.barrier(at, 2),
    "more distinct rows than rows": (k) => k.groupRows(at, at, at, at, at, at, 1, 0, 0),
  };
  test.each(Object.keys(wrong))("notices %s", (name) => {
    expect(() => wrong[name]!(bench.kernels)).toThrow(/^assert: /);
    expect(bench.intact()).toBe(true);
  });
});
