/**
 * The distribution of negative samples: item k with probability ∝ support_k^α (Hidasi & Karatzoglou
 * 2018, §3.1), as a table for Walker's alias method (Vose 1991), which assembly/sampling.ts reads.
 */

import { ln, pow } from "../portable-math.js";

/** Items that are gone through between two turns of the event loop: about a millisecond's worth. */
const PIECE = 2 ** 14;

export interface AliasTable {
  /** u32[items]: a word below it takes the item of the column. */
  readonly coin: Uint32Array;
  /** i32[items]: the item otherwise. */
  readonly alias: Int32Array;
}

/**
 * @param support events per item
 * @param alpha   0 draws uniformly, 1 by popularity
 */
export function* aliasTable(support: Int32Array, alpha: number): Generator<void, AliasTable> {
  const n = support.length;
  const share = yield* powers(support, alpha);
  const total = share.reduce((sum, weight) => sum + weight, 0);
  const coin = new Uint32Array(n).fill(0xffffffff);
  const alias = new Int32Array(n);
  for (let item = 0; item < n; ++item) {
    // No item has support: all are drawn alike.
    share[item] = total > 0 ? (share[item]! * n) / total : 1;
    alias[item] = item;
    if (item % PIECE === 0) yield;
  }

  // Two stacks in one list: items of small shares from its beginning, of large ones from its end.
  const stacks = new Int32Array(n);
  let [small, large] = [0, n];
  const push = (item: number): void => {
    stacks[share[item]! < 1 ? small++ : --large] = item;
  };
  for (let item = 0; item < n; ++item) push(item);
  yield;
  for (let round = 1; small > 0 && large < n; ++round) {
    const poor = stacks[--small]!;
    const rich = stacks[large++]!;
    coin[poor] = Math.min(0xffffffff, Math.round(share[poor]! * 2 ** 32));
    alias[poor] = rich;
    share[rich] = share[rich]! - (1 - share[poor]!);
    push(rich);
    if (round % PIECE === 0) yield;
  }
  return { coin, alias };
}

/** support^α in f64; equal supports are computed once. */
function* powers(support: Int32Array, alpha: number): Generator<void, Float64Array> {
  const known = new Map<number, number>();
  const powers = new Float64Array(support.length);
  for (let item = 0; item < support.length; ++item) {
    const count = support[item]!;
    const power = known.get(count) ?? pow(count, alpha);
    known.set(count, power);
    powers[item] = power;
    if (item % PIECE === 0) yield;
  }
  return powers;
}

/** What GRU4Rec's training reads: the table, and f32[items] ln support for the logQ correction. */
export function* drawsOf(
  support: Int32Array,
  alpha: number,
): Generator<void, { coin: Uint32Array; alias: Int32Array; lnSupport: Float32Array }> {
  const table = yield* aliasTable(support, alpha);
  const lnSupport = new Float32Array(support.length);
  for (let item = 0; item < support.length; ++item) {
    // Items without support are never drawn; as a target one counts as seen once.
    lnSupport[item] = ln(Math.max(1, support[item]!));
    if (item % PIECE === 0) yield;
  }
  return { ...table, lnSupport };
}
