/**
 * Cutting a click log down to what can be learnt from. The steps, in this order:
 *
 *  1. Repeats. With `dropRepeats` an event goes when the event just before it in its session has the same
 *     item, whether that one is kept or not (i i i j i → i j i). With `dropAllRepeats` only the first event
 *     of an item in its session stays (i i j i → i j).
 *  2. Sessions of fewer than `minLength` events, then items of fewer than `minSupport` events: in turns
 *     until neither takes anything, as in the preparation of the five public data sets of Hidasi & Czapp
 *     2023. With `filterOnce`: sessions, items, and sessions once more, as in that of RSC15 (Hidasi et al.
 *     2016); items may then be left with fewer events than `minSupport`.
 *
 * Lengths and supports count the events that are left when a step begins. Events that only become
 * neighbours by step 2 are no repeats. The order within a session is that of time; events of equal times
 * stand by the column that orders them, where there is one, then in the order of the table. Where sessions
 * are cut out of users, and kinds of events are chosen, both happened before: when the table was read.
 */

import { checkBoolean, checkInteger, checkNames } from "../checks.js";
import { ConfigError } from "../errors.js";
import { checkSessions, type Sessions } from "./sessions.js";
import { Sieve } from "./sieve.js";

/** Which filters to apply; each is off unless given. */
export interface FilterOptions {
  /** Drop items with fewer events than this. 1 when not given. */
  readonly minSupport?: number;
  /** Drop sessions with fewer events than this. 1 when not given. */
  readonly minLength?: number;
  /** Drop sessions, items and sessions again, not until nothing changes; needs both minimums. */
  readonly filterOnce?: boolean;
  /** Drop an event when the event before it in the session has the same item (i i j → i j). */
  readonly dropRepeats?: boolean;
  /** Drop every event of an item that the session had before (i j i → i j). */
  readonly dropAllRepeats?: boolean;
}

const NAMES = ["minSupport", "minLength", "filterOnce", "dropRepeats", "dropAllRepeats"];

/**
 * Drops repeats, short sessions and rare items; the head of this file says in which order. What went is
 * counted in `leftOut` of the sessions that are left.
 *
 * @throws ConfigError when an option is out of range or has no effect, or nothing is left; it says what to
 *   lower
 */
export function filterSessions(sessions: Sessions, options: FilterOptions): Sessions {
  checkSessions("sessions", sessions);
  const resolved = resolveFilterOptions(options);
  const { minSupport, minLength, filterOnce, dropRepeats, dropAllRepeats } = resolved;
  const sieve = new Sieve(sessions.offsets);
  if (dropRepeats) skipRepeats(sessions, sieve.keep);
  if (dropAllRepeats) skipAllRepeats(sessions, sieve.keep);
  sieve.count("repeats");

  let tooShort = 0;
  let tooRare = 0;
  for (let round = 0; ; ++round) {
    if (minLength > 1) skipShort(sessions, sieve.keep, minLength);
    tooShort += sieve.count(`sessions of fewer than ${minLength} events`);
    if (minSupport === 1 || (filterOnce && round > 0)) break;
    skipRare(sessions, sieve.keep, minSupport);
    const rare = sieve.count(`items of fewer than ${minSupport} events`);
    tooRare += rare;
    if (rare === 0) break; // the sessions were checked just before
  }
  const left = sessions.select(sieve.keep, sieve.leftOut);
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

/** Fills in defaults. @throws ConfigError when an option is out of range or has no effect */
export function resolveFilterOptions(options: FilterOptions): Required<FilterOptions> {
  checkNames(options, NAMES, "filter");
  const { minSupport = 1, minLength = 1, filterOnce = false } = options;
  const { dropRepeats = false, dropAllRepeats = false } = options;
  checkInteger("minSupport", minSupport, 1);
  checkInteger("minLength", minLength, 1);
  checkBoolean("filterOnce", filterOnce);
  checkBoolean("dropRepeats", dropRepeats);
  checkBoolean("dropAllRepeats", dropAllRepeats);
  if (dropRepeats && dropAllRepeats) {
    throw new ConfigError("dropRepeats", "it alone, or dropAllRepeats", true);
  }
  if (filterOnce && (minSupport === 1 || minLength === 1)) {
    const remedy = "With only one of them a second pass removes nothing.";
    throw new ConfigError("filterOnce", "minSupport and minLength above 1", true, remedy);
  }
  return { minSupport, minLength, filterOnce, dropRepeats, dropAllRepeats };
}

function skipRepeats({ offsets, itemIndices, length }: Sessions, keep: Uint8Array): void {
  for (let session = 0; session < length; ++session) {
    for (let row = offsets[session]! + 1; row < offsets[session + 1]!; ++row) {
      if (itemIndices[row] === itemIndices[row - 1]) keep[row] = 0;
    }
  }
}

function skipAllRepeats(sessions: Sessions, keep: Uint8Array): void {
  const { offsets, itemIndices, length, items } = sessions;
  const lastSession = new Int32Array(items.size).fill(-1); // that has each item
  for (let session = 0; session < length; ++session) {
    for (let row = offsets[session]!; row < offsets[session + 1]!; ++row) {
      const item = itemIndices[row]!;
      if (lastSession[item] === session) keep[row] = 0;
      lastSession[item] = session;
    }
  }
}

function skipShort({ offsets, length }: Sessions, keep: Uint8Array, minLength: number): void {
  for (let session = 0; session < length; ++session) {
    const [begin, end] = [offsets[session]!, offsets[session + 1]!];
    let left = 0;
    for (let row = begin; row < end; ++row) left += keep[row]!;
    if (left < minLength) keep.fill(0, begin, end);
  }
}

function skipRare({ itemIndices, items }: Sessions, keep: Uint8Array, minSupport: number): void {
  const support = new Int32Array(items.size);
  for (let row = 0; row < keep.length; ++row) support[itemIndices[row]!]! += keep[row]!;
  for (let row = 0; row < keep.length; ++row) {
    if (support[itemIndices[row]!]! < minSupport) keep[row] = 0;
  }
}
