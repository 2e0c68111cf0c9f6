/**
 * The distribution of negative samples: item k with probability ∝ support_k^α (Hidasi & Karatzoglou
 * 2018, §3.1), as a table for Walker's alias method (Vose 1991), which assembly/sampling.ts reads.
 */

import { pow } from "../../portable-math.js";

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
  const share = powers(support, alpha);
  const total = share.reduce((sum, weight) => sum + weight, 0);
  // Nothing has support: then nothing tells the items apart.
  for (let item = 0; item < n; ++item) share[item] = total > 0 ? (share[item]! * n) / total : 1;

  const coin = new Uint32Array(n).fill(0xffffffff);
  const alias = Uint32Array.from({ length: n }, (_, item) => item);
  // Two stacks in one list: items of small shares from its beginning, of large ones from its end.
  const stacks = new Int32Array(n);
  let [small, large] = [0, n];
  const push = (item: number): void => {
    stacks[share[item]! < 1 ? small++ : --large] = item;
  };
  for (let item = 0; item < n; ++item) push(item);
  while (small > 0 && large < n) {
    const poor = stacks[--small]!;
    const rich = stacks[large++]!;
    coin[poor] = Math.min(0xffffffff, Math.round(share[poor]! * 2 ** 32));
    alias[poor] = rich;
    share[rich] = share[rich]! - (1 - share[poor]!);
    push(rich);
  }
  return { coin, alias };
}

/** support^α in f64; equal supports are computed once. */
function powers(support: Int32Array, alpha: number): Float64Array {
  const known = new Map<number, number>();
  const powers = new Float64Array(support.length);
  for (const [item, count] of support.entries()) {
    const power = known.get(count) ?? pow(count, alpha);
    known.set(count, power);
    powers[item] = power;
  }
  return powers;
}
