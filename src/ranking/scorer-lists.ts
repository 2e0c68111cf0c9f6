/** Lists of many visits by anything that scores a catalogue: one visit after the other, others have their turn. */

import { checkList } from "../checks.js";
import type { Id } from "../data/events.js";
import { type ListOptions, type Recommendation, rowsOf } from "../data/recommendations.js";
import type { Scorer } from "../data/scorer.js";
import { pace } from "../pause.js";
import type { Signal } from "../platform.js";
import { placesOf } from "./places.js";
import type { RecommendAllProgress } from "./visits.js";

/** Options of `recommendAll` that are a scorer's. */
interface ScorerListOptions extends ListOptions {
  readonly count: number;
  readonly signal?: Signal | undefined;
  readonly onProgress?: ((progress: RecommendAllProgress) => void) | undefined;
}

/** `recommendAll` for a scorer. Throws as it does. */
export async function scorerLists(
  scorer: Scorer,
  visits: Iterable<Iterable<Id>>,
  { count, exclude, only, signal, onProgress }: ScorerListOptions,
): Promise<Recommendation[][]> {
  const { items } = scorer;
  const never = new Set(exclude === undefined ? [] : rowsOf(items, exclude, "exclude"));
  const kept = only === undefined ? undefined : new Set(rowsOf(items, only, "only"));
  checkList("visits", visits, "visits, each a list of item ids");
  const rows = Array.from(visits, (visit, v) => rowsOf(items, visit, `visits[${v}]`));
  signal?.throwIfAborted();
  const places = await placesOf(scorer, kept && Int32Array.from(kept).sort(), "standard");
  const totalVisits = rows.reduce((sum, { length }) => sum + Number(length > 0), 0);
  const started = performance.now();
  let answered = 0;
  const tell = (): void => {
    const seconds = (performance.now() - started) / 1000;
    const visitsPerSecond = answered / Math.max(seconds, 1e-6);
    onProgress?.({ visits: answered, totalVisits, visitsPerSecond });
  };
  const lists: Recommendation[][] = [];
  for (const visit of rows) {
    lists.push(visit.length > 0 ? listAfter(visit) : []);
    if (visit.length > 0) answered++;
    if (await pace(signal)) tell();
  }
  tell();
  return lists;

  function listAfter(visit: readonly number[]): Recommendation[] {
    places.ask(Int32Array.from(visit));
    const best = places.best(count, never);
    return best.map((row) => ({ itemId: items.idOf(row), score: places.score(row) }));
  }
}
