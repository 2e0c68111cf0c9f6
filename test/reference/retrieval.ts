/** The loss of the retrieval task as plain f64 loops: scores first, all of them. */

export interface RetrievalCase {
  /** f64[M, W] and f64[N, W], row-major; candidate b is query b's own. */
  readonly queries: ArrayLike<number>;
  readonly candidates: ArrayLike<number>;
  readonly M: number;
  readonly N: number;
  readonly W: number;
  readonly temperature?: number;
  /** Probability of each candidate to be in a batch. */
  readonly probability?: ArrayLike<number>;
  /** Item of each candidate: negatives that are the query's own item do not count. */
  readonly items?: ArrayLike<number>;
  /** Whether a query is not compared with a candidate; its own always counts. */
  readonly masked?: (query: number, candidate: number) => boolean;
  readonly hardNegatives?: number;
  /** Weight of each query's loss. */
  readonly weights?: ArrayLike<number>;
}

export interface RetrievalResult {
  /** Sum of the weighted losses. */
  readonly loss: number;
  /** Loss of each query, not weighted. */
  readonly losses: Float64Array;
  readonly dQueries: Float64Array;
  readonly dCandidates: Float64Array;
}

/** Scores of one query, −∞ where a candidate does not count. */
function scoresOf(c: RetrievalCase, b: number): number[] {
  const { queries, candidates, N, W, temperature = 1 } = c;
  const scores = Array.from({ length: N }, (_, j) => {
    let sum = 0;
    for (let k = 0; k < W; ++k) sum += queries[b * W + k]! * candidates[j * W + k]!;
    const q = c.probability?.[j];
    const correction = q === undefined ? 0 : Math.log(Math.min(1, Math.max(1e-6, q)));
    return sum / temperature - correction;
  });
  for (let j = 0; j < N; ++j) {
    if (j !== b && c.items && c.items[j] === c.items[b]) scores[j] = Number.NEGATIVE_INFINITY;
    if (j !== b && c.masked?.(b, j)) scores[j] = Number.NEGATIVE_INFINITY;
  }
  if (!c.hardNegatives) return scores;
  const hardest = scores
    .map((score, j) => ({ score, j }))
    .filter(({ j }) => j !== b)
    .sort((x, y) => y.score - x.score || x.j - y.j)
    .slice(0, c.hardNegatives)
    .map(({ j }) => j);
  return scores.map((score, j) =>
    j === b || hardest.includes(j) ? score : Number.NEGATIVE_INFINITY,
  );
}

export function retrievalLoss(c: RetrievalCase): RetrievalResult {
  const { queries, candidates, M, N, W, temperature = 1, weights } = c;
  const losses = new Float64Array(M);
  const dQueries = new Float64Array(M * W);
  const dCandidates = new Float64Array(N * W);
  let loss = 0;
  for (let b = 0; b < M; ++b) {
    const scores = scoresOf(c, b);
    const highest = Math.max(...scores);
    const e = scores.map((score) => Math.exp(score - highest));
    const total = e.reduce((sum, x) => sum + x, 0);
    losses[b] = highest + Math.log(total) - scores[b]!;
    const weight = weights?.[b] ?? 1;
    loss += weight * losses[b]!;
    for (let j = 0; j < N; ++j) {
      const d = (weight * (e[j]! / total - (j === b ? 1 : 0))) / temperature;
      for (let k = 0; k < W; ++k) {
        dQueries[b * W + k]! += d * candidates[j * W + k]!;
        dCandidates[j * W + k]! += d * queries[b * W + k]!;
      }
    }
  }
  return { loss, losses, dQueries, dCandidates };
}
