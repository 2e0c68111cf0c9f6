/**
 * Rules "after this item, that one": for each item the others that were clicked in its sessions, with a score.
 * Item-KNN, association rules, sequential rules and the Markov chain count pairs in other ways, and read the
 * rules of the last click.
 */

import type { Items } from "../data/items.js";
import { type Scorer, scorerOfFew } from "../data/scorer.js";
import type { Sessions } from "../data/sessions.js";
import { type Columns, PIECE, popularRest } from "./kind.js";

/** How pairs are counted. */
export interface Counting {
  /**
   * f64[steps]: what a click counts that comes 1, 2, … steps after the item. Without it every other item of the
   * session counts 1, before and after.
   */
  readonly weights?: Float64Array;
  /** Rules of each item, the best. */
  readonly kept: number;
  /** The score of a rule from its count: ascending in it. */
  score?(item: number, other: number, count: number): number;
}

/**
 * Columns: rules of item i are begins[i] … begins[i + 1] − 1 of `rows` and `scores`, best first; of equal scores
 * the first seen comes first (sessions by ascending id).
 *
 *     begins i32[items + 1]   rows i32[rules]   scores f32[rules]
 */
export function* rulesOf(
  sessions: Sessions,
  { weights, kept, score = (_item, _other, count) => count }: Counting,
): Generator<number, Columns> {
  const { itemIndices, offsets, items } = sessions;
  const byItem = yield* eventsByItem(sessions);
  const counts = new Float64Array(items.size);
  const begins = new Int32Array(items.size + 1);
  const lists: { readonly rows: Int32Array; readonly scores: Float32Array }[] = [];
  let work = 0;
  for (let item = 0; item < items.size; ++item) {
    const found: number[] = [];
    for (let i = byItem.begins[item]!; i < byItem.begins[item + 1]!; ++i) {
      const event = byItem.events[i]!;
      const session = byItem.sessions[event]!;
      const first = weights ? event + 1 : offsets[session]!;
      const end = offsets[session + 1]!;
      const last = weights ? Math.min(end, event + 1 + weights.length) : end;
      for (let other = first; other < last; ++other) {
        const row = itemIndices[other]!;
        const weight = weights ? weights[other - event - 1]! : Number(row !== item);
        if (weight === 0) continue;
        if (counts[row] === 0) found.push(row);
        counts[row]! += weight;
      }
      work += last - first;
      if (work < PIECE) continue;
      work = 0;
      yield item / items.size;
    }
    for (const row of found) counts[row] = score(item, row, counts[row]!);
    const best = found.toSorted((a, b) => counts[b]! - counts[a]!).slice(0, kept);
    begins[item + 1] = begins[item]! + best.length;
    lists.push({
      rows: Int32Array.from(best),
      scores: Float32Array.from(best, (row) => counts[row]!),
    });
    for (const row of found) counts[row] = 0;
  }
  const length = begins[items.size]!;
  const [rows, scores] = [new Int32Array(length), new Float32Array(length)];
  for (const [item, list] of lists.entries()) {
    rows.set(list.rows, begins[item]);
    scores.set(list.scores, begins[item]);
    if (item % PIECE === 0) yield 1;
  }
  return { begins, rows, scores };
}

/** What is read of the rules. */
interface RuleReading {
  /** The scores of items without a rule; below 0 by popularity unless given. */
  readonly rest?: Float32Array;
  /** What the rules of the last click count, of the one before it, and so on. The last click alone unless given. */
  readonly shares?: readonly number[];
}

/** Scores by the rules of the last clicks. */
export function scorerOfRules(
  items: Items,
  columns: Columns,
  { rest = popularRest(items), shares = [1] }: RuleReading = {},
): Scorer {
  const { begins, rows, scores } = columns as { [Name in "begins" | "rows"]: Int32Array } & Columns;
  const sums = new Float64Array(items.size).fill(Number.NaN);
  const few = {
    rest,
    list(history: Int32Array, listed: Int32Array, out: Float32Array): number {
      let found = 0;
      for (let back = 0; back < Math.min(shares.length, history.length); ++back) {
        const click = history[history.length - 1 - back]!;
        for (let i = begins[click]!; shares[back]! > 0 && i < begins[click + 1]!; ++i) {
          const row = rows[i]!;
          if (Number.isNaN(sums[row])) {
            sums[row] = 0;
            listed[found++] = row;
          }
          sums[row]! += shares[back]! * scores![i]!;
        }
      }
      for (let i = 0; i < found; ++i) {
        out[listed[i]!] = sums[listed[i]!]!;
        sums[listed[i]!] = Number.NaN;
      }
      return found;
    },
  };
  return scorerOfFew(items, few, { windowLength: shares.length });
}

interface ByItem {
  /** Events of item i are begins[i] … begins[i + 1] − 1 of `events`, ascending. */
  readonly begins: Int32Array;
  readonly events: Int32Array;
  /** i32[events]: the session of each event. */
  readonly sessions: Int32Array;
}

function* eventsByItem({
  itemIndices,
  offsets,
  items,
  length,
}: Sessions): Generator<number, ByItem> {
  const begins = new Int32Array(items.size + 1);
  const sessions = new Int32Array(itemIndices.length);
  for (let session = 0; session < length; ++session) {
    sessions.fill(session, offsets[session], offsets[session + 1]);
    for (let event = offsets[session]!; event < offsets[session + 1]!; ++event) {
      begins[itemIndices[event]! + 1]!++;
    }
    if (session % PIECE === 0) yield 0;
  }
  for (let item = 0; item < items.size; ++item) begins[item + 1]! += begins[item]!;
  const places = begins.slice();
  const events = new Int32Array(itemIndices.length);
  for (let event = 0; event < events.length; ++event) {
    events[places[itemIndices[event]!]!++] = event;
    if (event % PIECE === 0) yield 0;
  }
  return { begins, events, sessions };
}
