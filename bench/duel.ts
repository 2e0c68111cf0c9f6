/**
 * A race of ours against a peer: turn by turn in one run, each at its best number of threads, so that
 * a ratio compares two moments of the same machine.
 */

import type { Flags } from "./flags.js";
import type { PeerRow } from "./report.js";
import { spreadOf } from "./report.js";

/** Runs for about so long and returns work per second. */
export type Runner = (threads: number, seconds: number) => Promise<number>;

export interface Side {
  readonly run: Runner;
  /** Numbers of threads to choose from. */
  readonly threads: readonly number[];
}

export interface Duel {
  readonly config: string;
  readonly peer: string;
  readonly unit: string;
  readonly ours: Side;
  readonly theirs: Side;
}

/** Short turns that choose the number of threads. */
const TRIALS = 2;

export async function duel({ ours, theirs, ...names }: Duel, flags: Flags): Promise<PeerRow> {
  const { rounds = 5, seconds = 2 } = flags;
  const oursThreads = await bestThreads(ours, seconds);
  const theirsThreads = await bestThreads(theirs, seconds);
  const us: number[] = [];
  const them: number[] = [];
  for (let round = 0; round < rounds; ++round) {
    const turns = [
      async () => us.push(await ours.run(oursThreads, seconds)),
      async () => them.push(await theirs.run(theirsThreads, seconds)),
    ];
    for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
  }
  const { median, min, max } = spreadOf(us.map((rate, round) => rate / them[round]!));
  return {
    ...names,
    ...{ ours: spreadOf(us).median, theirs: spreadOf(them).median },
    ...{ ratio: median, min, max, oursThreads, theirsThreads },
    numerics: flags.numerics[0],
  };
}

async function bestThreads({ run, threads }: Side, seconds: number): Promise<number> {
  if (threads.length === 1) return threads[0]!;
  const best = new Map<number, number>();
  for (let trial = 0; trial < TRIALS; ++trial) {
    for (const n of threads) {
      best.set(n, Math.max(best.get(n) ?? 0, await run(n, Math.min(1, seconds))));
    }
  }
  return threads.reduce((a, b) => (best.get(b)! > best.get(a)! ? b : a));
}
