/**
 * Features of items in a step: makes the vector of each distinct item of a batch once, and the gradients of
 * its features. Both towers do this, each with its tables.
 *
 *     distinct items u ─ E ──────────────────────────→ x[u]  ←─ every click or candidate of the item
 *                      └ bag of u ─ F_title, weights ──┘ +
 *
 *     entries    one for each row in the bags of the batch's items: owner u, row, weight   (prepare)
 *     chains     entries by row (groupRows)
 *     back       dF[row] = Σ over the row's chain: weight · dx[owner], then a step of the row
 *
 * A row's sum has the order of its entries, whichever thread makes it.
 */

import type { Bags } from "../../data/item-features.js";
import type {
  FeatureShape,
  FeatureTable,
  TowerParameters,
} from "../../models/two-towers/parameters.js";
import type { Thread } from "../../threads/program.js";
import type { Arena, Tensor } from "../../wasm/arena.js";
import {
  groupRows,
  planSparse,
  type SparseUpdate,
  type TouchedRows,
  touchedSparse,
} from "../touched.js";

/** The bags of all items for one feature: assembly/bags.ts. */
export interface BagLists {
  /** u32[items + 2]: the last bag, of the unknown item, is empty. */
  readonly offsets: Tensor;
  readonly rows: Tensor;
  readonly weights: Tensor;
}

/** One feature of one tower. */
interface BagUpdate {
  readonly feature: FeatureTable;
  readonly lists: BagLists;
  /** u32, i32 and f32 of the batch's entries. */
  readonly owners: Tensor;
  readonly entryRows: Tensor;
  readonly entryWeights: Tensor;
  /** f32[distinct rows, width] */
  readonly gradient: Tensor;
  readonly update: SparseUpdate;
  /** i32[1]: distinct rows of the batch. */
  readonly count: Tensor;
}

/** One tower's embedding and features. */
export interface BagMemory {
  readonly tower: TowerParameters["query"] | TowerParameters["candidate"];
  /** Whether features stand beside the id: then rows are cleared before they are filled. */
  readonly isWider: boolean;
  readonly updates: readonly BagUpdate[];
}

export function planLists(
  arena: Arena,
  items: number,
  features: readonly FeatureShape[],
): BagLists[] {
  return features.map(({ entries }) => ({
    offsets: arena.plan(items + 2),
    rows: arena.plan(Math.max(1, entries)),
    weights: arena.plan(Math.max(1, entries)),
  }));
}

/** @param U distinct items that a batch has at most */
export function planBags(
  arena: Arena,
  tower: BagMemory["tower"],
  itemWidth: number,
  lists: readonly BagLists[],
  U: number,
): BagMemory {
  const plan = (...shape: number[]): Tensor => arena.plan(...shape);
  const updates = tower.features.map((feature, f): BagUpdate => {
    const { table, entries, longest } = feature;
    const n = Math.max(1, Math.min(entries, U * longest));
    const distinct = Math.min(n, table.rows);
    return {
      feature,
      lists: lists[f]!,
      count: plan(1),
      gradient: plan(distinct, table.width),
      owners: plan(n),
      entryRows: plan(n),
      entryWeights: plan(n),
      update: planSparse(arena, table, n, distinct),
    };
  });
  return { tower, isWider: itemWidth > tower.embedding.width, updates };
}

/** The lists as columns of a job, named by the number of the feature and the kind of list. */
export function bagColumns(lists: readonly BagLists[]): Record<string, Tensor> {
  const columns = lists.flatMap((list, f) =>
    Object.entries(list).map(([name, tensor]) => [`features ${f} ${name}`, tensor] as const),
  );
  return Object.fromEntries(columns);
}

/** The values of `bagColumns`: the bags of a catalogue, feature by feature. */
export function valuesOfBags(bags: readonly Bags[]): Record<string, Int32Array | Float32Array> {
  const columns = bags.flatMap(({ offsets: starts, rows, weights }, f) => {
    const offsets = new Int32Array(starts.length + 1);
    offsets.set(starts);
    offsets[starts.length] = rows.length;
    return Object.entries({ offsets, rows, weights }).map(
      ([name, values]) => [`features ${f} ${name}`, values] as const,
    );
  });
  return Object.fromEntries(columns);
}

