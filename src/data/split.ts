/**
 * Cutting a click log: by time into training and test, and down to what can be learnt from.
 *
 * Both follow the preparation of the five public data sets in "The effect of third party
 * implementations on reproducibility" (Hidasi & Czapp 2023).
 */

import { checkBoolean, checkNames } from "../checks.js";
import { ConfigError } from "../errors.js";
import { checkSessions, type Sessions } from "./sessions.js";

/** How much goes into the test set: exactly one of the two. */
export type SplitOptions =
  | { readonly testSeconds: number; readonly testSessions?: never }
  | { readonly testSessions: number; readonly testSeconds?: never };

/** Two sets of sessions, each over its own items. */
export interface Split {
  readonly train: Sessions;
  readonly test: Sessions;
  /** The moment between them, on the clock of the events. */
  readonly time: number;
}

/** Which filters to apply; each is off unless given. */
export interface FilterOptions {
  /** Drop items with fewer events than this. 1 when not given. */
  readonly minSupport?: number;
  /** Drop sessions with fewer events than this. 1 when not given. */
  readonly minLength?: number;
  /** Drop an event when the event before it in the session has the same item (i i j → i j). */
  readonly dropRepeats?: boolean;
}

/**
 * Splits by time: test sessions start in the last `testSeconds` of the log, or are the
 * `testSessions` that start last. Training gets every event before that moment.
 *
 *     time            ────────────┤split├──────────
 *     training        a a a    b b│  .  .            b's later events belong to nobody
 *     test                        │ c c   c   d
 *
 * A training session that is left with a single event is dropped. Items that occur in the test
 * only are kept there; an evaluation drops and counts them.
 *
 * @throws ConfigError when an option is out of range or one of the two sets would be empty
 */
export function splitByTime(sessions: Sessions, options: SplitOptions): Split {
  checkSessions("sessions", sessions);
  checkNames(options, ["testSeconds", "testSessions"], "split");
  const { testSeconds, testSessions } = options;
  if ((testSeconds === undefined) === (testSessions === undefined)) {
    throw new ConfigError("split", "either testSeconds or testSessions", testSeconds ?? "neither");
  }
  return testSeconds === undefined
    ? splitOffSessions(sessions, testSessions!)
    : splitOffSeconds(sessions, testSeconds);
}

function splitOffSeconds(sessions: Sessions, testSeconds: number): Split {
  const { times, offsets } = sessions;
  if (!(Number.isFinite(testSeconds) && testSeconds > 0)) {
    throw new ConfigError("testSeconds", "a number > 0", testSeconds);
  }
  const split = times.reduce((last, time) => Math.max(last, time)) - testSeconds;
  const isTest = Uint8Array.from({ length: sessions.length }, (_, session) =>
    times[offsets[session]!]! >= split ? 1 : 0,
  );
  return cut(sessions, split, isTest, "testSeconds", testSeconds);
}

function splitOffSessions(sessions: Sessions, testSessions: number): Split {
  const { times, offsets, length } = sessions;
  if (!(Number.isInteger(testSessions) && testSessions >= 1 && testSessions < length)) {
    throw new ConfigError("testSessions", `an integer from 1 to ${length - 1}`, testSessions);
  }
  const last = sessions.order("time").subarray(length - testSessions);
  const isTest = new Uint8Array(length);
  for (const session of last) isTest[session] = 1;
  return cut(sessions, times[offsets[last[0]!]!]!, isTest, "testSessions", testSessions);
}

/** @param isTest u8[sessions] */
function cut(
  sessions: Sessions,
  split: number,
  isTest: Uint8Array,
  option: string,
  value: number,
): Split {
  const inTest = new Uint8Array(sessions.events);
  const inTraining = new Uint8Array(sessions.events);
  for (let session = 0; session < sessions.length; ++session) {
    const begin = sessions.offsets[session]!;
    const end = sessions.offsets[session + 1]!;
    if (isTest[session]) inTest.fill(1, begin, end);
    else {
      let border = begin; // times ascend within a session
      while (border < end && sessions.times[border]! < split) border++;
      if (border - begin > 1) inTraining.fill(1, begin, border);
    }
  }
  const train = sessions.select(inTraining);
  const test = sessions.select(inTest);
  if (!train) {
    const expected = "a share that leaves sessions of two events or more to train on";
    throw new ConfigError(option, expected, value, `Lower ${option}.`);
  }
  if (!test) {
    const expected = "a share in which at least one session starts";
    throw new ConfigError(option, expected, value, `Raise ${option}.`);
  }
  return { train, test, time: split };
}

/**
 * Drops repeats, then short sessions and rare items in turn until nothing changes: dropping one can
 * make another too rare or too short. Repeats that only then become neighbours stay, as in the
 * public preparation.
 *
 * @throws ConfigError when an option is out of range or nothing is left; it says what to lower
 */
export function filterSessions(sessions: Sessions, options: FilterOptions): Sessions {
  checkSessions("sessions", sessions);
  checkNames(options, ["minSupport", "minLength", "dropRepeats"], "filter");
  const { minSupport = 1, minLength = 1, dropRepeats = false } = options;
  checkMinimum("minSupport", minSupport);
  checkMinimum("minLength", minLength);
  checkBoolean("dropRepeats", dropRepeats);
  const keep = new Uint8Array(sessions.events).fill(1);
  if (dropRepeats) skipRepeats(sessions, keep);

  let tooShort = 0;
  let tooRare = 0;
  for (;;) {
    const short = minLength > 1 ? skipShort(sessions, keep, minLength) : 0;
    const rare = minSupport > 1 ? skipRare(sessions, keep, minSupport) : 0;
    tooShort += short;
    tooRare += rare;
    if (rare === 0) break; // the sessions were checked just before
  }
  const left = sessions.select(keep);
  if (left) return left;
  const [option, value] =
    tooRare > tooShort ? ["minSupport", minSupport] : ["minLength", minLength];
  throw new ConfigError(
    String(option),
    "a minimum that leaves at least one event",
    value,
    `Lower ${option}: minLength dropped ${tooShort} events, minSupport ${tooRare}.`,
  );
}

function skipRepeats({ offsets, itemIndices, length }: Sessions, keep: Uint8Array): void {
  for (let session = 0; session < length; ++session) {
    for (let row = offsets[session]! + 1; row < offsets[session + 1]!; ++row) {
      if (itemIndices[row] === itemIndices[row - 1]) keep[row] = 0;
    }
  }
}

/** Returns how many events it dropped. */
function skipShort({ offsets, length }: Sessions, keep: Uint8Array, minLength: number): number {
  let dropped = 0;
  for (let session = 0; session < length; ++session) {
    const begin = offsets[session]!;
    const end = offsets[session + 1]!;
    let left = 0;
    for (let row = begin; row < end; ++row) left += keep[row]!;
    if (left === 0 || left >= minLength) continue;
    keep.fill(0, begin, end);
    dropped += left;
  }
  return dropped;
}

/** Returns how many events it dropped. */
function skipRare({ itemIndices, items }: Sessions, keep: Uint8Array, minSupport: number): number {
  const support = new Int32Array(items.size);
  for (let row = 0; row < keep.length; ++row) support[itemIndices[row]!]! += keep[row]!;
  let dropped = 0;
  for (let row = 0; row < keep.length; ++row) {
    if (keep[row] === 0 || support[itemIndices[row]!]! >= minSupport) continue;
    keep[row] = 0;
    dropped++;
  }
  return dropped;
}

function checkMinimum(option: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new ConfigError(option, "an integer ≥ 1", value);
}
