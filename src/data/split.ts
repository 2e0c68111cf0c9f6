/**
 * Cutting a click log by time into training, validation and test: nothing is trained on that is later than
 * what is measured. There are two ways, each that of a published preparation.
 *
 * At a moment, through sessions (five public data sets, Hidasi & Czapp 2023):
 *
 *     time            ────────────┤moment├─────────
 *     training        a a a    b b│  .  .            b's later events belong to nobody
 *     test                        │ c c   c   d
 *
 * - The moment is the last event of the log less `testSeconds`, or the start of the first of the
 *   `testSessions` sessions that start last.
 * - Test: all events of the sessions whose first event is at the moment or later; with `testSessions` just
 *   so many, of those that start at once the ones with the highest ids.
 * - Training: all events before the moment, of all other sessions. A session that is left with a single
 *   event goes.
 * - The validation is cut off what is left for training in the same way, as if the log ended at the moment:
 *   `validationSeconds` before it.
 *
 * With `whole`, between sessions (RSC15, Hidasi et al. 2016):
 *
 *     training        a a a
 *     test                     b b│  b  b   c c c
 *
 * - Test: the sessions whose last event is at the moment or later, which is the last event of the log less
 *   `testSeconds`; or the `testSessions` sessions that end last, again those with the highest ids.
 * - Training: all other sessions, but those of a single event.
 * - The validation is cut off what is left for training, as if that were the log: the moment is its last
 *   event less `validationSeconds`.
 *
 * A session starts with its first event and ends with its last. Filters come first. Items that training does
 * not hold stay in test and validation; an evaluation drops or misses them, and counts them.
 */

import { checkBoolean, checkNames } from "../checks.js";
import { ConfigError, words } from "../errors.js";
import { atOnce } from "../pause.js";
import { checkTimed } from "./recent.js";
import { checkSessions, type Sessions } from "./sessions.js";
import { Sieve } from "./sieve.js";
import { ascendingOrder } from "./time-order.js";

/** How much goes into the test set: exactly one of the two. */
type TestSize =
  | { readonly testSeconds: number; readonly testSessions?: never }
  | { readonly testSessions: number; readonly testSeconds?: never };

/** The same of the validation set: none, or one of the two. */
type ValidationSize =
  | { readonly validationSeconds?: number; readonly validationSessions?: never }
  | { readonly validationSessions?: number; readonly validationSeconds?: never };

/** How much `splitByTime` holds out. */
export type SplitOptions = TestSize &
  ValidationSize & {
    /** Never cut through a session: it is in the test if its last event is. Default false. */
    readonly whole?: boolean;
  };

/** Sets of sessions, each over the items that it has. */
export interface Split {
  /** Sessions before the held-out ones. */
  readonly train: Sessions;
  /** Sessions that are held out, without items that training does not hold. */
  readonly test: Sessions;
  /** Only where one was asked for. */
  readonly validation?: Sessions;
  /** The moment before the test, on the clock of the events. */
  readonly time: number;
}

const SIZES = ["testSeconds", "testSessions", "validationSeconds", "validationSessions"] as const;
const NAMES = [...SIZES, "whole"];

/**
 * Splits by time into training, test and, where asked for, validation; the head of this file says how. What
 * belongs to no set is counted in `train.leftOut`.
 *
 * @throws ConfigError when an option is out of range, a set would be empty or the log has no times
 */
export function splitByTime(sessions: Sessions, options: SplitOptions): Split {
  checkSessions("sessions", sessions);
  checkNames(options, NAMES, "split");
  const { testSeconds, testSessions, validationSeconds, validationSessions } = options;
  const { whole = false } = options;
  checkBoolean("whole", whole);
  if ((testSeconds === undefined) === (testSessions === undefined)) {
    const found = testSeconds ?? words("neither");
    throw new ConfigError("split", "either testSeconds or testSessions", found);
  }
  if (validationSeconds !== undefined && validationSessions !== undefined) {
    const expected = "either validationSeconds or validationSessions";
    throw new ConfigError("split", expected, validationSeconds);
  }
  const last = lastOf(sessions);
  const outer =
    testSessions === undefined
      ? cutSeconds(sessions, ["testSeconds", testSeconds], last, whole)
      : cutSessions(sessions, ["testSessions", testSessions], whole);
  const { train: rest, held: test, time } = outer;
  if (validationSeconds === undefined && validationSessions === undefined) {
    return { train: rest, test, time };
  }
  const end = whole ? lastOf(rest) : time;
  const { train, held: validation } =
    validationSessions === undefined
      ? cutSeconds(rest, ["validationSeconds", validationSeconds], end, whole)
      : cutSessions(rest, ["validationSessions", validationSessions], whole);
  return { train, test, validation, time };
}

