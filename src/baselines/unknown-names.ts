/** Tells which name was probably meant. */

import { nearest } from "../nearest.js";

/** A sentence that names the nearest of the names; undefined where there is none. */
export function nearestOf(given: unknown, names: readonly string[]): string | undefined {
  if (typeof given !== "string" || names.length === 0) return undefined;
  return `Did you mean "${nearest(given, names)}"?`;
}
