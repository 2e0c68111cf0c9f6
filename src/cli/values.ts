/** Option values from their text on the command line. Ranges are checked by the library, kinds here. */
import { ConfigError } from "../index.js";

/**
 * - `text`: as it stands
 * - `number`: any finite number; `numbers`: several, between commas
 * - `positive`: a number > 0; `count`: an integer ≥ 1 (options that the library never sees)
 * - `share`: a number in (0, 1], or a fraction like `1/64`
 * - `threads`: `"auto"` or an integer ≥ 0
 * - `delimiter`: `"tab"`, `"\\t"` or the characters themselves
 * - `ids`: item ids between commas; giving the option again adds to them
 * - `words`: several, between commas
 * - `duration`: `30m`, `1h`, `45s`, `2d`, seconds, or `"none"`; becomes seconds
 * - `bytes`: `2GB`, `512MB`; becomes their number
 * - `flag`: no value
 */
export type ValueKind =
  | "text"
  | "number"
  | "numbers"
  | "positive"
  | "count"
  | "share"
  | "threads"
  | "delimiter"
  | "ids"
  | "words"
  | "duration"
  | "bytes"
  | "flag";

/**
 * The value that `text` means.
 *
 * @param flag    named by the error, e.g. `"--layers"`
 * @param before  the value so far if the option was given already
 * @throws ConfigError when `text` is of another kind
 */
export function parseValue(kind: ValueKind, flag: string, text: string, before: unknown): unknown {
  switch (kind) {
    case "number":
      return numberOf(flag, "a number", text);
    case "numbers":
      return text.split(",").map((part) => numberOf(flag, "numbers between commas", part, text));
    case "positive": {
      const value = numberOf(flag, "a number > 0", text);
      if (value > 0) return value;
      throw new ConfigError(flag, "a number > 0", value);
    }
    case "count":
      return integerOf(flag, 1, text);
    case "share": {
      const [over, under = "1", ...more] = text.split("/");
      const [a, b] = [over!, under].map((part) => numberOf(flag, SHARE, part, text));
      if (more.length === 0 && a! > 0 && a! <= b!) return a! / b!;
      throw new ConfigError(flag, SHARE, text);
    }
    case "threads":
      if (text === "auto") return text;
      return integerOf(flag, 0, text);
    case "delimiter":
      if (text === "") throw new ConfigError(flag, '"tab" or a character', text);
      return text === "tab" || text === "\\t" ? "\t" : text;
    case "ids":
      if (text.trim() === "") throw new ConfigError(flag, "item ids between commas", text);
      return [...(Array.isArray(before) ? before : []), text];
    case "words":
      return text.split(",");
    case "duration":
      return text === "none" ? text : secondsOf(flag, text);
    case "bytes":
      return bytesOf(flag, text);
    default:
      return text;
  }
}

function bytesOf(flag: string, text: string): number {
  const [, digits = "", unit = ""] = /^([\d.]+) ?([MG])B$/i.exec(text) ?? [];
  const value = numberOf(flag, "a size like 2GB or 800MB", digits, text);
  return value * (unit.toUpperCase() === "G" ? 1e9 : 1e6);
}

const SHARE = "a share like 1/64 or 0.1, at most 1";

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function secondsOf(flag: string, text: string): number {
  const unit = SECONDS[text.slice(-1)];
  const expected = "a time like 30m, 1h, 45s or 2d, or none";
  const value = numberOf(flag, expected, unit === undefined ? text : text.slice(0, -1), text);
  return value * (unit ?? 1);
}

function integerOf(flag: string, least: number, text: string): number {
  const expected = `an integer ≥ ${least}`;
  const value = numberOf(flag, expected, text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new ConfigError(flag, expected, value);
}

function numberOf(flag: string, expected: string, part: string, whole: string = part): number {
  const value = part.trim() === "" ? Number.NaN : Number(part);
  if (Number.isFinite(value)) return value;
  throw new ConfigError(flag, expected, whole);
}
