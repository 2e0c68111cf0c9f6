/** Errors for mistakes that plain JavaScript can make with a model and that types would show. */

import { ConfigError, words } from "../errors.js";

/**
 * Ends a constructor that was not called by the class itself.
 *
 * @param weights the last argument, which only this library can make
 * @param makers  what the user calls instead
 */
export function checkMade(
  name: string,
  weights: unknown,
  kind: { [Symbol.hasInstance](value: unknown): boolean },
  makers: string,
): void {
  if (kind[Symbol.hasInstance](weights)) return;
  throw new ConfigError(name, makers, words(`new ${name}(…)`));
}

/** JSON has no place for weights: it would give the options alone. */
export function refuseJson(name: string): never {
  const remedy = "JSON holds no weights: save them with `toBytes()`.";
  throw new ConfigError(name, "to be saved as bytes", words("JSON.stringify(…)"), remedy);
}
