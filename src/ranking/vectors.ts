/**
 * Vectors of items and of visits, whose inner products are the scores of `recommend`. What is added to a product is in
 * it, too: a bias is one more column of an item, and each visit has a 1 there.
 *
 *     item     w₁ … w_D | bias        visit    h₁ … h_D | 1        score = item · visit
 */

import { checkList, checkNames, checkSignal } from "../checks.js";
import { checkId, type Id } from "../data/events.js";
import { ConfigError } from "../errors.js";
import type { Answering } from "../models/answering.js";
import type { GRU4Rec } from "../models/gru4rec/gru4rec.js";
import { visitedBy } from "../models/session.js";
import type { QueryOptions, RetrievalIndex } from "../models/two-towers/retrieval-index.js";
import type { TwoTowers } from "../models/two-towers/two-towers.js";
import { piecesOf } from "../network/weights.js";
import { pace } from "../pause.js";
import type { Signal } from "../platform.js";
import { answeringOf } from "./answering.js";

/** Vectors, a row each. */
export interface Vectors {
  /** f32[rows, columns], row after row; yours. */
  readonly values: Float32Array<ArrayBuffer>;
  /** How many vectors. */
  readonly rows: number;
  /**
   * Numbers of a vector: of a GRU4Rec the units of its last layer and one more, which is the bias of an item and 1 of a
   * visit; of two towers the width of their last layers.
   */
  readonly columns: number;
}

/** What `itemVectors` gives. */
export interface ItemVectors extends Vectors {
  /** Of each row the item, in the order in which lists put equal scores. */
  readonly ids: readonly Id[];
}

/** What `visitVectors` gives. */
export interface VisitVectors extends Vectors {
  /** Of each row which visit it is, counted from 0: visits without an item that is read have none. */
  readonly visits: Int32Array<ArrayBuffer>;
}

/** Options of `visitVectors`. */
export interface VisitVectorOptions extends Pick<QueryOptions, "time"> {
  /** Ends the work; the signal's reason is thrown. */
  readonly signal?: Signal | undefined;
}

/**
 * The vectors of all items that a model recommends, for a vector index or an analysis of one's own. The items with the
 * largest inner products with a vector of `visitVectors` are the list of `recommend`, equal products in the order of the
 * rows. `recommend` sums in f32: two scores that differ by less than about 1e-6 of them may change places.
 *
 * Of two towers they are those of the candidate tower, features folded in.
 *
 * @throws ConfigError when it is no model
 */
export async function itemVectors(
  model: GRU4Rec | TwoTowers | RetrievalIndex,
): Promise<ItemVectors> {
  const answering = checkedAnswering(model);
  return answering.during(async (weights) => {
    const [table, bias] = ["Wy", "By"].map((name) =>
      weights.tensors.find((one) => one.name === name),
    );
    const vectors = table ?? weights.tensors.find(({ name }) => name === "candidates")!;
    const { rows } = vectors;
    const columns = columnsOf(answering);
    const values = new Float32Array(rows * columns);
    for (const { begin, rows: n } of piecesOf(vectors)) {
      const piece = weights.read(vectors, begin, n);
      const biases = bias && weights.read(bias, begin, n);
      for (let i = 0; i < n; ++i) {
        const at = (begin + i) * columns;
        values.set(piece.subarray(i * vectors.columns, (i + 1) * vectors.columns), at);
        if (biases) values[at + columns - 1] = biases[i]!;
      }
      await pace();
    }
    return { ids: answering.answers.ids, values, rows, columns };
  });
}

/**
 * The vectors that `recommend` compares with items after each of these visits, one after the other on the calling thread,
 * where the event loop has its turn. New weights of a training wait until it is done.
 *
 * Two towers make an index of all items for each call: better ask an index.
 *
 * @param visits clicked items of each visit, oldest first; unknown ones are skipped as in `recommend`
 * @param options `time`, which holds for all visits, only for an index or towers with `timeBoundaries`
 * @throws ConfigError when an option is out of range; the signal's reason when aborted
 */
export async function visitVectors(
  model: GRU4Rec | TwoTowers | RetrievalIndex,
  visits: Iterable<Iterable<Id>>,
  options: VisitVectorOptions = {},
): Promise<VisitVectors> {
  const answering = checkedAnswering(model);
  checkNames(options, answering.momentOf ? ["signal", "time"] : ["signal"], "vector");
  checkSignal(options.signal);
  options.signal?.throwIfAborted();
  checkList("visits", visits, "visits, each a list of item ids");
  const moment = answering.momentOf?.(options.time) ?? -1;
  const vectorsOf = (one: GRU4Rec | RetrievalIndex): Promise<VisitVectors> =>
    read(answering, visitedBy(one.session()), visits, moment, options.signal);
  if ("session" in model) return answering.during(() => vectorsOf(model));
  const index = await (model as TwoTowers).index();
  try {
    return await vectorsOf(index);
  } finally {
    index.dispose();
  }
}

async function read(
  answering: Answering,
  model: ReturnType<typeof visitedBy>,
  visits: Iterable<Iterable<Id>>,
  moment: number,
  signal: Signal | undefined,
): Promise<VisitVectors> {
  const columns = columnsOf(answering);
  const width = answering.products.score;
  const found: Float32Array[] = [];
  const which: number[] = [];
  let v = -1;
  for (const visit of visits) {
    await pace(signal);
    const at = ++v;
    checkList(`visits[${at}]`, visit, "item ids");
    const rows = Array.from(visit, (itemId, i) =>
      answering.items.indexOf(checkId(itemId, () => `visits[${at}][${i}]`)),
    );
    const state = model.read((reader) => {
      let [context, clicks] = [reader.fresh(), 0];
      for (const row of rows) {
        const after = reader.after(context, row);
        if (!after) continue;
        context = after;
        clicks++;
      }
      return clicks > 0 ? reader.stateOf(context, moment) : undefined;
    });
    if (!state) continue;
    const vector = new Float32Array(columns).fill(1); // the 1 that meets a bias
    vector.set(state.subarray(0, width));
    found.push(vector);
    which.push(at);
  }
  const values = new Float32Array(found.length * columns);
  for (const [i, vector] of found.entries()) values.set(vector, i * columns);
  return { visits: Int32Array.from(which), values, rows: found.length, columns };
}

function checkedAnswering(model: unknown): Answering {
  const answering = answeringOf(model);
  if (answering) return answering;
  throw new ConfigError("model", "a GRU4Rec, a TwoTowers or an index of one", model);
}

/** Of a GRU4Rec one more than its units, for the bias. */
function columnsOf({ kind, products }: Answering): number {
  return products.score + (kind === "gru4rec" ? 1 : 0);
}
