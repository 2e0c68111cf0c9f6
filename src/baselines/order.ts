/**
 * Tests whether the order of clicks predicts the next one: compares a first-order Markov chain on the log with
 * the same chain on the log with the clicks of every session shuffled.
 *
 * Both chains count pairs of clicks in the sessions before a moment, and predict in those after it. Hits are
 * compared session by session. Sessions are independent, so the error is that of a mean over sessions:
 *
 *     d = Σ(hits − shuffled hits) / Σ cases        error = √Σ(hits − shuffled hits − d·cases)² / Σ cases
 */

import type { Sessions } from "../data/sessions.js";
import { orderInTime } from "../data/time-order.js";
import { CounterRandom, permutation, Stream } from "../random.js";

/** Length of the list of successors: at most a tenth of the items, because a list of all items has every item. */
const MOST_CUTOFF = 20;
const ITEMS_EACH = 10;
const SHUFFLES = 4;
/** Only the most recent clicks are counted: more of them change little. */
const MOST_EVENTS = 2_000_000;
const MOST_CASES = 200_000;
/** With fewer cases the error is too large. */
const LEAST_CASES = 20;
/** 95 % of a normal distribution lie within so many standard deviations of its mean. */
const NORMAL_95 = 1.96;
const PIECE = 1 << 14;

/** The recall of a first-order Markov chain, with and without the order of clicks. */
export interface OrderTest {
  /** How many successors of the last click were looked at. */
  readonly cutoff: number;
  /** Whether the chain predicts in later sessions, or in random ones where all sessions have one time. */
  readonly split: "time" | "random";
  /** Clicks in which pairs were counted. */
  readonly events: number;
  /** Clicks that the chain predicted. */
  readonly cases: number;
  /** Share of cases whose item is among the successors. */
  readonly recall: number;
  /** The same share where sessions are shuffled. */
  readonly shuffled: number;
  /** `recall − shuffled`, and half the width of its interval of 95 %. */
  readonly difference: number;
  /** Half the width of the 95 % interval of `difference`. */
  readonly margin: number;
}

