/** A column of times: numbers in a unit that all of them tell, or ISO 8601. */

import { FormatError, words } from "../../errors.js";
import type { Rows } from "./rows.js";
import { iso8601At, numberAt, type TimeUnit, UNITS_PER_SECOND } from "./times.js";

/** Smaller numbers may count anything from anywhere, and tell no unit. */
const TELLING = 1e8;
const DAY = 86_400;
const UNITS: readonly TimeUnit[] = ["seconds", "milliseconds", "microseconds", "nanoseconds"];

export class TimeColumn {
  readonly #comma: boolean;
  kind: "number" | "ISO 8601" | undefined;
  /** Times that can only be of each unit, and the line of the first. */
  readonly #counts: number[] = [0, 0, 0, 0];
  readonly #lines: number[] = [0, 0, 0, 0];
  #hasZone = false;
  #lacksZone = false;
  /** Whether all numbers so far look like yyyymmdd, or yyyymmddhhmmss; undefined before the first. */
  #areDays: boolean | undefined;
  #areMoments: boolean | undefined;

  /** @param comma whether a comma may stand for the decimal point */
  constructor(comma: boolean) {
    this.#comma = comma;
  }

  /** Whether a time named its zone; those that do not are taken as UTC. */
  get hasZone(): boolean {
    return this.#hasZone;
  }

  /** Whether a time named none. */
  get lacksZone(): boolean {
    return this.#lacksZone;
  }

  /** Whether all times are numbers that look like yyyymmdd. */
  get areCompactDays(): boolean {
    return this.#areDays === true;
  }

  /** The time in the cell that `rows` is at, as it stands there; NaN when it is none. */
  read(rows: Rows, row: number): number {
    if (this.kind === undefined) {
      this.kind = Number.isNaN(this.#number(rows)) ? "ISO 8601" : "number";
      const value = this.read(rows, row);
      if (Number.isNaN(value)) this.kind = undefined;
      return value;
    }
    if (this.kind === "ISO 8601") {
      const { bytes, begin, end } = rows;
      const last = bytes[end - 1]!;
      if (last > 57 || (end - begin > 16 && hasOffset(bytes, end))) this.#hasZone = true;
      else this.#lacksZone = true;
      return iso8601At(bytes, begin, end);
    }
    const value = this.#number(rows);
    this.note(value, rows, row);
    return value;
  }

  /** What a number tells of the unit. */
  note(value: number, rows: Rows, row: number): void {
    if (this.#areDays !== false) this.#areDays = isDay(value);
    if (this.#areMoments !== false) this.#areMoments = isMoment(value);
    const size = Math.abs(value);
    if (size >= TELLING) {
      const unit = size < 1e11 ? 0 : size < 1e14 ? 1 : size < 1e17 ? 2 : 3;
      if (this.#counts[unit]!++ === 0) this.#lines[unit] = rows.lineOf(row);
    }
  }

  #number(rows: Rows): number {
    const { number } = rows;
    if (!Number.isNaN(number)) return number;
    return numberAt(rows.bytes, rows.begin, rows.end, this.#comma);
  }

  /** What an error says that it expected. */
  get expected(): string {
    if (this.kind === undefined) return "a number or an ISO 8601 time";
    return this.kind === "number" ? "a number" : "an ISO 8601 time";
  }

  /** The unit of numbers. @throws FormatError when there are two */
  unit(table: string): TimeUnit {
    const told = [0, 1, 2, 3].filter((unit) => this.#counts[unit]! > 0);
    const [most = 0, other] = told.sort((a, b) => this.#counts[b]! - this.#counts[a]!);
    if (other !== undefined) {
      throw new FormatError(
        `${table}, line ${this.#lines[other]}`,
        `times of one unit, ${UNITS[most]} as in line ${this.#lines[most]}`,
        words(UNITS[other]!),
        "Mend the file, or tell the unit of all times with `timeUnit`.",
      );
    }
    if (this.#areMoments) {
      throw new FormatError(
        `${table}, line ${this.#lines[most]}`,
        "Unix times",
        words("dates without separators, yyyymmddhhmmss"),
        "Write them as 2024-12-31T10:15:00, or tell the unit of all times with `timeUnit`.",
      );
    }
    return UNITS[most]!;
  }

  /** The unit of the times: the one that is given, unless they are dates. */
  unitOf(given: TimeUnit | undefined, table: string): TimeUnit | "ISO 8601" {
    return this.kind === "ISO 8601" ? "ISO 8601" : (given ?? this.unit(table));
  }

  /** Makes seconds of what was read. Returns the unit. */
  toSeconds(
    times: Float64Array,
    given: TimeUnit | undefined,
    table: string,
  ): TimeUnit | "ISO 8601" {
    const unit = this.unitOf(given, table);
    const perSecond = unit === "ISO 8601" ? 1 : UNITS_PER_SECOND[unit];
    if (perSecond > 1) for (let i = 0; i < times.length; ++i) times[i]! /= perSecond;
    return unit;
  }
}

/** Whether all of these seconds are the begin of a day: then they order nothing within one. */
export function areDates(times: Float64Array): boolean {
  let isLater = false;
  for (let i = 0; i < times.length; ++i) {
    if (times[i]! % DAY !== 0) return false;
    if (Math.abs(times[i]!) >= TELLING) isLater = true;
  }
  return isLater;
}

/** …+02, …+0200 or …+02:00 */
function hasOffset(bytes: Uint8Array, end: number): boolean {
  return isSign(bytes[end - 3]) || isSign(bytes[end - 5]) || isSign(bytes[end - 6]);
}

function isSign(byte: number | undefined): boolean {
  return byte === 43 || byte === 45;
}

/** yyyymmdd of this time and the last. */
function isDay(value: number): boolean {
  if (!(value >= 19_700_101 && value <= 21_001_231) || !Number.isInteger(value)) return false;
  const [month, day] = [Math.floor(value / 100) % 100, value % 100];
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/** yyyymmddhhmmss; as milliseconds it would be a year after 2594. */
function isMoment(value: number): boolean {
  const clock = value % 1e6;
  return (
    isDay(Math.floor(value / 1e6)) && clock % 100 < 60 && clock < 240_000 && clock % 1e4 < 6000
  );
}

/** What to do where a time is none that is read. */
export function remedyFor(found: string): string {
  return /^\d{1,2}:\d\d(:\d\d([.,]\d+)?)?$/.test(found)
    ? "A time of day needs its date: join the two columns into one, as 2024-12-31T10:15:00."
    : "Write times as 2024-12-31T10:15:00Z or in Unix time.";
}
