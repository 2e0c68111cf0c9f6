/** When the weights are copied while a model learns: at 0, at doubling counts of clicks, and after each pass. */

const FIRST = 1000;

/** @param pairs clicks of a pass that are learned from */
export function moments(pairs: number, passes: number): number[] {
  const counts = new Set([0]);
  for (let count = FIRST; count < pairs * passes; count *= 2) counts.add(count);
  for (let pass = 1; pass <= passes; ++pass) counts.add(pass * pairs);
  return [...counts].sort((a, b) => a - b);
}
