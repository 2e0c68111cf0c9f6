/** Work on the calling thread lets others have their turn. */

import { expect, test } from "vitest";
import { inTurns, SLICE_MS } from "../src/pause.js";
import { longestTurn, ownTime } from "./longest-turn.js";

function* compute(ms: number): Generator<void, void> {
  for (const end = ownTime() + ms; ownTime() < end; ) yield;
}

test("pieces of work that follow each other share a slice", async () => {
  const longest = await longestTurn(async () => {
    for (let i = 0; i < 20; ++i) await inTurns(compute(0.9 * SLICE_MS));
  });
  expect(longest).toBeLessThan(2 * SLICE_MS);
});
