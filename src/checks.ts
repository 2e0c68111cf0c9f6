/** Checks of options: each names the option, the bound and the value. */

import { ConfigError, words } from "./errors.js";

/** An integer ≥ `least` (≤ `most`). */
export function checkInteger(path: string, value: unknown, least: number, most?: number): void {
  const fits = Number.isSafeInteger(value) && (value as number) >= least;
  if (fits && (most === undefined || (value as number) <= most)) return;
  const bound = most === undefined ? `≥ ${least}` : `from ${least} to ${most}`;
  throw new ConfigError(path, `an integer ${bound}`, value);
}

/** A finite number in [least, most), or [least, most] when `closed`. */
export function checkNumber(
  path: string,
  value: unknown,
  least: number,
  most: number = Number.POSITIVE_INFINITY,
  closed = false,
): void {
  const number = value as number;
  const below = closed ? number <= most : number < most;
  if (typeof value === "number" && Number.isFinite(value) && value >= least && below) return;
  const bound =
    most === Number.POSITIVE_INFINITY ? `≥ ${least}` : `in [${least}, ${most}${closed ? "]" : ")"}`;
  throw new ConfigError(path, `a number ${bound}`, value);
}

export function checkBoolean(path: string, value: unknown): void {
  if (typeof value !== "boolean") throw new ConfigError(path, "true or false", value);
}

/** One of a few names. */
export function checkChoice(path: string, value: unknown, choices: readonly string[]): void {
  if (choices.includes(value as string)) return;
  const quoted = choices.map((choice) => JSON.stringify(choice));
  throw new ConfigError(path, `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`, value);
}

/** No name but the known ones; a misspelt option would silently do nothing. */
export function checkNames(options: object, known: readonly string[], what: string): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw new ConfigError(
      name,
      `one of the ${what} options: ${known.join(", ")}`,
      words("an unknown name"),
    );
  }
}

/** The given options over their defaults; `undefined` counts as not given. */
export function withDefaults<T extends object>(defaults: T, given: Partial<T>): T {
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(set) };
}
