/** Numbers in ascending order: a radix sort, in steps that others may come between. */

/** Sessions that are gone through between two steps: about a millisecond's worth. */
const PIECE = 2 ** 16;
const DIGITS = 2 ** 16;

/**
 * Sessions by the time of their first event, as i32[sessions]; equal times stay in the order of the
 * sessions.
 */
export function* orderInTime(
  times: Float64Array,
  offsets: Int32Array,
): Generator<void, Int32Array> {
  const starts = new Float64Array(offsets.length - 1);
  for (let session = 0; session < starts.length; ++session) {
    starts[session] = times[offsets[session]!]!;
    if (session % PIECE === 0) yield;
  }
  return yield* ascendingOrder(starts);
}

/**
 * The order of finite numbers as i32[length]; equal ones stay as they are. The numbers are overwritten.
 *
 * Yields after about a millisecond each, so that the caller may let others in. A sort by comparison took
 * several times as long, and could not be left in between.
 */
export function* ascendingOrder(starts: Float64Array): Generator<void, Int32Array> {
  const { length } = starts;
  let order = new Int32Array(length);
  let isSorted = true;
  for (let session = 0; session < length; ++session) {
    order[session] = session;
    starts[session]! += 0; // −0 is 0
    if (session > 0 && starts[session - 1]! > starts[session]!) isSorted = false;
    if (session % PIECE === 0) yield;
  }
  if (isSorted) return order;

  // Bits of a float sort as those of an unsigned integer once the sign is turned, below 0 all of them.
  const halves = new Uint32Array(starts.buffer);
  for (let session = 0; session < length; ++session) {
    const high = halves[2 * session + 1]!;
    const isNegative = high >>> 31 === 1;
    halves[2 * session] = isNegative ? ~halves[2 * session]! : halves[2 * session]!;
    halves[2 * session + 1] = isNegative ? ~high : high ^ 0x80000000;
    if (session % PIECE === 0) yield;
  }

  const digits = new Uint16Array(starts.buffer); // the least significant of four first
  let next = new Int32Array(length);
  for (let digit = 0; digit < 4; ++digit) {
    const places = new Int32Array(DIGITS);
    for (let session = 0; session < length; ++session) {
      places[digits[4 * session + digit]!]!++;
      if (session % PIECE === 0) yield;
    }
    if (places[digits[digit]!] === length) continue; // all have the same one
    for (let value = 0, sum = 0; value < DIGITS; ++value) {
      const count = places[value]!;
      places[value] = sum;
      sum += count;
    }
    for (let i = 0; i < length; ++i) {
      const session = order[i]!;
      next[places[digits[4 * session + digit]!]!++] = session;
      if (i % PIECE === 0) yield;
    }
    [order, next] = [next, order];
  }
  return order;
}
