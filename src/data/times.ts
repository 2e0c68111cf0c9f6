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
