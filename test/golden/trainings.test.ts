/** 500 scripted steps, by the f64 reference and by the kernels, against PyTorch. */

import { describe, expect, test } from "vitest";
import "../assembly/harness.js"; // relaxed SIMD on Node 20 too
import { deviation, type Fixture, readFixtures } from "./fixtures.js";
import { playReference } from "./play.js";
import { playKernels } from "./play-kernels.js";

const fixtures = readFixtures();

describe("the reference trains as PyTorch does", () => {
  test.each(fixtures)("$name", (fixture) => {
    const losses: number[] = [];
    playReference(fixture, 500, (step, loss, parameters) => {
      losses.push(loss);
      if (step === 1) expect(deviation(parameters, fixture.parameters[1])).toBeLessThan(1e-11);
      if (step === 10) expect(deviation(parameters, fixture.parameters[10])).toBeLessThan(1e-10);
      if (step === 500) expect(deviation(parameters, fixture.parameters[500])).toBeLessThan(1e-8);
    });
    expectLosses(losses, fixture, 1e-10, 1e-8);
  });
});

describe.each(["portable", "fast"] as const)(
  "the kernels train as PyTorch does, %s",
  (numerics) => {
    // Relative to the tensor's largest element: 1e-5 after 1 and 10 steps, 1e-3 after 500. PyTorch's
    // own float32 run of these scripts ends within 2e-6 and 6e-5.
    for (const fixture of fixtures) {
      test(fixture.name, async () => {
        const losses: number[] = [];
        const errors: number[] = [];
        await playKernels(fixture, 500, numerics, (step, loss, parameters) => {
          losses.push(loss);
          if (step !== 1 && step !== 10 && step !== 500) return;
          errors.push(deviation(parameters(), fixture.parameters[step]));
        });
        expect(errors[0]).toBeLessThan(1e-5);
        expect(errors[1]).toBeLessThan(1e-5);
        expect(errors[2]).toBeLessThan(1e-3);
        expectLosses(losses, fixture, 1e-5, 1e-4);
      });
    }
  },
);

function expectLosses(got: number[], fixture: Fixture, first: number, last: number): void {
  for (const [i, want] of fixture.losses.entries()) {
    expect(Math.abs(got[i]! - want), `loss of step ${i + 1}`).toBeLessThan(first);
  }
  expect(Math.abs(got.at(-1)! - fixture.lastLoss)).toBeLessThan(last);
}