/** Each step tells the share of the work that is done. The result is undefined with too few sessions. */
export function* orderTest(
  sessions: Sessions,
  seed: number,
): Generator<number, OrderTest | undefined> {
  const parts = yield* split(sessions, seed);
  if (!parts) return undefined;
  const { counted, asked, split: kind } = parts;
  const { size } = sessions.items;
  const cutoff = Math.min(MOST_CUTOFF, Math.ceil(size / ITEMS_EACH));
  const ordered = yield* hits(counted, asked, { size, cutoff, share: 0 });
  const mixed = new Float64Array(ordered.length);
  for (let n = 1; n <= SHUFFLES; ++n) {
    const random = new CounterRandom(seed, Stream.baseline, n);
    const [a, b] = [yield* shuffled(counted, random), yield* shuffled(asked, random)];
    const found = yield* hits(a, b, { size, cutoff, share: n / (SHUFFLES + 1) });
    for (let i = 0; i < found.length; ++i) mixed[i]! += found[i]! / SHUFFLES;
  }
  const casesOf = ordered.map((_, i) => asked.offsets[i + 1]! - asked.offsets[i]! - 1);
  const cases = sum(casesOf);
  const [recall, without] = [sum(ordered) / cases, sum(mixed) / cases];
  const difference = recall - without;
  const squares = ordered.map((hit, i) => (hit - mixed[i]! - difference * casesOf[i]!) ** 2);
  return {
    cutoff,
    split: kind,
    events: counted.items.length,
    cases,
    recall,
    shuffled: without,
    difference,
    margin: (NORMAL_95 * Math.sqrt(sum(squares))) / cases,
  };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Rows of items in sessions of at least two. */
interface Part {
  readonly items: Int32Array;
  readonly offsets: Int32Array;
}

interface Parts {
  readonly counted: Part;
  readonly asked: Part;
  readonly split: OrderTest["split"];
}

/** Predicts in the last tenth of the sessions. Counts pairs in earlier ones, up to the first click of that tenth. */
function* split(sessions: Sessions, seed: number): Generator<number, Parts | undefined> {
  const { times, offsets, length, report } = sessions;
  let order = new Int32Array(0);
  for (const steps = orderInTime(times, offsets); ; yield 0) {
    const { done, value } = steps.next();
    if (done) order = value as Int32Array<ArrayBuffer>;
    if (done) break;
  }
  const startOf = (place: number): number => times[offsets[order[place]!]!]!;
  const isTimed = report?.timeUnit !== "none" && startOf(0) < startOf(length - 1);
  if (!isTimed) order = permutation(length, seed, 0) as Int32Array<ArrayBuffer>;
  let first = Math.max(1, length - Math.max(1, Math.floor(length / 10)));
  const lengthOf = (place: number): number => offsets[order[place]! + 1]! - offsets[order[place]!]!;
  let cases = 0;
  for (let place = length - 1; place >= first; --place) {
    cases += lengthOf(place) - 1;
    if (cases > MOST_CASES) first = place;
  }
  // Sessions that begin at the same moment stay together.
  while (isTimed && first > 1 && startOf(first - 1) === startOf(first)) first--;
  const end = isTimed ? startOf(first) : Number.POSITIVE_INFINITY;
  let begin = first;
  for (let events = 0; begin > 0 && events < MOST_EVENTS; ) events += lengthOf(--begin);
  const counted = yield* taken(sessions, order.subarray(begin, first), end);
  const asked = yield* taken(sessions, order.subarray(first), Number.POSITIVE_INFINITY);
  const found = asked.items.length - asked.offsets.length + 1;
  if (counted.items.length === 0 || found < LEAST_CASES) return undefined;
  return { counted, asked, split: isTimed ? "time" : "random" };
}

/** Clicks before a moment, of sessions that have two of them. */
function* taken(
  { itemIndices, offsets, times }: Sessions,
  sessions: Int32Array,
  end: number,
): Generator<number, Part> {
  const items: number[] = [];
  const bounds = [0];
  for (const [n, session] of sessions.entries()) {
    let last = offsets[session]!;
    while (last < offsets[session + 1]! && times[last]! < end) last++;
    if (last - offsets[session]! > 1) {
      for (let row = offsets[session]!; row < last; ++row) items.push(itemIndices[row]!);
      bounds.push(items.length);
    }
    if (n % PIECE === 0) yield 0;
  }
  return { items: Int32Array.from(items), offsets: Int32Array.from(bounds) };
}

/** The clicks of each session in a random order (Fisher & Yates). */
function* shuffled({ items, offsets }: Part, random: CounterRandom): Generator<number, Part> {
  const mixed = items.slice();
  for (let session = 0; session + 1 < offsets.length; ++session) {
    const begin = offsets[session]!;
    for (let i = offsets[session + 1]! - begin - 1; i > 0; --i) {
      const j = random.below(i + 1);
      const held = mixed[begin + i]!;
      mixed[begin + i] = mixed[begin + j]!;
      mixed[begin + j] = held;
    }
    if (session % PIECE === 0) yield 0;
  }
  return { items: mixed, offsets };
}

/** For each session of `asked`: how many items are among the successors of the item before. */
function* hits(
  counted: Part,
  asked: Part,
  { size, cutoff, share }: { size: number; cutoff: number; share: number },
): Generator<number, Float64Array> {
  const after = yield* pairsByFirst(counted, size);
  const cases = yield* pairsByFirst(asked, size);
  const found = new Float64Array(asked.offsets.length - 1);
  const counts = new Int32Array(size);
  for (let item = 0, done = 0; item < size; ++item) {
    const [begin, end] = [cases.begins[item]!, cases.begins[item + 1]!];
    if (begin === end) continue;
    const successors: number[] = [];
    for (let i = after.begins[item]!; i < after.begins[item + 1]!; ++i) {
      if (counts[after.next[i]!]!++ === 0) successors.push(after.next[i]!);
    }
    // The sort is stable: among equal counts the first seen comes first.
    const best = new Set(successors.toSorted((a, b) => counts[b]! - counts[a]!).slice(0, cutoff));
    for (const successor of successors) counts[successor] = 0;
    for (let i = begin; i < end; ++i) if (best.has(cases.next[i]!)) found[cases.session[i]!]!++;
    done += end - begin + after.begins[item + 1]! - after.begins[item]!;
    if (done < PIECE) continue;
    done = 0;
    yield share;
  }
  return found;
}

interface Pairs {
  /** Pairs of first item i are begins[i] … begins[i + 1] − 1. */
  readonly begins: Int32Array;
  readonly next: Int32Array;
  readonly session: Int32Array;
}

/** Pairs of consecutive clicks, grouped by the first item, in the order of the sessions. */
function* pairsByFirst({ items, offsets }: Part, size: number): Generator<number, Pairs> {
  const begins = new Int32Array(size + 1);
  const pairs = items.length - offsets.length + 1;
  const next = new Int32Array(pairs);
  const session = new Int32Array(pairs);
  for (let s = 0; s + 1 < offsets.length; ++s) {
    for (let i = offsets[s]! + 1; i < offsets[s + 1]!; ++i) begins[items[i - 1]! + 1]!++;
    if (s % PIECE === 0) yield 0;
  }
  for (let item = 0; item < size; ++item) begins[item + 1]! += begins[item]!;
  const places = begins.slice();
  for (let s = 0; s + 1 < offsets.length; ++s) {
    for (let i = offsets[s]! + 1; i < offsets[s + 1]!; ++i) {
      const place = places[items[i - 1]!]!++;
      next[place] = items[i]!;
      session[place] = s;
    }
    if (s % PIECE === 0) yield 0;
  }
  return { begins, next, session };
}
