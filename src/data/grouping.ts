/** The two passes behind `Sessions.from`: give every id a number, then sort what is not sorted. */

import { ConfigError, sentence } from "../errors.js";
import { checkId, compareIds, type Event, type EventColumns, type Id } from "./events.js";
import { ascendingOrder } from "./time-order.js";

/** Events and ids that are read in one step, about a millisecond. */
const PIECE = 1 << 16;
const SORTED_PIECE = 1 << 12;

/** Events as numbers, in the order they came; sessions and items by first appearance. */
export interface Grouped {
  readonly sessionIds: readonly Id[];
  readonly itemIds: readonly Id[];
  /** Events of each item. */
  readonly support: ArrayLike<number>;
  /** i32[events] into `sessionIds`. */
  readonly sessions: Int32Array;
  /** i32[events] into `itemIds`. */
  readonly items: Int32Array;
  /** f64[events]. */
  readonly times: Float64Array;
  /** f64[events]: breaks ties of the times, where there is one. */
  readonly order?: Float64Array | undefined;
}

/** Numbers sessions and items. The errors are those of `Sessions.from`. */
export function grouped(events: Iterable<Event> | EventColumns): Grouped {
  const isList = typeof events === "object" && events !== null && Symbol.iterator in events;
  const { sessionId, itemId, time } = isList ? columnsOf(events) : checkedColumns(events);
  const length = sessionId.length;
  if (itemId.length !== length || time.length !== length) {
    throw new ConfigError("events", "columns of one length", [length, itemId.length, time.length]);
  }
  if (length === 0) throw new ConfigError("events", "at least one event", 0);

  const sessionIds: Id[] = [];
  const itemIds: Id[] = [];
  const support: number[] = [];
  const sessionNumbers = new Map<Id, number>();
  const itemNumbers = new Map<Id, number>();
  const sessions = new Int32Array(length);
  const items = new Int32Array(length);
  const times = new Float64Array(length);

  for (let row = 0; row < length; ++row) {
    const session = sessionId[row]!;
    let number = row > 0 && session === sessionId[row - 1] ? sessions[row - 1]! : undefined;
    number ??= sessionNumbers.get(session);
    if (number === undefined) {
      number = sessionIds.push(checkId(session, () => `events[${row}].sessionId`)) - 1;
      sessionNumbers.set(session, number);
    }
    sessions[row] = number;

    const item = itemId[row]!;
    let itemNumber = itemNumbers.get(item);
    if (itemNumber === undefined) {
      itemNumber = itemIds.push(checkId(item, () => `events[${row}].itemId`)) - 1;
      itemNumbers.set(item, itemNumber);
      support.push(0);
    }
    items[row] = itemNumber;
    support[itemNumber]!++;

    const seconds = time[row]!;
    if (!Number.isFinite(seconds)) refuseTime(seconds, row);
    times[row] = seconds;
  }
  return { sessionIds, itemIds, support, sessions, items, times };
}

/** What sorts the events of a session: their time, then the order if there is one, then their row. */
export interface SortKeys {
  readonly times: Float64Array;
  /** Breaks ties of the times. */
  readonly order?: Float64Array | undefined;
}

/**
 * Where each session begins, and which event stands in which row. Yields after every millisecond or so,
 * so that the caller can let the event loop run.
 *
 * @param order sessions in the order wanted, i32[sessions]
 * @returns offsets i32[sessions + 1]; rows i32[events], undefined when every event stands there
 *   already
 */
export function* sortedInTime(
  sessions: Int32Array,
  keys: SortKeys,
  order: Int32Array,
): Generator<void, { offsets: Int32Array; rows: Int32Array | undefined }> {
  const place = new Int32Array(order.length); // of a session in the order
  for (let i = 0; i < order.length; ++i) {
    if (i % PIECE === 0) yield;
    place[order[i]!] = i;
  }
  const offsets = new Int32Array(order.length + 1);
  let isSorted = true;
  for (let row = 0; row < sessions.length; ++row) {
    if (row % PIECE === 0) yield;
    const here = place[sessions[row]!]!;
    offsets[here + 1]!++;
    if (row === 0) continue;
    const before = place[sessions[row - 1]!]!;
    if (here < before || (here === before && compareRows(keys, row - 1, row) > 0)) isSorted = false;
  }
  for (let i = 0; i < order.length; ++i) {
    if (i % PIECE === 0) yield;
    offsets[i + 1]! += offsets[i]!;
  }
  if (isSorted) return { offsets, rows: undefined };

  const next = offsets.slice(0, order.length);
  const rows = new Int32Array(sessions.length);
  for (let row = 0; row < sessions.length; ++row) {
    if (row % PIECE === 0) yield;
    rows[next[place[sessions[row]!]!]!++] = row;
  }
  let sorted = 0;
  for (let i = 0; i < order.length; ++i) {
    yield* sortRows(rows.subarray(offsets[i], offsets[i + 1]), keys);
    if (offsets[i + 1]! - sorted < SORTED_PIECE) continue;
    sorted = offsets[i + 1]!;
    yield;
  }
  return { offsets, rows };
}

