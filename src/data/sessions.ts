/**
 * Clicks grouped into sessions: the form in which everything else reads them.
 *
 *     events   b/x@1  a/y@2  b/z@5  a/x@1        sessionId/itemId@time
 *     items    x y z                             first appearance, before any sorting
 *     a: x y   b: x z                            sessions ascending by id, events by time
 *     offsets  0 2 4      itemIndices  0 1 0 2
 */

import { checkChoice, checkInstance, checkInteger, checkList } from "../checks.js";
import { ConfigError } from "../errors.js";
import { atOnce } from "../pause.js";
import { permutation } from "../random.js";
import type { Event, EventColumns, Id } from "./events.js";
import { ascendingIds, type Grouped, grouped, sortedInTime } from "./grouping.js";
import { Items } from "./items.js";
import type { ReadReport } from "./read/report.js";
import type { LeftOutEvents } from "./sieve.js";
import { orderInTime } from "./time-order.js";

/** Events that are read in one step. */
const PIECE = 1 << 16;

/** How an epoch walks through the sessions. */
export const EPOCH_ORDERS = ["time", "given", "random"] as const;
/** The order of sessions in an epoch: by the time of their first event, as they were given, or drawn anew. */
export type EpochOrder = (typeof EPOCH_ORDERS)[number];

/** The part of sessions that training and evaluation play: rows of items, and where each session begins. */
export interface SessionRows {
  /** i32[events] */
  readonly itemIndices: Int32Array;
  /** i32[sessions + 1] */
  readonly offsets: Int32Array;
}

/** Sessions over another catalogue, and counts of what it does not hold. */
export interface MappedSessions {
  /** Undefined when not one event is left. */
  readonly sessions: Sessions | undefined;
  /** Events whose item the catalogue does not hold; they were dropped. */
  readonly unknownEvents: number;
  /** Sessions that lost all their events. */
  readonly emptySessions: number;
}

/** Events in rows sorted by (session, time), stable: equal times keep the order they came in. */
export class Sessions {
  /** The catalogue that `itemIndices` points into. */
  readonly items: Items;
  /** i32[events]: row of each event's item in `items`. */
  readonly itemIndices: Int32Array;
  /** i32[length + 1]: events of session s are rows offsets[s] … offsets[s + 1] − 1. */
  readonly offsets: Int32Array;
  /** f64[events]. */
  readonly times: Float64Array;
  /** Ascending: numbers and bigints by value, then strings by code unit. */
  readonly sessionIds: readonly Id[];
  /** How the table was read that they come from, all of it; undefined for others. */
  readonly report: ReadReport | undefined;
  /** What filters and splits left out of that, in their order. */
  readonly leftOut: readonly LeftOutEvents[];

  private constructor(
    items: Items,
    itemIndices: Int32Array,
    offsets: Int32Array,
    times: Float64Array,
    sessionIds: readonly Id[],
    report?: ReadReport,
    leftOut: readonly LeftOutEvents[] = [],
  ) {
    this.items = items;
    this.itemIndices = itemIndices;
    this.offsets = offsets;
    this.times = times;
    this.sessionIds = sessionIds;
    this.report = report;
    this.leftOut = leftOut;
  }

  /**
   * Groups events; whatever is passed in is borrowed for the call.
   *
   * Sorting is done only where the events are not sorted yet. The items are those of the events,
   * in order of first appearance, with their number of events as support.
   *
   * @throws ConfigError when there is no event, columns differ in length, or an id or time is not
   *   finite; TypeError when one is of a wrong kind
   */
  static from(events: Iterable<Event> | EventColumns): Sessions {
    return atOnce(Sessions.steps(grouped(events)));
  }

  /**
   * @internal
   * Sessions of events that were numbered before, in steps that others may come between.
   *
   * @param report what is told of the table that they were read from
   */
  static *steps(
    { sessionIds, sessions, itemIds, support, items, times, order: ties }: Grouped,
    report?: ReadReport,
  ): Generator<void, Sessions> {
    const order = yield* ascendingIds(sessionIds);
    const sorted = yield* sortedInTime(sessions, { times, order: ties }, order);
    return new Sessions(
      yield* Items.arriving(itemIds, support),
      yield* taken(items, sorted.rows, new Int32Array(items.length)),
      sorted.offsets,
      yield* taken(times, sorted.rows, new Float64Array(times.length)),
      yield* inOrder(sessionIds, order),
      report,
    );
  }

  /** Number of sessions. */
  get length(): number {
    return this.sessionIds.length;
  }

  /** Number of events. */
  get events(): number {
    return this.itemIndices.length;
  }