/** Fills the addresses of the sums of distinct rows. They never change. */
export function prepareBags(arena: Arena, { updates }: BagMemory): void {
  for (const { gradient, feature, update } of updates) {
    arena.words(update.addresses).forEach((_, u, view) => {
      view[u] = gradient.ptr + 4 * feature.table.width * u;
    });
  }
}

export class ItemBags {
  readonly #thread: Thread;
  readonly #memory: BagMemory;
  readonly #prepare: readonly ((items: Int32Array, n: number) => void)[];
  readonly #counts: readonly Int32Array[];

  constructor(thread: Thread, memory: BagMemory) {
    this.#thread = thread;
    this.#memory = memory;
    this.#prepare = memory.updates.map((update) => preparer(thread, update));
    this.#counts = memory.updates.map(({ count }) => thread.arena.integers(count));
  }

  /** Lists the entries of the first n of these distinct items. One thread, before a barrier. */
  prepare(items: Tensor, n: number): void {
    const list = this.#thread.arena.integers(items);
    for (const prepare of this.#prepare) prepare(list, n);
  }

  /**
   * Vectors of items [begin, end) of a list.
   *
   * @param out f32[n, ld], ld the width of an item's vector
   * @param items address of i32[n]
   */
  vectors(out: number, ld: number, items: number, begin: number, end: number): void {
    const { kernels } = this.#thread;
    const { tower, isWider, updates } = this.#memory;
    const { ptr, stride, width } = tower.embedding;
    if (isWider) kernels.clearRows(out, ld, begin, end);
    kernels.gatherRows(out, ld, ptr, stride, items, width, begin, end);
    for (const { feature, lists } of updates) {
      const { table, place } = feature;
      // biome-ignore format: one call a line, against its signature
      kernels.addBags(out + 4 * place, ld, table.ptr, table.stride, items, lists.offsets.ptr, lists.rows.ptr, lists.weights.ptr, table.width, begin, end);
    }
  }

  /**
   * Sums the gradients of this thread's share of each feature's rows.
   *
   * @param addresses address of u32[n] addresses of the gradients of the prepared items' vectors
   */
  sum(addresses: number): void {
    const { kernels } = this.#thread;
    for (const [f, { begin, end }] of this.touched().entries()) {
      const { feature, owners, entryWeights, gradient, update } = this.#memory.updates[f]!;
      const { table, place } = feature;
      const { first, next } = update;
      // biome-ignore format: one call a line, against its signature
      kernels.sumBags(gradient.ptr, table.width, first.ptr, next.ptr, owners.ptr, entryWeights.ptr, addresses, place, begin, end);
    }
  }

  /** All rows of features that the batch touches. */
  touched(): TouchedRows[] {
    return this.#memory.updates.map(({ update }, f) =>
      touchedSparse(update, this.#counts[f]![0]!, this.#thread),
    );
  }
}

function preparer(
  { arena, kernels }: Thread,
  { lists, owners, entryRows, entryWeights, update, count }: BagUpdate,
): (items: Int32Array, n: number) => void {
  const [offsets, rows] = [arena.words(lists.offsets), arena.words(lists.rows)];
  const weights = arena.floats(lists.weights);
  const [owner, row] = [arena.words(owners), arena.words(entryRows)];
  const [weight, counted] = [arena.floats(entryWeights), arena.integers(count)];
  return (items, n) => {
    let entries = 0;
    for (let u = 0; u < n; ++u) {
      const item = items[u]!;
      const end = offsets[item + 1]!;
      for (let k = offsets[item]!; k < end; ++k, ++entries) {
        owner[entries] = u;
        row[entries] = rows[k]!;
        weight[entries] = weights[k]!;
      }
    }
    counted[0] = groupRows(kernels, entryRows.ptr, update, entries);
  };
}
