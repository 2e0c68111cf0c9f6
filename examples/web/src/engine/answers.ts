/** What the model says of a visit: likely next items, what each click did to them, and similar items. */

import { explain, type GRU4Rec } from "gru4rec";
import type { Log } from "./log.js";
import type { Answer, Effect, Guess, HeldVisit, Similar } from "./protocol.js";

/** Guesses that the page can show. */
const SHOWN = 20;
const SIMILAR = 5;

/**
 * @param visit       rows of items, oldest first
 * @param withEffects asks again without each click, which takes longer
 */
export async function answer(
  model: GRU4Rec,
  visit: readonly number[],
  exclude: readonly number[],
  withEffects: boolean,
): Promise<Answer> {
  const { items } = model;
  const idsOf = (rows: readonly number[]) => rows.map((row) => items.idOf(row));
  const clicks = idsOf(visit);
  const left = { exclude: idsOf(exclude) };
  const list = model.recommend(clicks, { count: items.size, ...left });
  const best = list[0]?.score ?? 0;
  const relative = new Float32Array(items.size);
  for (const { itemId, score } of list) relative[items.indexOf(itemId)] = Math.exp(score - best);
  const why = withEffects ? await explain(model, clicks, { count: SHOWN, ...left }) : undefined;
  const guesses = list.slice(0, SHOWN).map(({ itemId }, place): Guess => {
    const item = items.indexOf(itemId);
    const without = why?.items[place]?.without;
    const effects = without?.map((there): Effect => {
      return there ? { shift: there.effect, rank: there.rank } : { shift: 0, rank: place + 1 };
    });
    return { item, relative: relative[item]!, effects };
  });
  return {
    guesses,
    relative,
    firstWithout: why?.clicks.map((click) => items.indexOf(click.list[0]?.itemId ?? "")),
    mattersMost: why?.mattersMost,
  };
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
