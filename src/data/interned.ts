/** Distinct strings of a column, kept once each. */

/**
 * A string that keeps nothing else alive: a field is a window into its piece of the file and would
 * keep all of that (V8 from 13 characters on).
 */
export function ownCopy(text: string): string {
  return text.length < 13 ? text : text.split("").join("");
}

/** The place of `text` in `known`, in order of first appearance; it is put there when it is new. */
export function placeOf(known: Map<string, number>, text: string): number {
  const place = known.get(text);
  if (place !== undefined) return place;
  known.set(ownCopy(text), known.size);
  return known.size - 1;
}
