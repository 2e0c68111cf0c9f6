/** `profile` says where the time of an epoch went and changes nothing else. */

import { expect, test } from "vitest";
import { ConfigError, type EpochReport, fit, GRU4Rec } from "../../src/index.js";
import { PHASES, PhaseClock } from "../../src/training/profile.js";
import { clicks } from "./clicks.js";

const sessions = clicks(60, 15);

async function trained(options: object): Promise<{ reports: EpochReport[]; bytes: Uint8Array }> {
  using model = await GRU4Rec.create(sessions.items, { layers: [6] });
  const reports = await fit(model, sessions, {
    epochs: 2,
    batchSize: 8,
    negatives: 10,
    ...options,
  });
  return { reports, bytes: model.toBytes() };
}

test.each([0, 1, 2])("all phases of an epoch lie within its time, %i threads", async (threads) => {
  const { reports } = await trained({ threads, profile: true });
  for (const { phases, seconds } of reports) {
    expect(Object.keys(phases!)).toEqual([...PHASES]);
    const parts = Object.values(phases!);
    expect(parts.every((part) => part >= 0)).toBe(true);
    const sum = parts.reduce((all, part) => all + part, 0);
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThanOrEqual(seconds);
  }
});

test("without it nothing is measured, and the weights are the same bits", async () => {
  const plain = await trained({ threads: 0 });
  const profiled = await trained({ threads: 0, profile: true });
  expect(plain.reports.every((report) => !("phases" in report))).toBe(true);
  expect(profiled.bytes).toEqual(plain.bytes);
});

test("is true or false", async () => {
  await expect(trained({ profile: "yes" })).rejects.toThrow(ConfigError);
});

test("the clock counts a phase from its beginning to the next, a barrier as waiting", () => {
  const clock = new PhaseClock();
  const spend = (milliseconds: number): void => {
    const until = performance.now() + milliseconds;
    while (performance.now() < until);
  };
  clock.enter("scores");
  spend(4);
  clock.around(() => spend(8))();
  spend(4);
  clock.enter(undefined);
  spend(20);
  const { scores, waiting, loss } = clock.seconds;
  expect(scores).toBeGreaterThanOrEqual(0.008);
  expect(waiting).toBeGreaterThanOrEqual(0.008);
  expect(loss).toBe(0);
  const total = Object.values(clock.seconds).reduce((all, part) => all + part, 0);
  expect(total).toBeCloseTo(scores + waiting, 9);
  clock.reset();
  expect(clock.seconds.scores).toBe(0);
});