  /**
   * The order of sessions in an epoch, as i32[length].
   *
   * `"time"`: by the time of their first event, so that an epoch ends with the freshest ones; equal
   * times by session id (the official sort leaves that open). `"given"`: as they stand here, by id.
   * `"random"`: a permutation that is a pure function of (seed, epoch): from 0 to 2³² − 1, and ≥ 0.
   */
  order(kind: EpochOrder, seed = 0, epoch = 0): Int32Array {
    checkInteger("seed", seed, 0, 2 ** 32 - 1);
    checkInteger("epoch", epoch, 0);
    if (kind === "random") return permutation(this.length, seed, epoch);
    checkChoice("order", kind, EPOCH_ORDERS);
    if (kind === "given") return Int32Array.from({ length: this.length }, (_, session) => session);
    return atOnce(orderInTime(this.times, this.offsets));
  }

  /** The same sessions over another catalogue: events of items it does not hold are dropped. */
  over(items: Items): MappedSessions {
    checkInstance("items", items, Items, "a catalogue made by Items.from");
    const rowOf = Int32Array.from(this.items.ids, (id) => items.indexOf(id));
    const keep = Uint8Array.from(this.itemIndices, (item) => (rowOf[item]! >= 0 ? 1 : 0));
    const unknownEvents = keep.reduce((count, kept) => count + 1 - kept, 0);
    const sessions = this.#subset(keep, items, rowOf);
    return { sessions, unknownEvents, emptySessions: this.length - (sessions?.length ?? 0) };
  }

  /**
   * The events whose flag is not 0, over the items that are left, in the order of this catalogue,
   * with their support counted anew. Undefined when none is left.
   *
   * @param keep u8[events]
   * @param leftOut what the flags leave out, and why; it is told with the sessions that are left
   */
  select(keep: Uint8Array, leftOut: readonly LeftOutEvents[] = []): Sessions | undefined {
    if (keep?.length !== this.events) {
      const found = keep?.length ?? keep;
      throw new ConfigError("keep", `${this.events} flags, one for each event`, found);
    }
    checkList("leftOut", leftOut, "what was left out");
    const counts = new Int32Array(this.items.size);
    for (let row = 0; row < this.events; ++row) {
      if (keep[row]) counts[this.itemIndices[row]!]!++;
    }
    const left = this.items.ids.filter((_, item) => counts[item]! > 0);
    if (left.length === 0) return undefined;
    let next = 0;
    const rowOf = counts.map((count) => (count > 0 ? next++ : -1));
    const items = Items.from(
      left,
      counts.filter((count) => count > 0),
    );
    return this.#subset(keep, items, rowOf, leftOut);
  }

  #subset(
    keep: Uint8Array,
    items: Items,
    rowOf: Int32Array,
    leftOut: readonly LeftOutEvents[] = [],
  ): Sessions | undefined {
    const events = keep.reduce((count, kept) => count + (kept ? 1 : 0), 0);
    if (events === 0) return undefined;
    const itemIndices = new Int32Array(events);
    const times = new Float64Array(events);
    const sessionIds: Id[] = [];
    const offsets: number[] = [0];
    let next = 0;
    for (let session = 0; session < this.length; ++session) {
      for (let row = this.offsets[session]!; row < this.offsets[session + 1]!; ++row) {
        if (!keep[row]) continue;
        itemIndices[next] = rowOf[this.itemIndices[row]!]!;
        times[next++] = this.times[row]!;
      }
      if (next === offsets[offsets.length - 1]) continue;
      sessionIds.push(this.sessionIds[session]!);
      offsets.push(next);
    }
    const { report } = this;
    const told = [...this.leftOut, ...leftOut];
    // biome-ignore format: seven in a row
    return new Sessions(items, itemIndices, Int32Array.from(offsets), times, sessionIds, report, told);
  }
}

/** Writes `values` in the order of `rows` to `out`; `values` itself when they stand in order. */
function* taken<T extends Int32Array | Float64Array>(
  values: T,
  rows: Int32Array | undefined,
  out: T,
): Generator<void, T> {
  if (!rows) return values;
  for (let i = 0; i < rows.length; ++i) {
    out[i] = values[rows[i]!]!;
    if (i % PIECE === 0) yield;
  }
  return out;
}

function* inOrder(ids: readonly Id[], order: Int32Array): Generator<void, Id[]> {
  const sorted: Id[] = [];
  for (let i = 0; i < order.length; ++i) {
    sorted.push(ids[order[i]!]!);
    if (i % PIECE === 0) yield;
  }
  return sorted;
}

/** @throws ConfigError naming the argument that is no `Sessions` */
export function checkSessions(path: string, value: unknown): void {
  checkInstance(path, value, Sessions, "sessions made by Sessions.from or readSessions");
}
