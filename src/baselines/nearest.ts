/** Finds the name that was probably meant. */

import { ConfigError, words } from "../errors.js";

/** A sentence that names the nearest of the names; undefined where none is near. */
export function nearestOf(given: unknown, names: readonly string[]): string | undefined {
  if (typeof given !== "string" || given.length > 60) return undefined;
  const far = (name: string): number => distance(given.toLowerCase(), name.toLowerCase());
  const [best = ""] = names.toSorted((a, b) => far(a) - far(b));
  return far(best) <= Math.max(2, best.length / 3) ? `Did you mean "${best}"?` : undefined;
}

/** Throws ConfigError at the first name that is not known, naming the nearest. */
export function refuseUnknown(options: object, known: readonly string[], what: string): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const expected = `one of the ${what} options${known.length > 0 ? `: ${known.join(", ")}` : ", which has none"}`;
    throw new ConfigError(name, expected, words("an unknown name"), nearestOf(name, known));
  }
}

/** Letters to put in, take out or change, to make one text the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; ++i) {
    const next = [i];
    for (let j = 1; j <= b.length; ++j) {
      const changed = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, changed));
    }
    row = next;
  }
  return row[b.length]!;
}
