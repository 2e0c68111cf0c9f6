/** The click: what every data set, file and generator of this package comes down to. */

import { ConfigError, sentence, words } from "../errors.js";

/**
 * The name of a session or an item. Ids are keys of a `Map`: `"__proto__"` and `""` are ordinary ones, and
 * `"0"` and `0` are two ids where a catalogue has both. Where it has one of them, the other finds it
 * (`Items.indexOf`). NaN, the infinities and bigints of more than 1000 digits are refused.
 */
export type Id = string | number | bigint;

/** Digits of a bigint id. Turning digits into a bigint takes time that grows with their square. */
const MOST_DIGITS = 1000;
const TOO_BIG = 10n ** BigInt(MOST_DIGITS);

/** One click. `time` is in seconds wherever days are counted; elsewhere only its order matters. */
export interface Event {
  /** The session that the click belongs to: a string, a number or a bigint. */
  readonly sessionId: Id;
  /** The item that was clicked. */
  readonly itemId: Id;
  /** When, in any unit: it orders clicks, and splits by time are in this unit. */
  readonly time: number;
}

/** The same clicks as three columns of equal length: no object per event. */
export interface EventColumns {
  /** The session of each click. */
  readonly sessionId: readonly Id[];
  /** The item of each click. */
  readonly itemId: readonly Id[];
  /** The time of each click, in any unit. */
  readonly time: ArrayLike<number>;
}

/**
 * Returns `id` if it can name something.
 *
 * @param where names the value in the error, e.g. `events[3].itemId`; called only then
 * @throws TypeError when it is no string, number or bigint; ConfigError when it is not finite
 *   or has more than 1000 digits
 */
export function checkId(id: unknown, where: () => string): Id {
  if (typeof id === "string") return id;
  if (typeof id === "bigint") {
    if (id < TOO_BIG && id > -TOO_BIG) return id;
    throw new ConfigError(where(), `at most ${MOST_DIGITS} digits`, words("a longer bigint"));
  }
  if (typeof id !== "number") {
    throw new TypeError(sentence(where(), "a string, number or bigint", id));
  }
  if (!Number.isFinite(id)) throw new ConfigError(where(), "a finite id", id);
  return id;
}

/** The bigint of these digits; undefined where there are none or more than an id may have. */
export function bigintOf(digits: string): bigint | undefined {
  const fits = digits.length <= MOST_DIGITS + 1 && /^-?\d+$/.test(digits);
  return fits ? BigInt(digits) : undefined;
}

/** The other ids that are written with the same digits: 214, "214" and 214n are such. */
export function spellingsOf(id: Id): readonly Id[] {
  if (typeof id === "number") {
    return Number.isSafeInteger(id) ? [String(id), BigInt(id)] : [String(id)];
  }
  if (typeof id === "bigint") {
    const number = Number(id);
    return Number.isSafeInteger(number) ? [String(id), number] : [String(id)];
  }
  if (typeof id !== "string") return []; // nothing else is an id
  const number = Number(id);
  const numbers = String(number) === id && Number.isFinite(number) ? [number] : [];
  const bigint = /^(0|-?[1-9]\d*)$/.test(id) ? bigintOf(id) : undefined;
  return bigint === undefined ? numbers : [...numbers, bigint];
}

/** Ascending order of ids: numbers and bigints by value, then strings by code unit. */
export function compareIds(a: Id, b: Id): number {
  const isText = typeof a === "string";
  if (isText !== (typeof b === "string")) return isText ? 1 : -1;
  if (a < b) return -1;
  if (a > b) return 1;
  return typeof a === typeof b ? 0 : typeof a === "number" ? -1 : 1; // 1 stands before 1n
}