/** An option and its value, for the errors. */
type Named = readonly [option: string, value: number | undefined];

interface Cut {
  readonly train: Sessions;
  readonly held: Sessions;
  readonly time: number;
}

function lastOf({ times }: Sessions): number {
  return times.reduce((last, time) => Math.max(last, time));
}

/** @param end what the seconds are counted back from */
function cutSeconds(sessions: Sessions, size: Named, end: number, whole: boolean): Cut {
  const [option, seconds] = size;
  if (!(typeof seconds === "number" && Number.isFinite(seconds) && seconds > 0)) {
    throw new ConfigError(option, "a number > 0", seconds);
  }
  checkTimed(sessions, option, seconds);
  const time = end - seconds;
  const isHeld = Uint8Array.from(marksOf(sessions, whole), (mark) => (mark >= time ? 1 : 0));
  return cut(sessions, time, isHeld, size, whole);
}

function cutSessions(sessions: Sessions, size: Named, whole: boolean): Cut {
  const [option, count] = size;
  const { length } = sessions;
  if (!(Number.isInteger(count) && count! >= 1 && count! < length)) {
    throw new ConfigError(option, `an integer from 1 to ${length - 1}`, count);
  }
  checkTimed(sessions, option, count);
  const marks = marksOf(sessions, whole);
  const last = atOnce(ascendingOrder(marks.slice())).subarray(length - count!);
  const isHeld = new Uint8Array(length);
  for (const session of last) isHeld[session] = 1;
  return cut(sessions, marks[last[0]!]!, isHeld, size, whole);
}

/** f64[sessions]: the time that decides where a session goes, its start or its end. */
function marksOf({ times, offsets, length }: Sessions, whole: boolean): Float64Array {
  return Float64Array.from({ length }, (_, s) => times[whole ? offsets[s + 1]! - 1 : offsets[s]!]!);
}

/** @param isHeld u8[sessions] */
function cut(
  sessions: Sessions,
  time: number,
  isHeld: Uint8Array,
  [option, value]: Named,
  whole: boolean,
): Cut {
  const { offsets, times, length } = sessions;
  const inTest = new Uint8Array(sessions.events);
  const sieve = new Sieve(offsets);
  for (let session = 0; session < length; ++session) {
    if (!isHeld[session]) continue;
    inTest.fill(1, offsets[session], offsets[session + 1]);
    sieve.keep.fill(0, offsets[session], offsets[session + 1]);
  }
  sieve.count(`held out for the ${option.startsWith("test") ? "test" : "validation"}`);
  for (let row = 0; row < times.length && !whole; ++row)
    if (times[row]! >= time) sieve.keep[row] = 0;
  sieve.count("later than the split, in sessions that begin before it");
  for (let session = 0; session < length; ++session) {
    const kept = sieve.keep.subarray(offsets[session], offsets[session + 1]);
    if (kept[0] === 1 && kept[1] !== 1) kept[0] = 0; // times ascend within a session
  }
  sieve.count("single events before the split");
  const train = sessions.select(sieve.keep, sieve.leftOut);
  if (!train) {
    const expected = "a share that leaves sessions of two events or more to train on";
    throw new ConfigError(option, expected, value, `Lower ${option}.`);
  }
  const held = sessions.select(inTest);
  if (!held) {
    const expected = `a share in which at least one session ${whole ? "ends" : "starts"}`;
    throw new ConfigError(option, expected, value, `Raise ${option}.`);
  }
  return { train, held, time };
}
