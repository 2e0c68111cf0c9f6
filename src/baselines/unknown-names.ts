/** Refuses names that are not known, and tells which one was probably meant. */

import { ConfigError, words } from "../errors.js";
import { nearest } from "../nearest.js";

/** A sentence that names the nearest of the names; undefined where there is none. */
export function nearestOf(given: unknown, names: readonly string[]): string | undefined {
  if (typeof given !== "string" || names.length === 0) return undefined;
  return `Did you mean "${nearest(given, names)}"?`;
}

/** Throws ConfigError at the first name that is not known, naming the nearest. */
export function refuseUnknown(options: object, known: readonly string[], what: string): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const all = known.length > 0 ? `: ${known.join(", ")}` : ", which has none";
    const expected = `one of the ${what} options${all}`;
    throw new ConfigError(name, expected, words("an unknown name"), nearestOf(name, known));
  }
}
