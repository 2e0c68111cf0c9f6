/** A first-order Markov chain as its definition: f64[items, items], how often one item came directly after another. */

/** @param sessions rows of items, click by click */
export function transitions(sessions: readonly (readonly number[])[], items: number): number[][] {
  const counts = Array.from({ length: items }, () => new Array<number>(items).fill(0));
  for (const session of sessions) {
    for (let click = 1; click < session.length; ++click) {
      counts[session[click - 1]!]![session[click]!]! += 1;
    }
  }
  return counts;
}

/** Share of the clicks after `item` that were each of the items; 0 where none came. */
export function chances(counts: readonly (readonly number[])[], item: number): number[] {
  const sum = counts[item]!.reduce((sum, count) => sum + count, 0);
  return counts[item]!.map((count) => (sum > 0 ? count / sum : 0));
}
