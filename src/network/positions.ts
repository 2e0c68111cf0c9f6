/**
 * How the rows of a mini-batch lie: by position in time, then by slot.
 *
 * Slots stand longest first, so those that have a click at position t are the first of them, and a
 * position that is closed has no row: nothing is computed there.
 *
 *     slot 0   a b c d       position   0       1       2     3
 *     slot 1   e f g         rows       a e h   b f i   c g   d
 *     slot 2   h i           starts     0       3       6     8   9
 *
 * `starts` is i32[T + 1]: the rows of position t are starts[t] … starts[t + 1] − 1, slot b's the
 * b-th of them. A step of session-parallel training is the case of one position.
 */

/** Rows of position t that belong to slots [begin, end): a range, empty where they are closed. */
export function rowsAt(
  starts: Int32Array,
  t: number,
  begin: number,
  end: number,
): readonly [number, number] {
  const first = starts[t]!;
  return [first + begin, first + Math.max(begin, Math.min(end, openAt(starts, t)))];
}

/** Slots that have a click at position t. */
export function openAt(starts: Int32Array, t: number): number {
  return t + 1 < starts.length ? starts[t + 1]! - starts[t]! : 0;
}

/** Rows of all positions. */
export function rowCount(starts: Int32Array): number {
  return starts[starts.length - 1]!;
}

/** The slots of thread `rank`, chosen so that all threads have about the same number of rows. */
export function shareOfSlots(
  starts: Int32Array,
  rank: number,
  threads: number,
): readonly [number, number] {
  const rows = rowCount(starts);
  const edge = (part: number): number => slotsWithin(starts, Math.floor((rows * part) / threads));
  return [edge(rank), edge(rank + 1)];
}

/** How many of the first slots have at most `limit` rows together. */
function slotsWithin(starts: Int32Array, limit: number): number {
  let slots = 0;
  let last = openAt(starts, 0);
  while (slots < last) {
    const middle = Math.ceil((slots + last) / 2);
    let rows = 0;
    for (let t = 0; t + 1 < starts.length; ++t) rows += Math.min(middle, openAt(starts, t));
    if (rows <= limit) slots = middle;
    else last = middle - 1;
  }
  return slots;
}
