/** The name that was probably meant by one that is not known, for the remedy of an error. */

/** Letters that are compared: what is given may be of any length. */
const COMPARED = 40;

/**
 * The known name that takes the fewest changes of letters; case and separators count for nothing. `lr` are
 * the initials of `learning_rate`: no change.
 */
export function nearest(name: string, known: readonly string[]): string {
  const given = plain(name);
  const isShort = (other: string): boolean => initials(other) === given;
  return known.find(isShort) ?? near(name, known, Number.POSITIVE_INFINITY)!;
}

/** The same without initials, where at most a third of the letters change; else undefined. */
export function near(
  name: string,
  known: readonly string[],
  most: number = name.length / 3,
): string | undefined {
  const given = plain(name);
  let found: string | undefined;
  for (const other of known) {
    const count = changes(given, plain(other));
    if (count <= most) [found, most] = [other, count - 1];
  }
  return found;
}

const plain = (name: string): string => name.slice(0, COMPARED).toLowerCase().replace(/\W|_/g, "");

const initials = (name: string): string => plain(name.replace(/(?<=[a-z])[a-z]+/g, ""));

/** Letters to insert, to leave out or to replace (Levenshtein 1966). */
function changes(a: string, b: string): number {
  const row = [0, ...b].map((_, j) => j);
  for (const letter of a) {
    let before = row[0]!++;
    for (let j = 0; j < b.length; ) {
      const kept = letter === b[j] ? before : before + 1;
      const left = row[j++]! + 1;
      before = row[j]!;
      row[j] = Math.min(kept, left, before + 1);
    }
  }
  return row[b.length]!;
}
