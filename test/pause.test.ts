/** Work on the calling thread lets others have their turn. */

import { expect, test } from "vitest";
import { inTurns, SLICE_MS } from "../src/pause.js";
import { leastLongestTurn, ownTime } from "./longest-turn.js";

function* compute(ms: number): Generator<void, void> {
  for (const end = ownTime() + ms; ownTime() < end; ) yield;
}

test("pieces of work that follow each other share a slice", async () => {
  const work = async (): Promise<void> => {
    for (let i = 0; i < 20; ++i) await inTurns(compute(0.9 * SLICE_MS));
  };
  const most = 2 * SLICE_MS;
  expect(await leastLongestTurn(work, most)).toBeLessThan(most);
});