/** In place; `rows` are ascending, so equal times fall back on them. Long sessions are sorted in steps. */
function* sortRows(rows: Int32Array, keys: SortKeys): Generator<void> {
  for (let i = 1; i < rows.length; ++i) {
    if (compareRows(keys, rows[i - 1]!, rows[i]!) <= 0) continue;
    const compare = (a: number, b: number): number => compareRows(keys, a, b) || a - b;
    if (rows.length <= SORTED_PIECE) rows.sort(compare);
    else rows.set(yield* mergeSorted(rows, compare));
    return;
  }
}

/** A stable sort in steps: pieces are sorted, then merged two by two. The numbers are overwritten. */
function* mergeSorted(
  numbers: Int32Array,
  compare: (a: number, b: number) => number,
): Generator<void, Int32Array> {
  const { length } = numbers;
  let order = numbers;
  for (let begin = 0; begin < length; begin += SORTED_PIECE) {
    order.subarray(begin, begin + SORTED_PIECE).sort(compare);
    yield;
  }
  let other: Int32Array = new Int32Array(length);
  for (let width = SORTED_PIECE; width < length; width *= 2) {
    for (let begin = 0; begin < length; begin += 2 * width) {
      const middle = Math.min(begin + width, length);
      const end = Math.min(begin + 2 * width, length);
      let [left, right] = [begin, middle];
      for (let at = begin; at < end; ++at) {
        const isLeft =
          right === end || (left < middle && compare(order[left]!, order[right]!) <= 0);
        other[at] = isLeft ? order[left++]! : order[right++]!;
        if (at % SORTED_PIECE === 0) yield;
      }
    }
    [order, other] = [other, order];
  }
  return order;
}

function compareRows({ times, order }: SortKeys, a: number, b: number): number {
  return times[a]! - times[b]! || (order ? order[a]! - order[b]! : 0);
}

/** 0, 1, 2, …, in steps. */
export function* upTo(length: number): Generator<void, Int32Array<ArrayBuffer>> {
  const numbers = new Int32Array(length);
  for (let i = 0; i < length; ++i) {
    numbers[i] = i;
    if (i % PIECE === 0) yield;
  }
  return numbers;
}

/** The ids where all of them are numbers, in steps. */
function* numbersOf(ids: readonly Id[]): Generator<void, Float64Array | undefined> {
  const numbers = new Float64Array(ids.length);
  for (let i = 0; i < ids.length; ++i) {
    const id = ids[i]!;
    if (typeof id !== "number") return undefined;
    numbers[i] = id;
    if (i % PIECE === 0) yield;
  }
  return numbers;
}

/** Positions of the ids in ascending order, in steps. */
export function* ascendingIds(ids: readonly Id[]): Generator<void, Int32Array> {
  const numbers = yield* numbersOf(ids);
  if (numbers) return yield* ascendingOrder(numbers);
  const order = yield* upTo(ids.length);
  let isSorted = true;
  for (let i = 1; i < ids.length && isSorted; ++i) {
    isSorted = compareIds(ids[i - 1]!, ids[i]!) < 0;
    if (i % PIECE === 0) yield;
  }
  return isSorted ? order : yield* mergeSorted(order, (a, b) => compareIds(ids[a]!, ids[b]!));
}

function checkedColumns(events: EventColumns): EventColumns {
  const { sessionId, itemId, time } = events ?? {};
  const hasLengths = [sessionId, itemId, time].every(
    (column) => typeof column === "object" && typeof column?.length === "number",
  );
  if (hasLengths) return events;
  throw new ConfigError(
    "events",
    "a list of events, or columns sessionId, itemId and time",
    events,
  );
}

function columnsOf(events: Iterable<Event>): EventColumns {
  const sessionId: Id[] = [];
  const itemId: Id[] = [];
  const time: number[] = [];
  for (const event of events) {
    if (typeof event !== "object" || event === null) {
      throw new ConfigError(
        `events[${time.length}]`,
        "an event with sessionId, itemId, time",
        event,
      );
    }
    sessionId.push(event.sessionId);
    itemId.push(event.itemId);
    time.push(event.time);
  }
  return { sessionId, itemId, time };
}

function refuseTime(time: unknown, row: number): never {
  const where = `events[${row}].time`;
  if (typeof time === "number") throw new ConfigError(where, "a finite number", time);
  throw new TypeError(sentence(where, "a number", time));
}
