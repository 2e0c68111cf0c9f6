/**
 * A mutating fuzzer: takes good inputs of a format, breaks them in one to four ways, and lets the reader
 * have them. It may read them or throw FormatError (or what else it says), and nothing else; in 50 ms; in
 * little memory.
 */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { FormatError } from "../../src/errors.js";
import { CounterRandom } from "../../src/random.js";
import { ownTime } from "../longest-turn.js";
import type { Mutation } from "./mutations.js";

/** What is fuzzed: one line in formats.ts. */
export interface Format {
  readonly name: string;
  /** Good inputs, small ones: a mutation should hit what matters. */
  seeds(): Promise<readonly Uint8Array[]>;
  /** Reads an input. */
  read(bytes: Uint8Array): unknown;
  readonly mutations: readonly Mutation[];
  /** What it may be refused with. Default: FormatError alone. */
  readonly refusals?: readonly (abstract new (
    ...all: never[]
  ) => Error)[];
  /** How many inputs it gets: so many times 10,000 in every CI run, a million in `test:long`. */
  readonly share: number;
}

export interface FuzzReport {
  readonly inputs: number;
  /** Inputs that were read: broken where it does not show, in a weight for instance. */
  readonly accepted: number;
  readonly slowestMs: number;
  /** Growth of the process at its largest, from the first few thousand inputs on. */
  readonly growthMb: number;
}

const MOST_MS = 50;
/** Until then code is compiled and the heap takes its size. */
const WARM_INPUTS = 5000;
/** Inputs grow by mutations on mutations; this is where they stop. */
const MOST_BYTES = 64 * 1024;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** @throws Error that says how to make the offending input again */
export async function fuzz(format: Format, inputs: number, seed: number): Promise<FuzzReport> {
  const seeds = await format.seeds();
  for (const good of seeds) await format.read(good); // or all would be refused alike
  let accepted = 0;
  let slowestMs = 0;
  let warm = 0;
  const warmAt = Math.min(WARM_INPUTS, Math.floor(inputs / 2));
  for (let n = 0; n < inputs; ++n) {
    const bytes = mutant(seeds, format.mutations, seed, n);
    const begun = performance.now();
    try {
      const reading = format.read(bytes);
      if (reading instanceof Promise) await reading;
      accepted++;
    } catch (error) {
      const { refusals = [FormatError] } = format;
      const isRefusal = refusals.some((kind) => error instanceof kind);
      if (!isRefusal) throw offence(format, seed, n, bytes, error);
    }
    const elapsedMs = performance.now() - begun;
    if (elapsedMs > MOST_MS) {
      // Other programs and the garbage collector run too: it must be slow again, ten times, by a clock
      // that stands while others have the processor.
      const again = Math.min(elapsedMs, ...(await timed(format, bytes, 10)));
      if (again > MOST_MS) throw offence(format, seed, n, bytes, new Error(`took ${again} ms`));
      slowestMs = Math.max(slowestMs, again);
    } else slowestMs = Math.max(slowestMs, elapsedMs);
    if (n % WARM_INPUTS === 0) collect(); // or the heap grows by what nobody holds
    if (n === warmAt) warm = largestMb();
  }
  return { inputs, accepted, slowestMs, growthMb: largestMb() - warm };
}

/** Input n, a function of the seed and n alone. */
export function mutant(
  seeds: readonly Uint8Array[],
  mutations: readonly Mutation[],
  seed: number,
  n: number,
): Uint8Array {
  const random = new CounterRandom(seed, 2000, n);
  let bytes = seeds[random.below(seeds.length)]!;
  for (let left = 1 + random.below(4); left > 0; --left) {
    try {
      const mutation = mutations[random.below(mutations.length)]!;
      const next = mutation(bytes, random);
      if (next.length <= MOST_BYTES) bytes = next;
    } catch {
      // No JSON any more: another way next time.
    }
  }
  return bytes;
}

async function timed(format: Format, bytes: Uint8Array, times: number): Promise<number[]> {
  const elapsed: number[] = [];
  for (let i = 0; i < times; ++i) {
    const begun = ownTime();
    try {
      await format.read(bytes);
    } catch {
      // Only its time is asked for.
    }
    elapsed.push(ownTime() - begun);
  }
  return elapsed;
}

/** The most memory that the process ever had. */
function largestMb(): number {
  return process.resourceUsage().maxRSS / 1024;
}

function offence(
  format: Format,
  seed: number,
  n: number,
  bytes: Uint8Array,
  cause: unknown,
): Error {
  const shown = Buffer.from(bytes.subarray(0, 300)).toString("latin1");
  const found = `${format.name}, seed ${seed}, input ${n} (${JSON.stringify(shown)})`;
  return new Error(`${found}: expected FormatError in ${MOST_MS} ms, got ${cause}`, { cause });
}
