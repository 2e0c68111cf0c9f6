/** Popularity-proportional negative sampling (Hidasi & Karatzoglou 2018, §3.1), with replacement. */

/** cdf_k = Σ_{m≤k} support_m^α / Σ support^α, the last entry exactly 1. */
export function samplingCdf(support: ArrayLike<number>, alpha: number): Float64Array {
  const cdf = new Float64Array(support.length);
  let sum = 0;
  for (let i = 0; i < support.length; ++i) {
    sum += support[i]! ** alpha;
    cdf[i] = sum;
  }
  for (let i = 0; i < support.length; ++i) cdf[i]! /= sum;
  cdf[support.length - 1] = 1;
  return cdf;
}

/** The first item with cdf > u, for u in [0, 1). */
export function drawItem(cdf: ArrayLike<number>, u: number): number {
  for (let i = 0; i < cdf.length; ++i) if (cdf[i]! > u) return i;
  return cdf.length - 1;
}
