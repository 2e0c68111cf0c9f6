/**
 * A race of ours against a peer: turn by turn in one run, each at its best number of threads, so that
 * a ratio compares two moments of the same machine.
 */

import type { Flags } from "./flags.js";
import type { PeerRow } from "./report.js";
import { spreadOf } from "./report.js";

/** One way to run a side; all are tried, the fastest races. */
export interface Candidate {
  readonly threads: number;
  /** Runs for about so long and returns work per second. */
  run(seconds: number): Promise<number>;
}

export interface Duel {
  readonly config: string;
  readonly peer: string;
  readonly unit: string;
  readonly ours: readonly Candidate[];
  readonly theirs: readonly Candidate[];
}

/** Short turns that choose the candidate, by their median: one lucky turn must not. */
const TRIALS = 3;

export async function duel({ ours, theirs, ...names }: Duel, flags: Flags): Promise<PeerRow> {
  const { rounds = 5, seconds = 2 } = flags;
  const our = await best(ours, seconds);
  const their = await best(theirs, seconds);
  const us: number[] = [];
  const them: number[] = [];
  for (let round = 0; round < rounds; ++round) {
    const turns = [
      async () => us.push(await our.run(seconds)),
      async () => them.push(await their.run(seconds)),
    ];
    for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
  }
  const { median, min, max } = spreadOf(us.map((rate, round) => rate / them[round]!));
  return {
    ...names,
    ...{ ours: spreadOf(us).median, theirs: spreadOf(them).median },
    ...{ ratio: median, min, max, oursThreads: our.threads, theirsThreads: their.threads },
    numerics: flags.numerics[0],
  };
}

async function best(candidates: readonly Candidate[], seconds: number): Promise<Candidate> {
  if (candidates.length === 1) return candidates[0]!;
  const trials = candidates.map((): number[] => []);
  for (let trial = 0; trial < TRIALS; ++trial) {
    for (const [i, { run }] of candidates.entries()) {
      trials[i]!.push(await run(Math.min(1, seconds)));
    }
  }
  const medians = trials.map((rates) => spreadOf(rates).median);
  return candidates[medians.indexOf(Math.max(...medians))]!;
}

/** A side that may choose among numbers of threads. */
export function candidates(
  threads: readonly number[],
  run: (threads: number, seconds: number) => Promise<number>,
): Candidate[] {
  return threads.map((n) => ({ threads: n, run: (seconds) => run(n, seconds) }));
}
