/** Checks of options and arguments: each names the place, what is expected and the value. */

import { ConfigError, cut, words } from "./errors.js";
import { near } from "./nearest.js";

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
  if (typeof value === "number" && Number.isFinite(value)) {
    const below = closed ? value <= most : value < most;
    if (value >= least && below) return;
  }
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

/** An object that is no array; `expected` says which one. */
export function checkObject(path: string, value: unknown, expected: string): void {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return;
  throw new ConfigError(path, expected, value);
}

/** Made by a class of this library. */
export function checkInstance(
  path: string,
  value: unknown,
  kind: { [Symbol.hasInstance](value: unknown): boolean },
  expected: string,
): void {
  if (!kind[Symbol.hasInstance](value)) throw new ConfigError(path, expected, value);
}

/**
 * A view of bytes. They may come from another realm (a frame, the sandbox of a test), which has other classes.
 *
 * @throws ConfigError when the value is neither a Uint8Array nor an ArrayBuffer
 */
export function checkedBytes(
  path: string,
  value: unknown,
  expected: string,
): Uint8Array<ArrayBuffer> {
  const bytes = asBytes(value);
  if (!bytes) throw new ConfigError(path, expected, value);
  return bytes;
}

/** The same, undefined where the value is something else. */
export function asBytes(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  const kind = Object.prototype.toString.call(value);
  if (ArrayBuffer.isView(value) && kind === "[object Uint8Array]") {
    return new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength);
  }
  return kind === "[object ArrayBuffer]" ? new Uint8Array(value as ArrayBuffer) : undefined;
}

/** An iterable object. A string is refused: it is a list of letters, which no caller means. */
export function checkList(path: string, value: unknown, what: string): void {
  if (typeof value === "object" && value !== null && Symbol.iterator in value) return;
  const remedy = typeof value === "string" ? "Put it into an array." : undefined;
  throw new ConfigError(path, `a list of ${what}`, value, remedy);
}

/** A list or a typed array of numbers. */
export function checkNumbers(path: string, value: unknown): void {
  const isNumber = (x: unknown): boolean => typeof x === "number";
  if (Array.isArray(value) && value.every(isNumber)) return;
  // All elements of a typed array are of one kind.
  const isTyped = ArrayBuffer.isView(value) && !(value instanceof DataView);
  if (isTyped && [...(value as Float32Array).subarray(0, 1)].every(isNumber)) return;
  throw new ConfigError(path, "a list of numbers", value);
}

/** A function, or none. */
export function checkFunction(path: string, value: unknown): void {
  if (value === undefined || typeof value === "function") return;
  throw new ConfigError(path, "a function", value);
}

/** An AbortSignal, or none. */
export function checkSignal(value: unknown): void {
  if (value === undefined || value instanceof AbortSignal) return;
  throw new ConfigError("signal", "an AbortSignal", value);
}

/** Only known names: a misspelt option would silently do nothing. */
export function checkNames(options: object, known: readonly string[], what: string): void {
  if (typeof options === "number" && known.includes("count")) {
    const remedy = `Pass \`{ count: ${options} }\`.`;
    throw new ConfigError(`${what} options`, "an object", options, remedy);
  }
  checkObject(`${what} options`, options, "an object");
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const guess = near(name, known);
    const expected = `one of the ${cut(what)} options: ${known.join(", ") || "none"}`;
    const remedy = guess && `Did you mean "${guess}"?`;
    throw new ConfigError(name, expected, words("an unknown name"), remedy);
  }
}

/** The given options over their defaults; `undefined` counts as not given. */
export function withDefaults<T extends object>(defaults: T, given: Partial<T>): T {
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(set) };
}

/** The options and copies of their lists, which nobody can change. */
export function frozen<T extends object>(options: T): T {
  const entries = Object.entries(options).map(([name, value]) => {
    return [name, Array.isArray(value) ? Object.freeze([...value]) : value] as const;
  });
  return Object.freeze(Object.fromEntries(entries)) as T;
}
