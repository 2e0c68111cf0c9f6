/**
 * How long a program keeps its event loop waiting: from one turn of a timer to the next, but for the time
 * in which the thread was ready and other programs had the processor (Linux tells; elsewhere it counts).
 */

import { readFileSync } from "node:fs";

/** Of the calling thread: nanoseconds on a processor, nanoseconds of waiting for one, turns. */
const SCHEDULE = "/proc/thread-self/schedstat";
const TIMER_MS = 1;
const TRIES = 6;

function waitedMs(): number {
  try {
    return Number(readFileSync(SCHEDULE, "latin1").split(" ")[1]) / 1e6;
  } catch {
    return 0;
  }
}

/** Milliseconds in which the calling thread was not kept waiting for a processor. */
export function ownTime(): number {
  return performance.now() - waitedMs();
}

/** The longest turn while something is worked on, ms. */
export async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let isOver = false;
  let turns = 0;
  let before = ownTime();
  const turn = (): void => {
    const now = ownTime();
    longest = Math.max(longest, now - before);
    before = now;
    turns++;
    if (!isOver) setTimeout(turn, TIMER_MS);
  };
  await new Promise((resolve) => setTimeout(resolve, TIMER_MS));
  before = ownTime();
  setTimeout(turn, TIMER_MS);
  await work();
  isOver = true;
  await new Promise((resolve) => setTimeout(resolve, 3 * TIMER_MS)); // the last one counts, too
  // Work that is over in a turn or two has been measured as well: the turn behind it holds all of it.
  if (turns < 1) throw new Error("the event loop had no turn: nothing was measured");
  return longest;
}

/** The least of a few tries that stay at or above `most`: garbage and whatever else runs only add. */
export async function leastLongestTurn(
  work: () => Promise<unknown>,
  most: number,
): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < TRIES && least >= most; ++attempt) {
    least = Math.min(least, await longestTurn(work));
  }
  return least;
}
