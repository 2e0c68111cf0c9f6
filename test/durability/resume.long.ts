/** The same at 200 random points, and with threads, whose slices end where the clock says. */

import { join } from "node:path";
import { expect, test } from "vitest";
import { newFolder, randomOf, run, start } from "./processes.js";
import { expectSameBits, hashOf, TRAININGS } from "./resume.js";

const POINTS = 200;

test(`stopping at ${POINTS} random points changes no bit`, async () => {
  const trainings = Object.values(TRAININGS);
  const whole = await Promise.all(trainings.map(hashOf));
  for (let point = 0; point < POINTS; ++point) {
    const i = point % trainings.length;
    await expectSameBits(trainings[i]!, whole[i]!, 1, 1000 + point);
  }
});

test.each(["GRU4Rec", "TwoTowers"] as const)(
  "nor does stopping %s on other numbers of threads",
  async (kind) => {
    const training = {
      kind,
      size: 4000,
      training: { epochs: 2, negatives: 256 },
      model: { layers: [32] },
    };
    const of = (threads: number) => ({ ...training, training: { ...training.training, threads } });
    const whole = await hashOf(of(0));
    const random = randomOf(3);
    const path = join(newFolder(), "checkpoint");
    for (let i = 0; i < 8; ++i) {
      const child = start({ ...of(i % 3), path, every: 0 });
      await new Promise((resolve) => setTimeout(resolve, 300 + 700 * random()));
      child.kill();
      await child.ended;
    }
    expect((await run({ ...of(2), path })).split(" ")[1]).toBe(whole);
  },
);
