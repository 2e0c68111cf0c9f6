/**
 * A table from whole numbers to the numbers of ids, for those that lie close together, as counters do:
 * four bytes for each number of a range, where a hash table takes many times as long to find one.
 *
 * The range begins about the first number and grows while it has room for at most eight numbers an id.
 * What it does not reach stands elsewhere.
 */

/** Numbers of a range for each id, and some more. */
const ROOM = 8;
const LEAST = 1 << 12;

export class NearNumbers {
  /** The first number of the range. */
  begin = 0;
  /** Of each number of the range the id + 1; 0 where there is none. */
  ids: Int32Array = new Int32Array(0);

  /** The id of a number, −1 when none stands here. */
  idOf(value: number): number {
    const place = value - this.begin;
    return place >= 0 && place < this.ids.length ? this.ids[place]! - 1 : -1;
  }

  /** Takes the id of a number, if the range may reach it. Returns whether it does. */
  add(value: number, id: number): boolean {
    const isWithin = value >= this.begin && value < this.begin + this.ids.length;
    if (!isWithin && !this.#reaches(value, ROOM * id + LEAST)) return false;
    this.ids[value - this.begin] = id + 1;
    return true;
  }

  /** Makes the range reach a number, and half as far again: it moves seldom. */
  #reaches(value: number, most: number): boolean {
    const { length } = this.ids;
    const low = length === 0 ? value : Math.min(this.begin, value);
    const high = length === 0 ? value + 1 : Math.max(this.begin + length, value + 1);
    const spare = (high - low) >> 1;
    if (high - low + spare > most) return false;
    const begin = value === low ? Math.max(0, low - spare) : low;
    const end = value === low ? high : high + spare;
    const larger = new Int32Array(end - begin);
    larger.set(this.ids, length === 0 ? 0 : this.begin - begin);
    this.ids = larger;
    this.begin = begin;
    return true;
  }
}
