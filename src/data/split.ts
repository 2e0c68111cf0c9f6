/**
 * Cutting a click log by time into training and test, as in the preparation of the five public data sets in
 * "The effect of third party implementations on reproducibility" (Hidasi & Czapp 2023).
 */

import { checkNames } from "../checks.js";
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
