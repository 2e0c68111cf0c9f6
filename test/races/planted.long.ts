/** Races are noticed: each that is planted in the sources changes bits, ends a job or is named. */

import { afterAll, expect, test, vi } from "vitest";
import { noticed } from "./noticed.js";
import { racesToPlant } from "./planted.js";
import { closePool } from "./pool.js";

vi.mock("../../src/threads/host.node.js", () => import("./pool.js"));
// Threads that take turns need longer than threads that run side by side.
vi.mock("../../src/threads/watch.js", async (original) => ({
  ...(await original<object>()),
  patienceFor: () => ({ slice: 30_000, other: 30_000 }),
}));

afterAll(closePool);

test.each(racesToPlant().map((race) => [race.name, race] as const))("%s", async (name, race) => {
  const how = await noticed(race);
  console.log(`${name}\n  ${how}`);
  expect(how).toBeDefined();
});
