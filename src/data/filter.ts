/**
 * Cutting a click log down to what can be learnt from, as in the preparation of the five public data sets in
 * "The effect of third party implementations on reproducibility" (Hidasi & Czapp 2023).
 */

import { checkBoolean, checkNames } from "../checks.js";
import { ConfigError } from "../errors.js";
import { checkSessions, type Sessions } from "./sessions.js";

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
