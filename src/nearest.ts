/** The name that was probably meant by one that is not known, for the remedy of an error. */

/** Letters that are compared: what is given may be of any length. */
const COMPARED = 40;

/**
 * The known name that takes the fewest changes of letters; case and separators count for nothing. `lr` are
 * the initials of `learning_rate`: no change.
 */
export function nearest(name: string, known: readonly string[]): string {
  return closest(name, known).known;
}

/** The same where at most a third of the letters change; else undefined. */
export function near(name: string, known: readonly string[]): string | undefined {
  const found = closest(name, known);
  return 3 * found.changes <= name.length ? found.known : undefined;
}

function closest(
  name: string,
  known: readonly string[],
): { readonly known: string; readonly changes: number } {
  const given = plain(name.slice(0, COMPARED));
  const counts = known.map((other) =>
    given === initials(other) ? 0 : changes(given, plain(other)),
  );
  const least = Math.min(...counts);
  return { known: known[counts.indexOf(least)]!, changes: least };
}

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

const initials = (name: string): string =>
  name.replace(/(?<=[a-z])[a-z]+|[^a-zA-Z]/g, "").toLowerCase();

/** Letters to insert, to leave out or to replace (Levenshtein 1966). */
function changes(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; ++i) {
    const next = [i];
    for (let j = 1; j <= b.length; ++j) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
