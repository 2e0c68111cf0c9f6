/** Where the target stands among the scores, and the best of them. */

/**
 * How many scores beat the target's, and how many others equal it. A score that is NaN counts as
 * greater, so that a broken model cannot look good.
 */
export function countRank(
  scores: ArrayLike<number>,
  target: number,
): { greater: number; equal: number } {
  let greater = 0;
  let equal = 0;
  for (let i = 0; i < scores.length; ++i) {
    if (i === target) continue;
    if (scores[i]! > scores[target]! || Number.isNaN(scores[i]!)) greater++;
    else if (scores[i] === scores[target]) equal++;
  }
  return { greater, equal };
}

/** The `count` best, highest score first; among equal scores the smaller index first. */
export function topItems(scores: ArrayLike<number>, count: number): number[] {
  return Array.from({ length: scores.length }, (_, i) => i)
    .sort((a, b) => scores[b]! - scores[a]! || a - b)
    .slice(0, count);
}
