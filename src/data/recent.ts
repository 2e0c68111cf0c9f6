/**
 * The most recent part of a click log: the sessions that start last, whole ones only.
 *
 * A session starts with its first event. With `lastSeconds` those stay that start at or after the last event
 * of the log less so many seconds. With `lastPart` that share of the sessions stays, rounded to the nearest
 * whole number and at least one; of those that start at once the ones with the highest ids (the order of
 * `compareIds`). Filters come before it: their supports are those of the whole log. Where a log is split,
 * this is a part of what is trained on.
 */

import { checkNames } from "../checks.js";
import { ConfigError, words } from "../errors.js";
import { checkSessions, type Sessions } from "./sessions.js";
import { Sieve } from "./sieve.js";

/** How much is kept: exactly one of the two. */
export type RecentOptions =
  | { readonly lastSeconds: number; readonly lastPart?: never }
  | { readonly lastPart: number; readonly lastSeconds?: never };

/**
 * What went is counted in `leftOut` of the sessions that are left.
 *
 * @param options `lastSeconds` > 0, or `lastPart` in (0, 1]
 * @throws ConfigError when an option is out of range, nothing is left, or the log has no times
 */
export function recentSessions(sessions: Sessions, options: RecentOptions): Sessions {
  checkSessions("sessions", sessions);
  checkNames(options, ["lastSeconds", "lastPart"], "recent");
  const { lastSeconds, lastPart } = options;
  if ((lastSeconds === undefined) === (lastPart === undefined)) {
    const found = lastPart ?? words("neither");
    throw new ConfigError("recent", "either lastSeconds or lastPart", found);
  }
  const option = lastPart === undefined ? "lastSeconds" : "lastPart";
  checkTimed(sessions, option, options[option]);
  const isKept = lastPart === undefined ? since(sessions, lastSeconds!) : last(sessions, lastPart);
  const sieve = new Sieve(sessions.offsets);
  for (let session = 0; session < sessions.length; ++session) {
    const [begin, end] = [sessions.offsets[session]!, sessions.offsets[session + 1]!];
    if (!isKept[session]) sieve.keep.fill(0, begin, end);
  }
  sieve.count("sessions before the most recent part");
  const left = sessions.select(sieve.keep, sieve.leftOut);
  if (left) return left;
  const expected = "a time in which at least one session starts";
  throw new ConfigError("lastSeconds", expected, lastSeconds, "Raise lastSeconds.");
}

/** @throws ConfigError when the log is one of sequences, which have an order but no times */
export function checkTimed({ report }: Sessions, option: string, value: unknown): void {
  if (report?.timeUnit !== "none") return;
  const remedy = "Sequences and pairs have none: split them by leave-one-out.";
  throw new ConfigError(option, "a log with times", value, remedy);
}

/** u8[sessions] */
function since({ times, offsets, length }: Sessions, seconds: number): Uint8Array {
  if (!(Number.isFinite(seconds) && seconds > 0)) {
    throw new ConfigError("lastSeconds", "a number > 0", seconds);
  }
  const border = times.reduce((last, time) => Math.max(last, time)) - seconds;
  return Uint8Array.from({ length }, (_, s) => (times[offsets[s]!]! >= border ? 1 : 0));
}

function last(sessions: Sessions, part: number): Uint8Array {
  const isShare = typeof part === "number" && part > 0 && part <= 1;
  if (!isShare) throw new ConfigError("lastPart", "a number in (0, 1]", part);
  const count = Math.max(1, Math.round(part * sessions.length));
  const isKept = new Uint8Array(sessions.length);
  for (const session of sessions.order("time").subarray(sessions.length - count)) {
    isKept[session] = 1;
  }
  return isKept;
}
