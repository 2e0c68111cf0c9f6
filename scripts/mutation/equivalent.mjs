/**
 * Mutants of the kernels that no test can tell from the original, and why. A mutant is known by its
 * file, the line that it changes and what it makes of it, so that lines may move.
 */

const EQUIVALENT = [];

/** Why this mutant is no wrong, or undefined. */
export function reasonOf(file, source, { was, now }) {
  const found = EQUIVALENT.find(
    (entry) =>
      entry.file === file &&
      source.includes(entry.line) &&
      (entry.was === undefined || entry.was === was) &&
      (entry.now === undefined || entry.now === now),
  );
  return found?.why;
}
