/** No race: any order in which the threads of a job come to its meetings gives the same bits. */

import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { workerProgram } from "./bundle.js";
import { noticed } from "./noticed.js";
import { type Race, racesToPlant } from "./planted.js";
import { closePool, races } from "./pool.js";
import { RUNS } from "./runs.js";

vi.mock("../../src/threads/host.node.js", () => import("./pool.js"));
// Threads that take turns need longer than threads that run side by side.
vi.mock("../../src/threads/watch.js", async (original) => ({
  ...(await original<object>()),
  patienceFor: () => ({ slice: 30_000, other: 30_000 }),
}));

const program = workerProgram();
beforeEach(async () => {
  races.program = await program;
  races.watched = false;
});
afterAll(closePool);

/** As many schedules of each job. */
const SEEDS = 12;

describe.each(Object.keys(RUNS))("%s", (name) => {
  const run = RUNS[name]!;
  test("gives the same bits in any order of its threads", async () => {
    const expected = await run(0);
    for (let seed = 0; seed < SEEDS; ++seed) {
      races.seed = seed;
      expect((await run(2 + (seed % 3))) === expected, `seed ${seed}`).toBe(true);
    }
  });

  test("has no two threads that write one word between two meetings", async () => {
    Object.assign(races, { watched: true, seed: 1 });
    await run(4);
  });
});

/** The first of each kind; all of them are in planted.long.ts. */
const some = [
  ...new Map(
    racesToPlant()
      .reverse()
      .map((race): [string, Race] => [race.what, race]),
  ).values(),
];
test.each(some.map((race) => [race.name, race] as const))(
  "notices that, in %s",
  async (_, race) => {
    expect(await noticed(race)).toBeDefined();
  },
);
