/** What the model says of a visit: likely next items, what each click did to them, and similar items. */

import type { GRU4Rec } from "gru4rec";
import type { Log } from "./log.js";
import type { Answer, Effect, Guess, HeldVisit, Similar } from "./protocol.js";

/** Guesses that the page can show. */
const SHOWN = 20;
const SIMILAR = 5;

/** All shares after a visit. */
interface Shares {
  /** f32[items]: logarithm of each share. */
  readonly log: Float32Array;
  /** Items, likeliest first. */
  readonly order: Int32Array;
}

/** @param visit rows of items, oldest first */
export function answer(
  model: GRU4Rec,
  visit: readonly number[],
  exclude: readonly number[],
  withEffects: boolean,
): Answer {
  const whole = sharesAfter(model, visit, exclude);
  const best = whole.log[whole.order[0]!]!;
  const listed = whole.order.subarray(0, SHOWN);
  const without =
    withEffects && visit.length > 1
      ? visit.map((_, click) => sharesAfter(model, leaving(visit, click), exclude))
      : undefined;
  const effects = without?.map((other) => effectsOf(listed, whole, other));
  const guesses = Array.from(listed, (item, place): Guess => {
    const relative = Math.exp(whole.log[item]! - best);
    return { item, relative, effects: effects?.map((click) => click[place]!) };
  });
  return {
    guesses,
    relative: whole.log.map((log) => Math.exp(log - best)),
    firstWithout: without?.map(({ order }) => order[0]!),
  };
}

function leaving(visit: readonly number[], click: number): number[] {
  return visit.filter((_, i) => i !== click);
}

function sharesAfter(model: GRU4Rec, visit: readonly number[], exclude: readonly number[]): Shares {
  const { items } = model;
  const idsOf = (rows: readonly number[]) => rows.map((row) => items.idOf(row));
  const list = model.recommend(idsOf(visit), { count: items.size, exclude: idsOf(exclude) });
  const log = new Float32Array(items.size).fill(Number.NEGATIVE_INFINITY);
  const order = new Int32Array(list.length);
  const best = list[0]?.score ?? 0;
  let sum = 0;
  for (const { score } of list) sum += Math.exp(score - best);
  const base = best + Math.log(sum);
  for (const [place, { itemId, score }] of list.entries()) {
    const row = items.indexOf(itemId);
    log[row] = score - base;
    order[place] = row;
  }
  return { log, order };
}

function effectsOf(listed: Int32Array, whole: Shares, without: Shares): Effect[] {
  const ranks = new Map(Array.from(without.order, (item, place) => [item, place + 1]));
  return Array.from(listed, (item) => ({
    shift: whole.log[item]! - without.log[item]!,
    rank: ranks.get(item) ?? without.order.length,
  }));
}

export function similarTo(model: GRU4Rec, item: number): Similar[] {
  const { items } = model;
  return model
    .similarItems(items.idOf(item), { count: SIMILAR })
    .map(({ itemId, score }) => ({ item: items.indexOf(itemId), closeness: score }));
}

/** A visit that was kept aside, of items that the model knows; they come round. */
export function heldVisit({ test }: Log, model: GRU4Rec, number: number): HeldVisit | undefined {
  for (let tried = 0, s = (number * 7) % test.length; tried < test.length; ++tried) {
    const rows = test.itemIndices.subarray(test.offsets[s]!, test.offsets[s + 1]!);
    const clicks = Array.from(rows, (row) => model.items.indexOf(test.items.idOf(row)));
    if (clicks.length >= 4 && clicks.length <= 7 && clicks.every((row) => row >= 0)) {
      return { clicks: clicks.slice(0, -1), next: clicks.at(-1)! };
    }
    s = (s + 1) % test.length;
  }
  return undefined;
}
