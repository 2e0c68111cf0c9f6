/**
 * Leave-one-out, as the comparisons on sequences of users have it (S3-Rec, SASRec, BERT4Rec and many since):
 *
 *     session      a b c d e
 *     training     a b c
 *     validation   a b c → d       the last event but one is asked for, after all before it
 *     test         a b c d → e     the last event
 *
 * It leaks: what others did later than a test event is trained on. So its figures are higher than those for
 * future visits, and compare with nothing but other figures of this split on the same file.
 *
 * Sessions of one or two events are trained on whole and not measured. A session that is left with a single
 * event stays: its item is known. Items that training does not hold stay in validation and test, where
 * `unknown: "miss"` asks for them all the same.
 */

import { ConfigError } from "../errors.js";
import { checkSessions, type Sessions } from "./sessions.js";
import { Sieve } from "./sieve.js";

/** Sets of sessions, each over the items that it has. */
export interface LeaveOneOut {
  /** Sessions without their last two events; shorter than three events as they are. */
  readonly train: Sessions;
  /** Sessions up to the last event but one: measure them with `lastOnly`. */
  readonly validation: Sessions;
  /** Whole sessions: measure them with `lastOnly`. */
  readonly test: Sessions;
}

/**
 * Splits every session of three events or more. What is in no set is counted in its `leftOut`.
 *
 * @throws ConfigError when there is no such session
 */
export function splitLeaveOneOut(sessions: Sessions): LeaveOneOut {
  checkSessions("sessions", sessions);
  const train = new Sieve(sessions.offsets);
  const validation = new Sieve(sessions.offsets);
  const test = new Sieve(sessions.offsets);
  let longest = 0;
  for (let session = 0; session < sessions.length; ++session) {
    const [begin, end] = [sessions.offsets[session]!, sessions.offsets[session + 1]!];
    longest = Math.max(longest, end - begin);
    if (end - begin < 3) {
      for (const { keep } of [validation, test]) keep.fill(0, begin, end);
    } else train.keep.fill(0, end - 2, end);
  }
  if (longest < 3) {
    throw new ConfigError("sessions", "at least one of three events or more", longest);
  }
  train.count("held out for validation and test");
  for (const measured of [validation, test]) measured.count("sessions of one or two events");
  for (let session = 0; session < sessions.length; ++session) {
    validation.keep[sessions.offsets[session + 1]! - 1] = 0;
  }
  validation.count("held out for the test");
  // None is empty: a session of three has one event for each.
  return {
    train: sessions.select(train.keep, train.leftOut)!,
    validation: sessions.select(validation.keep, validation.leftOut)!,
    test: sessions.select(test.keep, test.leftOut)!,
  };
}
