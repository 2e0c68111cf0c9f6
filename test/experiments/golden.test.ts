/** Proposals against optuna's (scripts/golden/tuning.py): densities and acquisition. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { lnJoint } from "../../src/experiments/parzen.js";
import { densitiesOf, partsOf } from "../../src/experiments/propose.js";
import type { Dimension } from "../../src/experiments/space.js";
import type { Trial } from "../../src/experiments/trials.js";

interface Case {
  readonly name: string;
  readonly dimension: Dimension;
  readonly trials: readonly {
    readonly value: number;
    readonly state: Trial["state"];
    readonly figures: readonly number[];
    readonly best: number;
  }[];
  readonly good: readonly number[];
  readonly at: readonly number[];
  readonly goodDensity: readonly number[];
  readonly otherDensity: readonly number[];
  readonly gain: readonly number[];
}

const golden = JSON.parse(readFileSync(new URL("golden.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Case[];
  readonly joint: readonly {
    readonly dimensions: readonly Dimension[];
    readonly trials: readonly { readonly values: readonly number[]; readonly best: number }[];
    readonly at: readonly (readonly number[])[];
    readonly goodDensity: readonly number[];
    readonly otherDensity: readonly number[];
  }[];
};

test.each(golden.cases.map((one) => ({ ...one, tried: one.trials.length })))(
  "densities of $name after $tried trials are optuna's to 1e-6",
  ({ dimension, trials, good, at, goodDensity, otherDensity, gain }) => {
    const history = trials.map(
      ({ value, state, figures, best }, number): Trial => ({
        ...{ number, values: [value], parameters: { model: {}, train: {} } },
        ...{ state, figures, value: best, elapsedMs: 0 },
      }),
    );
    const parts = partsOf(history);
    expect(parts.good.map(({ number }) => number)).toEqual(good);
    const densities = densitiesOf(dimension, 0, parts);
    at.forEach((value, i) => {
      const own = lnJoint([densities.good], [value]);
      const other = lnJoint([densities.other], [value]);
      expect(Math.abs(own - goodDensity[i]!)).toBeLessThan(1e-6);
      expect(Math.abs(other - otherDensity[i]!)).toBeLessThan(1e-6);
      expect(Math.abs(own - other - gain[i]!)).toBeLessThan(1e-6);
    });
  },
);

test.each(golden.joint.map((one) => ({ ...one, tried: one.trials.length })))(
  "densities of three options together after $tried trials are optuna's to 1e-6",
  ({ dimensions, trials, at, goodDensity, otherDensity }) => {
    const history = trials.map(
      ({ values, best }, number): Trial => ({
        ...{ number, values, parameters: { model: {}, train: {} } },
        ...{ state: "complete", figures: [best], value: best, elapsedMs: 0 },
      }),
    );
    const parts = partsOf(history);
    const both = dimensions.map((dimension, place) => densitiesOf(dimension, place, parts));
    at.forEach((values, i) => {
      const good = lnJoint(
        both.map((densities) => densities.good),
        values,
      );
      const other = lnJoint(
        both.map((densities) => densities.other),
        values,
      );
      expect(Math.abs(good - goodDensity[i]!)).toBeLessThan(1e-6);
      expect(Math.abs(other - otherDensity[i]!)).toBeLessThan(1e-6);
    });
  },
);
