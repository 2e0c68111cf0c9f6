/** Times of click logs, as numbers in any unit or as ISO 8601 text. All become seconds. */

/** What a numeric time counts. */
export type TimeUnit = "seconds" | "milliseconds" | "microseconds" | "nanoseconds";

/** How many of a unit make a second. */
export const UNITS_PER_SECOND: Readonly<Record<TimeUnit, number>> = {
  seconds: 1,
  milliseconds: 1e3,
  microseconds: 1e6,
  nanoseconds: 1e9,
};

const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;

/**
 * YYYY-MM-DD, then optionally hh:mm[:ss[.fraction]] after T or a space, then optionally Z, UTC, GMT
 * or an offset.
 */
const ISO_8601 = new RegExp(
  [
    /^\s*(\d{4})-(\d\d)-(\d\d)/,
    /(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?/,
    /(?: ?(?:[Zz]|UTC|GMT|([+-])(\d\d):?(\d\d)?))?\s*$/,
  ]
    .map((part) => part.source)
    .join(""),
);

/** A decimal number, or NaN. Unlike `Number`, empty text and hexadecimal are none. */
export function parseNumber(text: string): number {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : Number.NaN;
}

/** Unix seconds of an ISO 8601 time, or NaN. Without a zone it is read as UTC. */
export function parseIso8601(text: string): number {
  const found = ISO_8601.exec(text);
  if (!found) return Number.NaN;
  const at = (group: number): number => Number(found[group] ?? 0);
  const [year, month, day, hour, minute, second] = [at(1), at(2), at(3), at(4), at(5), at(6)];
  if (hour > 23 || minute > 59 || second > 60) return Number.NaN; // 60 is a leap second

  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day);
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return Number.NaN;

  const fraction = found[7] === undefined ? 0 : Number(`0.${found[7]}`);
  const offset = (found[8] === "-" ? -60 : 60) * (at(9) * 60 + at(10));
  return midnight.getTime() / 1000 + hour * 3600 + minute * 60 + second + fraction - offset;
}

/**
 * The unit of numeric times, from the largest of them: beyond 10¹¹ they are milliseconds (in
 * seconds that would be the year 5138), beyond 10¹⁴ microseconds, beyond 10¹⁷ nanoseconds.
 */
export function guessTimeUnit(largest: number): TimeUnit {
  if (largest > 1e17) return "nanoseconds";
  if (largest > 1e14) return "microseconds";
  return largest > 1e11 ? "milliseconds" : "seconds";
}

const POWERS: Float64Array = Float64Array.from({ length: 16 }, (_, n) => 10 ** n);
const decoder = new TextDecoder();

/**
 * `parseNumber` of bytes, without making text where there are at most 15 digits.
 *
 * @param comma whether a comma may stand for the decimal point
 */
export function numberAt(bytes: Uint8Array, begin: number, end: number, comma: boolean): number {
  const isNegative = bytes[begin] === 45;
  let value = 0;
  let decimals = -1;
  let i = isNegative ? begin + 1 : begin;
  if (end - i > 16 || i === end) return slowNumber(bytes, begin, end, comma);
  for (; i < end; ++i) {
    const digit = bytes[i]! - 48;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      if (decimals >= 0) decimals++;
    } else if (decimals < 0 && (digit === -2 || (comma && digit === -4))) decimals = 0;
    else return slowNumber(bytes, begin, end, comma);
  }
  // Both are exact below 2⁵³, so the quotient is the number that is nearest.
  if (value > Number.MAX_SAFE_INTEGER || decimals === end - begin - 1) {
    return slowNumber(bytes, begin, end, comma);
  }
  if (decimals > 0) value /= POWERS[decimals]!;
  return isNegative ? -value : value;
}

function slowNumber(bytes: Uint8Array, begin: number, end: number, comma: boolean): number {
  const text = decoder.decode(bytes.subarray(begin, Math.min(end, begin + 1000)));
  return parseNumber(comma ? text.replace(/^([+-]?\d*),(\d+)$/, "$1.$2") : text);
}

/** `parseIso8601` of bytes; yyyy-mm-dd hh:mm:ss.fff, which logs mostly have, without making text. */
export function iso8601At(bytes: Uint8Array, begin: number, end: number): number {
  const length = end - begin;
  const at = (place: number): number => bytes[begin + place]!;
  const separator = length > 10 ? at(10) : 0;
  const isUsual =
    length >= 19 &&
    length <= 32 &&
    at(4) === 45 &&
    at(7) === 45 &&
    (separator === 32 || separator === 84) &&
    at(13) === 58 &&
    at(16) === 58;
  if (!isUsual) return slowIso8601(bytes, begin, end);
  const two = (place: number): number => digits(bytes, begin + place, 2);
  const year = digits(bytes, begin, 4);
  const [month, day, hour, minute, second] = [two(5), two(8), two(11), two(14), two(17)];
  let i = begin + 19;
  let fraction = 0;
  if (i < end && bytes[i] === 46) {
    let decimals = 0;
    for (i++; i < end && bytes[i]! >= 48 && bytes[i]! <= 57 && decimals < 12; ++i, ++decimals) {
      fraction = fraction * 10 + bytes[i]! - 48;
    }
    if (decimals === 0) return Number.NaN;
    fraction /= POWERS[decimals]!;
  }
  const isUtc = i === end || (bytes[i] === 90 && i + 1 === end);
  const isOrdinary =
    year >= 1600 && month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour < 24 && minute < 60;
  if (!isUtc || !isOrdinary || !(second < 60)) return slowIso8601(bytes, begin, end);
  return daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second + fraction;
}

function slowIso8601(bytes: Uint8Array, begin: number, end: number): number {
  return parseIso8601(decoder.decode(bytes.subarray(begin, Math.min(end, begin + 100))));
}

/** NaN when one of them is no digit. */
function digits(bytes: Uint8Array, begin: number, count: number): number {
  let value = 0;
  for (let i = begin; i < begin + count; ++i) {
    const digit = bytes[i]! - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Gregorian calendar; a year is taken to begin in March, so that the leap day is its last. */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const century = Math.floor(shifted / 100);
  const leaps = Math.floor(shifted / 4) - century + Math.floor(century / 4);
  const monthDays = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5);
  return shifted * 365 + leaps + monthDays + day - 1 - 719_468;
}
