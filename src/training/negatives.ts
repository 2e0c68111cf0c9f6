/**
 * The distribution of negative samples: item k with probability ∝ support_k^α (Hidasi & Karatzoglou
 * 2018, §3.1), as a table for Walker's alias method (Vose 1991), which assembly/sampling.ts reads.
 */

import { pow } from "../portable-math.js";

export interface AliasTable {
  /** u32[items]: a word below it keeps the column's own item. */
  readonly coin: Uint32Array;
  /** u32[items]: the item otherwise. */
  readonly alias: Uint32Array;
}

/**
 * @param support events per item
 * @param alpha   0 draws uniformly, 1 by popularity
 */
export function aliasTable(support: Int32Array, alpha: number): AliasTable {
  const n = support.length;
  const weights = powers(support, alpha);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  // Nothing has support: then nothing tells the items apart.
  const share = weights.map((weight) => (total > 0 ? (weight * n) / total : 1));

  const coin = new Uint32Array(n).fill(0xffffffff);
  const alias = Uint32Array.from({ length: n }, (_, item) => item);
  const small: number[] = [];
  const large: number[] = [];
  for (let item = 0; item < n; ++item) (share[item]! < 1 ? small : large).push(item);
  while (small.length > 0 && large.length > 0) {
    const poor = small.pop()!;
    const rich = large.pop()!;
    coin[poor] = Math.min(0xffffffff, Math.round(share[poor]! * 2 ** 32));
    alias[poor] = rich;
    share[rich] = share[rich]! - (1 - share[poor]!);
    (share[rich]! < 1 ? small : large).push(rich);
  }
  return { coin, alias };
}

/** support^α in f64; equal supports are computed once. */
function powers(support: Int32Array, alpha: number): Float64Array {
  const known = new Map<number, number>();
  return Float64Array.from(support, (count) => {
    let power = known.get(count);
    if (power === undefined) {
      power = pow(count, alpha);
      known.set(count, power);
    }
    return power;
  });
}
